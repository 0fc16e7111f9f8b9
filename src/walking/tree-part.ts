import type { BytePath } from "../byte-path.ts";
import { type FileColumns, wordsOf } from "../file-table.ts";
import type { Look } from "../fs/file-calls.ts";
import type { Alias, Problem, RecordFolder } from "../model.ts";
import { copyColumns, makeColumns, unfilled } from "./columns.ts";

/** A folder still to be read. */
export interface FolderTask {
  readonly path: BytePath;
  /** Length of the root's path with its slash: what follows in a path is relative to the root. */
  readonly rootLength: number;
  /** Length of the path, with its slash, up to which symbolic links may be in it: the root's, or a followed link's. */
  readonly baseLength: number;
  /** The root's device, to stay on one file system. */
  readonly rootDevice: bigint;
  /** An enclosing folder is named by `--include`: everything in it is. */
  readonly included: boolean;
  /** It lies in a folder that holds a build tool's state: everything in it is that. */
  readonly state?: boolean;
}

/** A folder that was read: its rows are `firstRow` up to the next folder's. */
export interface ReadFolder {
  readonly path: BytePath;
  readonly device: bigint;
  readonly inode: bigint;
  /** Nanoseconds since 1970. */
  readonly mtime: bigint;
  readonly firstRow: number;
  /** Not the whole folder: single files that were given as roots, or that a symbolic link leads to. */
  readonly partial: boolean;
  /** Length of its root's path, with the slash. */
  readonly rootLength: number;
  /** Length of the path, with its slash, up to which symbolic links may be in it. */
  readonly baseLength: number;
  /** Regular files met in it, artifacts or not. */
  fileCount: number;
}

export type FolderFacts = Pick<ReadFolder, "device" | "inode" | "mtime">;

export interface Symlink {
  readonly path: BytePath;
  readonly task: FolderTask;
}

/** What one thread found: the rows of some folders, and the folders it left to others. */
export interface TreePart {
  readonly count: number;
  readonly columns: FileColumns;
  readonly devices: readonly bigint[];
  readonly folders: readonly ReadFolder[];
  readonly leftOver: readonly FolderTask[];
  readonly symlinks: readonly Symlink[];
  /** Names that earlier runs of ours may have left. */
  readonly temporaries: readonly BytePath[];
  readonly records: readonly RecordFolder[];
  /** Links that lead to what was met before. */
  readonly aliases: readonly Alias[];
  readonly problems: readonly Problem[];
}

/** Collects rows; the columns double as they fill, and serve the next part too. */
export class TreePartBuilder {
  folders: ReadFolder[] = [];
  symlinks: Symlink[] = [];
  temporaries: BytePath[] = [];
  records: RecordFolder[] = [];
  aliases: Alias[] = [];
  problems: Problem[] = [];
  count = 0;
  #columns = makeColumns(256, 256 * 24, unfilled);
  #words = wordsOf(this.#columns);
  /** Where the names of the rows end, and the one that was put down last. */
  #nameLength = 0;
  #nextName = 0;
  readonly #devices: number[] = [];

  startFolder(
    path: BytePath,
    facts: FolderFacts,
    { rootLength, baseLength }: Pick<FolderTask, "rootLength" | "baseLength">,
    partial = false,
  ): void {
    this.folders.push({
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

  /** So many regular files were met in the folder at hand. */
  meetFiles(count: number): void {
    this.folders[this.folders.length - 1].fileCount += count;
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
    if (end + 1 > this.#columns.names.length) this.#grow(this.#columns.folder.length, end + 1);
    const { names } = this.#columns;
    for (let i = 0; i < name.length; i += 1) names[start + i] = name.charCodeAt(i);
    names[end] = 0;
    this.#nextName = end + 1;
    return start;
  }

  /** Adds the file whose name was put down last. */
  addFile(look: Look, kind: number): void {
    const row = this.count;
    if (row === this.#columns.folder.length) this.#grow(2 * row, this.#columns.names.length);
    const columns = this.#columns;
    this.#nameLength = this.#nextName;
    columns.nameEnds[row] = this.#nextName;
    columns.folder[row] = this.folders.length - 1;
    columns.device[row] = this.#deviceIndex(look.device);
    look.putInode(this.#words.inode, row);
    columns.size[row] = look.size;
    columns.allocated[row] = look.blocks * 512;
    look.putMtime(this.#words.mtime, row);
    look.putCtime(this.#words.ctime, row);
    columns.mode[row] = look.mode;
    columns.uid[row] = look.uid;
    columns.gid[row] = look.gid;
    columns.links[row] = look.links;
    columns.kind[row] = kind;
    this.count += 1;
  }

  /** What was collected; the next part begins with nothing. */
  finish(leftOver: readonly FolderTask[]): TreePart {
    const columns = makeColumns(this.count, this.#nameLength, unfilled);
    copyColumns(this.#columns, columns, 0, this.count, 0);
    columns.names.set(this.#columns.names.subarray(0, this.#nameLength));
    const { count, folders, symlinks, temporaries, records, aliases, problems } = this;
    const devices = this.#devices.map(BigInt);
    this.count = 0;
    this.#nameLength = 0;
    // Not a new one: V8 would compile the code that fills it once more.
    this.#devices.length = 0;
    this.folders = [];
    this.symlinks = [];
    this.temporaries = [];
    this.records = [];
    this.aliases = [];
    this.problems = [];
    const lists = { folders, leftOver, symlinks, temporaries, records, aliases, problems };
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
