import type { BytePath } from "./byte-path.ts";
import { compareBytes, join } from "./byte-path.ts";
import { isClamped } from "./time-range.ts";

/**
 * Every file of a tree, one row each, as columns of numbers instead of an object per file: a million files
 * take some 100 MB and cross to the worker threads without a copy.
 *
 * Rows are ordered by directory and, within a directory, by name, both by bytes. So the same tree gives the
 * same table, whatever the number of threads.
 */
export interface FileColumns {
  /** The names, one after another; row `i` ends before `nameEnds[i]`. */
  readonly names: Uint8Array;
  readonly nameEnds: Uint32Array;
  /** Index of the row's directory. */
  readonly dir: Uint32Array;
  /** Index into `devices`. */
  readonly device: Uint16Array;
  readonly inode: BigUint64Array;
  /** Bytes. */
  readonly size: Float64Array;
  /** Bytes that the file's blocks take on the disk. */
  readonly allocated: Float64Array;
  /** Nanoseconds since 1970; a time that 64 bits cannot express is clamped, see `hasKnownTime`. */
  readonly mtime: BigInt64Array;
  readonly ctime: BigInt64Array;
  /** File type and permission bits. */
  readonly mode: Uint32Array;
  readonly uid: Uint32Array;
  readonly gid: Uint32Array;
  /** The inode's number of hard links. */
  readonly links: Uint32Array;
  /** Kind, see `artifacts/kinds`: by the name until the content is known. */
  readonly kind: Uint8Array;
}

/** The columns of 64-bit numbers as pairs of 32-bit words, to fill and compare without making bigints. */
export interface FileWords {
  readonly inode: Uint32Array;
  readonly mtime: Uint32Array;
  readonly ctime: Uint32Array;
}

export function wordsOf({
  inode,
  mtime,
  ctime,
}: Pick<FileColumns, "inode" | "mtime" | "ctime">): FileWords {
  const words = ({ buffer, byteOffset, length }: BigUint64Array | BigInt64Array): Uint32Array =>
    new Uint32Array(buffer, byteOffset, length * 2);
  return { inode: words(inode), mtime: words(mtime), ctime: words(ctime) };
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The root of a directory that is not in the tree. */
export const NO_ROOT = 0xffff_ffff;

/** The table in the form that crosses to a worker thread. */
export interface SharedFileTable {
  readonly count: number;
  readonly columns: FileColumns;
  readonly devices: readonly bigint[];
  /** The paths of the directories, one after another; directory `i` ends before `dirEnds[i]`. */
  readonly dirBytes: Uint8Array;
  readonly dirEnds: Uint32Array;
  /** By directory: the length of its path up to which the path may contain symbolic links. */
  readonly dirBases: Uint32Array;
  /** By directory: the index of the root below which it was found, or `NO_ROOT`. */
  readonly dirRoots: Uint32Array;
  /** Device and inode of each directory, two numbers per directory. */
  readonly dirIdentities: BigUint64Array;
  /** By directory: its modification time when the walk read it, nanoseconds since 1970. */
  readonly dirTimes: BigInt64Array;
}

export class FileTable {
  readonly count: number;
  readonly columns: FileColumns;
  readonly devices: readonly bigint[];
  readonly words: FileWords;
  readonly #shared: SharedFileTable;
  readonly #dirBytes: Buffer;
  readonly #names: Buffer;
  /** The paths that were asked for. */
  readonly #dirPaths: (BytePath | undefined)[];

  constructor(shared: SharedFileTable) {
    this.#shared = shared;
    this.count = shared.count;
    this.columns = shared.columns;
    this.devices = shared.devices;
    this.words = wordsOf(shared.columns);
    this.#dirBytes = asBuffer(shared.dirBytes);
    this.#names = asBuffer(shared.columns.names);
    this.#dirPaths = Array.from({ length: shared.dirEnds.length });
  }

  get dirCount(): number {
    return this.#shared.dirEnds.length;
  }

  dirPath(dir: number): BytePath {
    const known = this.#dirPaths[dir];
    if (known !== undefined) return known;
    const { dirEnds } = this.#shared;
    const start = dir === 0 ? 0 : dirEnds[dir - 1];
    const path = this.#dirBytes.toString("latin1", start, dirEnds[dir]);
    this.#dirPaths[dir] = path;
    return path;
  }

  /** Length of a directory's path up to which it may contain symbolic links; behind it the walk followed none. */
  dirBase(dir: number): number {
    return this.#shared.dirBases[dir];
  }

  /** Index, among the roots of the walk, of the root below which a directory was found. */
  dirRoot(dir: number): number {
    return this.#shared.dirRoots[dir];
  }

  /** The directory that the walk read. */
  dirIdentity(dir: number): { readonly device: bigint; readonly inode: bigint } {
    const { dirIdentities } = this.#shared;
    return { device: dirIdentities[2 * dir], inode: dirIdentities[2 * dir + 1] };
  }

  /** Modification time of a directory when the walk read it, nanoseconds since 1970. */
  dirTime(dir: number): bigint {
    return this.#shared.dirTimes[dir];
  }

  name(file: number): BytePath {
    const { nameEnds } = this.columns;
    const start = file === 0 ? 0 : nameEnds[file - 1];
    return this.#names.toString("latin1", start, nameEnds[file]);
  }

  path(file: number): BytePath {
    return join(this.dirPath(this.columns.dir[file]), this.name(file));
  }

  /** Orders two rows by the bytes of their paths: negative, zero or positive. */
  comparePaths(a: number, b: number): number {
    const { dir } = this.columns;
    if (dir[a] === dir[b]) return a - b;
    const [one, other] = [this.dirPath(dir[a]), this.dirPath(dir[b])];
    // If neither path begins with the other, the directories decide.
    if (!one.startsWith(other) && !other.startsWith(one)) return one < other ? -1 : 1;
    return compareBytes(this.path(a), this.path(b));
  }

  /** Whether two rows are links to one inode. */
  sameInode(a: number, b: number): boolean {
    const words = this.words.inode;
    return (
      words[2 * a] === words[2 * b] &&
      words[2 * a + 1] === words[2 * b + 1] &&
      this.columns.device[a] === this.columns.device[b]
    );
  }

  /** Whether two rows have the same modification time, to the nanosecond. */
  sameMtime(a: number, b: number): boolean {
    const words = this.words.mtime;
    return words[2 * a] === words[2 * b] && words[2 * a + 1] === words[2 * b + 1];
  }

  /** Whether the modification time fits 64 bits of nanoseconds; if not, it cannot be compared. */
  hasKnownTime(file: number): boolean {
    const high = this.words.mtime[2 * file + (IS_LITTLE_ENDIAN ? 1 : 0)];
    return (high !== 0x7fff_ffff && high !== 0x8000_0000) || !isClamped(this.columns.mtime[file]);
  }

  /** The same table with other kinds for some rows. */
  withKinds(kinds: ReadonlyMap<number, number>): FileTable {
    if (kinds.size === 0) return this;
    const { kind } = this.columns;
    const memory =
      kind.buffer instanceof ArrayBuffer
        ? new ArrayBuffer(this.count)
        : new SharedArrayBuffer(this.count);
    const learned = new Uint8Array(memory);
    learned.set(kind);
    for (const [file, value] of kinds) learned[file] = value;
    return new FileTable({ ...this.#shared, columns: { ...this.columns, kind: learned } });
  }

  shared(): SharedFileTable {
    return this.#shared;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
