import type { BytePath } from "../core/byte-path.ts";
import { type FileColumns, wordsOf } from "../core/file-table.ts";
import type { StatBuffer } from "../fs/file-calls.ts";
import type { BuildFileDir } from "../core/model.ts";
import type { Alias, LeftOut, Problem } from "../core/report.ts";
import { copyColumns, makeColumns, unfilled } from "./columns.ts";

/** Where a directory was found. */
interface DirOrigin {
  /** Index of the root among the paths given. */
  readonly root: number;
  /** Length of the root's path with its slash: the rest of a path is relative to the root. */
  readonly rootLength: number;
  /** Length of the path, with its slash, up to which it may contain symbolic links: the root's, or a followed link's. */
  readonly baseLength: number;
}

/** A directory still to be read. */
export interface DirTask extends DirOrigin {
  readonly path: BytePath;
  /** The root's device, to stay on one file system. */
  readonly rootDevice: bigint;
  /** `--include` names an enclosing directory, and so everything in it. */
  readonly included: boolean;
  /** It lies in a directory that holds a build tool's state, and so does everything in it. */
  readonly state?: boolean;
}

/** A directory that was read: its rows are `firstRow` up to the next directory's. */
export interface ReadDir extends DirOrigin {
  readonly path: BytePath;
  readonly device: bigint;
  readonly inode: bigint;
  /** Nanoseconds since 1970. */
  readonly mtime: bigint;
  readonly firstRow: number;
  /** Only single files of the directory, which were given as roots or are targets of symbolic links. */
  readonly partial: boolean;
  /** Regular files in it, artifacts or not. */
  fileCount: number;
  /** Undefined if nothing is left out. */
  leftOut: Partial<Record<keyof WalkLeftOut, number>> | undefined;
}

/** What the options of the walk leave out. */
export type WalkLeftOut = Omit<LeftOut, "variant">;

export type DirFacts = Pick<ReadDir, "device" | "inode" | "mtime">;

export interface Symlink {
  readonly path: BytePath;
  readonly task: DirTask;
}

/** What one task of the walk found: the rows of some directories, and the directories that it left to others. */
export interface TableChunk {
  readonly count: number;
  readonly columns: FileColumns;
  readonly devices: readonly bigint[];
  readonly dirs: readonly ReadDir[];
  readonly leftOver: readonly DirTask[];
  readonly symlinks: readonly Symlink[];
  /** Paths of files that an interrupted run may have left. */
  readonly temporaries: readonly BytePath[];
  readonly dependencyInfo: readonly BuildFileDir[];
  /** Symbolic links to directories that were read before. */
  readonly aliases: readonly Alias[];
  /** Indexes of globs that were found to match something, see `CompiledRules.globUse`. */
  readonly matchedGlobs: readonly number[];
  readonly problems: readonly Problem[];
}

/** Collects the rows of a chunk. The columns double as they fill, and are used again for the next chunk. */
export class TableChunkBuilder {
  dirs: ReadDir[] = [];
  symlinks: Symlink[] = [];
  temporaries: BytePath[] = [];
  dependencyInfo: BuildFileDir[] = [];
  aliases: Alias[] = [];
  problems: Problem[] = [];
  count = 0;
  #columns = makeColumns(256, 256 * 24, unfilled);
  #words = wordsOf(this.#columns);
  /** Bytes of the names. */
  #nameLength = 0;
  readonly #devices: number[] = [];

  startDir(
    path: BytePath,
    facts: DirFacts,
    { root, rootLength, baseLength }: DirOrigin,
    partial = false,
  ): void {
    this.dirs.push({
      path,
      device: facts.device,
      inode: facts.inode,
      mtime: facts.mtime,
      firstRow: this.count,
      partial,
      root,
      rootLength,
      baseLength,
      fileCount: 0,
      leftOut: undefined,
    });
  }

  /** Counts a file or directory of the current directory that an option leaves out. */
  leaveOut(option: keyof WalkLeftOut): void {
    const leftOut = (this.dirs[this.dirs.length - 1].leftOut ??= {});
    leftOut[option] = (leftOut[option] ?? 0) + 1;
  }

  /** Adds to the current directory's file count. */
  countFiles(count: number): void {
    this.dirs[this.dirs.length - 1].fileCount += count;
  }

  /** Adds a row for a file of the current directory. */
  addFile(name: BytePath, stat: StatBuffer, kind: number): void {
    const row = this.count;
    const nameEnd = this.#nameLength + name.length;
    if (row === this.#columns.dir.length) this.#grow(2 * row, nameEnd);
    else if (nameEnd > this.#columns.names.length) this.#grow(this.#columns.dir.length, nameEnd);
    const columns = this.#columns;
    const { names } = columns;
    for (let i = 0; i < name.length; i += 1) names[this.#nameLength + i] = name.charCodeAt(i);
    this.#nameLength = nameEnd;
    columns.nameEnds[row] = nameEnd;
    columns.dir[row] = this.dirs.length - 1;
    columns.device[row] = this.#deviceIndex(stat.device);
    stat.putInode(this.#words.inode, row);
    columns.size[row] = stat.size;
    columns.allocated[row] = stat.blocks * 512;
    stat.putMtime(this.#words.mtime, row);
    stat.putCtime(this.#words.ctime, row);
    columns.mode[row] = stat.mode;
    columns.uid[row] = stat.uid;
    columns.gid[row] = stat.gid;
    columns.links[row] = stat.links;
    columns.kind[row] = kind;
    this.count += 1;
  }

  /**
   * Returns what was collected and starts an empty chunk.
   *
   * @param matchedGlobs See `TableChunk`.
   */
  finish(leftOver: readonly DirTask[], matchedGlobs: readonly number[]): TableChunk {
    const columns = makeColumns(this.count, this.#nameLength, unfilled);
    copyColumns(this.#columns, columns, 0, this.count, 0);
    columns.names.set(this.#columns.names.subarray(0, this.#nameLength));
    const { count, dirs, symlinks, temporaries, dependencyInfo, aliases, problems } = this;
    const devices = this.#devices.map(BigInt);
    this.count = 0;
    this.#nameLength = 0;
    // Emptied instead of replaced: with a new array V8 would compile the code that fills it again.
    this.#devices.length = 0;
    this.dirs = [];
    this.symlinks = [];
    this.temporaries = [];
    this.dependencyInfo = [];
    this.aliases = [];
    this.problems = [];
    const lists = { dirs, leftOver, symlinks, temporaries, dependencyInfo, aliases, problems };
    return { count, columns, devices, matchedGlobs, ...lists };
  }

  /** Makes room for at least `rows` rows and `nameBytes` bytes of names. */
  #grow(rows: number, nameBytes: number): void {
    const old = this.#columns;
    const names =
      nameBytes <= old.names.length ? old.names.length : Math.max(old.names.length * 2, nameBytes);
    this.#columns = makeColumns(rows, names, unfilled);
    copyColumns(old, this.#columns, 0, this.count, 0);
    this.#columns.names.set(old.names);
    this.#words = wordsOf(this.#columns);
  }

  #deviceIndex(device: number): number {
    if (device === this.#devices[0]) return 0;
    const known = this.#devices.lastIndexOf(device);
    return known >= 0 ? known : this.#devices.push(device) - 1;
  }
}
