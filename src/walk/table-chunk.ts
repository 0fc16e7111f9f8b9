import type { BytePath } from "../core/byte-path.ts";
import { type FileColumns, wordsOf } from "../core/file-table.ts";
import type { StatBuffer } from "../fs/file-calls.ts";
import type { BuildFileDir } from "../core/model.ts";
import type { Alias, Problem } from "../core/report.ts";
import { copyColumns, makeColumns, unfilled } from "./columns.ts";

/** A directory still to be read. */
export interface DirTask {
  readonly path: BytePath;
  /** Length of the root's path with its slash: what follows in a path is relative to the root. */
  readonly rootLength: number;
  /** Length of the path, with its slash, up to which symbolic links may be in it: the root's, or a followed link's. */
  readonly baseLength: number;
  /** The root's device, to stay on one file system. */
  readonly rootDevice: bigint;
  /** An enclosing directory is named by `--include`: everything in it is. */
  readonly included: boolean;
  /** It lies in a directory that holds a build tool's state: everything in it is that. */
  readonly state?: boolean;
}

/** A directory that was read: its rows are `firstRow` up to the next directory's. */
export interface ReadDir {
  readonly path: BytePath;
  readonly device: bigint;
  readonly inode: bigint;
  /** Nanoseconds since 1970. */
  readonly mtime: bigint;
  readonly firstRow: number;
  /** Not the whole directory: single files that were given as roots, or that a symbolic link leads to. */
  readonly partial: boolean;
  /** Length of its root's path, with the slash. */
  readonly rootLength: number;
  /** Length of the path, with its slash, up to which symbolic links may be in it. */
  readonly baseLength: number;
  /** Regular files met in it, artifacts or not. */
  fileCount: number;
}

export type DirFacts = Pick<ReadDir, "device" | "inode" | "mtime">;

export interface Symlink {
  readonly path: BytePath;
  readonly task: DirTask;
}

/** What one thread found: the rows of some directories, and the directories it left to others. */
export interface TableChunk {
  readonly count: number;
  readonly columns: FileColumns;
  readonly devices: readonly bigint[];
  readonly dirs: readonly ReadDir[];
  readonly leftOver: readonly DirTask[];
  readonly symlinks: readonly Symlink[];
  /** Names that earlier runs of ours may have left. */
  readonly temporaries: readonly BytePath[];
  readonly dependencyInfo: readonly BuildFileDir[];
  /** Links that lead to what was met before. */
  readonly aliases: readonly Alias[];
  readonly problems: readonly Problem[];
}

/** Collects rows; the columns double as they fill, and serve the next part too. */
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
  /** Where the names of the rows end, and the one that was put down last. */
  #nameLength = 0;
  #nextName = 0;
  readonly #devices: number[] = [];

  startDir(
    path: BytePath,
    facts: DirFacts,
    { rootLength, baseLength }: Pick<DirTask, "rootLength" | "baseLength">,
    partial = false,
  ): void {
    this.dirs.push({
      path,
      device: facts.device,
      inode: facts.inode,
      mtime: facts.mtime,
      firstRow: this.count,
      partial,
      rootLength,
      baseLength,
      fileCount: 0,
    });
  }

  /** So many regular files were met in the directory at hand. */
  meetFiles(count: number): void {
    this.dirs[this.dirs.length - 1].fileCount += count;
  }

  /** The memory that holds the names, as of now: `putName` and `addFile` may get a larger one. */
  get names(): Uint8Array {
    return this.#columns.names;
  }

  /**
   * Writes down the name of a file that is looked at. It counts once `addFile` is called, and is written over
   * by the next one else.
   *
   * @returns Where it begins in `names`; a NUL is behind it.
   */
  putName(name: BytePath): number {
    const start = this.#nameLength;
    const end = start + name.length;
    if (end + 1 > this.#columns.names.length) this.#grow(this.#columns.dir.length, end + 1);
    const { names } = this.#columns;
    for (let i = 0; i < name.length; i += 1) names[start + i] = name.charCodeAt(i);
    names[end] = 0;
    this.#nextName = end + 1;
    return start;
  }

  /** Adds the file whose name was put down last. */
  addFile(stat: StatBuffer, kind: number): void {
    const row = this.count;
    if (row === this.#columns.dir.length) this.#grow(2 * row, this.#columns.names.length);
    const columns = this.#columns;
    this.#nameLength = this.#nextName;
    columns.nameEnds[row] = this.#nextName;
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

  /** What was collected; the next part begins with nothing. */
  finish(leftOver: readonly DirTask[]): TableChunk {
    const columns = makeColumns(this.count, this.#nameLength, unfilled);
    copyColumns(this.#columns, columns, 0, this.count, 0);
    columns.names.set(this.#columns.names.subarray(0, this.#nameLength));
    const { count, dirs, symlinks, temporaries, dependencyInfo, aliases, problems } = this;
    const devices = this.#devices.map(BigInt);
    this.count = 0;
    this.#nameLength = 0;
    // Not a new one: V8 would compile the code that fills it once more.
    this.#devices.length = 0;
    this.dirs = [];
    this.symlinks = [];
    this.temporaries = [];
    this.dependencyInfo = [];
    this.aliases = [];
    this.problems = [];
    const lists = { dirs, leftOver, symlinks, temporaries, dependencyInfo, aliases, problems };
    return { count, columns, devices, ...lists };
  }

  /** Room for so many rows and bytes of names, and more; what was put down stays. */
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
