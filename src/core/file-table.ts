import type { BytePath } from "./byte-path.ts";
import { compareBytes, join } from "./byte-path.ts";

/**
 * Every file of a tree, one row each, as columns of numbers instead of an object a file: a million
 * files take some 100 MB and cross to the worker threads without a copy.
 *
 * Rows are ordered by directory and, inside a directory, by name, both by bytes; so the same tree gives the
 * same table whatever the number of threads.
 */
export interface FileColumns {
  /** Names one after another, a NUL behind each, as C takes them; what is behind the NUL of row `i` begins at `nameEnds[i]`. */
  readonly names: Uint8Array;
  readonly nameEnds: Uint32Array;
  readonly dir: Uint32Array;
  /** Index into `devices`. */
  readonly device: Uint16Array;
  readonly inode: BigUint64Array;
  /** Bytes. */
  readonly size: Float64Array;
  /** Bytes that the file's blocks take on the disk. */
  readonly allocated: Float64Array;
  /** Nanoseconds since 1970. */
  readonly mtime: BigInt64Array;
  readonly ctime: BigInt64Array;
  /** File type and permission bits. */
  readonly mode: Uint32Array;
  readonly uid: Uint32Array;
  readonly gid: Uint32Array;
  readonly links: Uint32Array;
  /** Kind by name; see `artifacts/kinds`. */
  readonly kind: Uint8Array;
}

/** Columns of 64-bit numbers as pairs of words, to fill and compare without making bigints. */
export interface FileWords {
  readonly inode: Uint32Array;
  readonly mtime: Uint32Array;
  readonly ctime: Uint32Array;
}

export function wordsOf({ inode, mtime, ctime }: FileColumns): FileWords {
  const words = ({ buffer, byteOffset, length }: BigUint64Array | BigInt64Array): Uint32Array =>
    new Uint32Array(buffer, byteOffset, length * 2);
  return { inode: words(inode), mtime: words(mtime), ctime: words(ctime) };
}

/** The table in the form that crosses to a worker thread. */
export interface SharedFileTable {
  readonly count: number;
  readonly columns: FileColumns;
  readonly devices: readonly bigint[];
  readonly dirBytes: Uint8Array;
  readonly dirEnds: Uint32Array;
  /** Length of each directory's path up to which symbolic links may be in it. */
  readonly dirBases: Uint32Array;
  /** Device and inode of each directory, two numbers a directory. */
  readonly dirIdentities: BigUint64Array;
  /** Modification time of each directory when the walk read it, nanoseconds since 1970. */
  readonly dirTimes: BigInt64Array;
}

export class FileTable {
  readonly count: number;
  readonly columns: FileColumns;
  readonly devices: readonly bigint[];
  readonly words: FileWords;
  readonly #dirBytes: Buffer;
  readonly #dirEnds: Uint32Array;
  readonly #dirBases: Uint32Array;
  readonly #dirIdentities: BigUint64Array;
  readonly #dirTimes: BigInt64Array;
  readonly #names: Buffer;
  /** Of directories that were asked for. */
  readonly #dirPaths: (BytePath | undefined)[];

  constructor(shared: SharedFileTable) {
    this.count = shared.count;
    this.columns = shared.columns;
    this.devices = shared.devices;
    this.#dirPaths = Array.from({ length: shared.dirEnds.length });
    this.words = wordsOf(shared.columns);
    this.#dirBytes = asBuffer(shared.dirBytes);
    this.#dirEnds = shared.dirEnds;
    this.#dirBases = shared.dirBases;
    this.#dirIdentities = shared.dirIdentities;
    this.#dirTimes = shared.dirTimes;
    this.#names = asBuffer(shared.columns.names);
  }

  get dirCount(): number {
    return this.#dirEnds.length;
  }

  dirPath(dir: number): BytePath {
    const known = this.#dirPaths[dir];
    if (known !== undefined) return known;
    const start = dir === 0 ? 0 : this.#dirEnds[dir - 1];
    const path = this.#dirBytes.toString("latin1", start, this.#dirEnds[dir]);
    this.#dirPaths[dir] = path;
    return path;
  }

  /** Length of a directory's path up to which symbolic links may be in it; behind that, one is none that the walk saw. */
  dirBase(dir: number): number {
    return this.#dirBases[dir];
  }

  /** Which directory the walk read there. */
  dirIdentity(dir: number): { readonly device: bigint; readonly inode: bigint } {
    return {
      device: this.#dirIdentities[2 * dir],
      inode: this.#dirIdentities[2 * dir + 1],
    };
  }

  /** Its modification time when the walk read it, nanoseconds since 1970. */
  dirTime(dir: number): bigint {
    return this.#dirTimes[dir];
  }

  name(file: number): BytePath {
    return this.#names.toString("latin1", this.nameStart(file), this.columns.nameEnds[file] - 1);
  }

  /** Where its name begins in the column of names. */
  nameStart(file: number): number {
    return file === 0 ? 0 : this.columns.nameEnds[file - 1];
  }

  path(file: number): BytePath {
    return join(this.dirPath(this.columns.dir[file]), this.name(file));
  }

  /** Order of two rows by the bytes of their paths: negative, zero or positive. */
  comparePaths(a: number, b: number): number {
    const { dir } = this.columns;
    if (dir[a] === dir[b]) return a - b;
    const [one, other] = [this.dirPath(dir[a]), this.dirPath(dir[b])];
    // Where neither is in the other, the directories decide.
    if (!one.startsWith(other) && !other.startsWith(one)) return one < other ? -1 : 1;
    return compareBytes(this.path(a), this.path(b));
  }

  /** Whether two rows are names of one stored file. */
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

  shared(): SharedFileTable {
    return {
      count: this.count,
      columns: this.columns,
      devices: this.devices,
      dirBytes: this.#dirBytes,
      dirEnds: this.#dirEnds,
      dirBases: this.#dirBases,
      dirIdentities: this.#dirIdentities,
      dirTimes: this.#dirTimes,
    };
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
