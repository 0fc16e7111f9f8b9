import type { BytePath } from "./byte-path.ts";
import { compareBytes, join } from "./byte-path.ts";

/**
 * Every file of a tree, one row each, as columns of numbers instead of an object a file: a million
 * files take some 100 MB and cross to the worker threads without a copy.
 *
 * Rows are ordered by folder and, inside a folder, by name, both by bytes; so the same tree gives the
 * same table whatever the number of threads.
 */
export interface FileColumns {
  /** Names one after another, a NUL behind each, as C takes them; what is behind the NUL of row `i` begins at `nameEnds[i]`. */
  readonly names: Uint8Array;
  readonly nameEnds: Uint32Array;
  readonly folder: Uint32Array;
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
  readonly folderBytes: Uint8Array;
  readonly folderEnds: Uint32Array;
  /** Length of each folder's path up to which symbolic links may be in it. */
  readonly folderBases: Uint32Array;
  /** Device and inode of each folder, two numbers a folder. */
  readonly folderIdentities: BigUint64Array;
  /** Modification time of each folder when the walk read it, nanoseconds since 1970. */
  readonly folderTimes: BigInt64Array;
}

export class FileTable {
  readonly count: number;
  readonly columns: FileColumns;
  readonly devices: readonly bigint[];
  readonly words: FileWords;
  readonly #folderBytes: Buffer;
  readonly #folderEnds: Uint32Array;
  readonly #folderBases: Uint32Array;
  readonly #folderIdentities: BigUint64Array;
  readonly #folderTimes: BigInt64Array;
  readonly #names: Buffer;
  /** Of folders that were asked for. */
  readonly #folderPaths: (BytePath | undefined)[];

  constructor(shared: SharedFileTable) {
    this.count = shared.count;
    this.columns = shared.columns;
    this.devices = shared.devices;
    this.#folderPaths = Array.from({ length: shared.folderEnds.length });
    this.words = wordsOf(shared.columns);
    this.#folderBytes = asBuffer(shared.folderBytes);
    this.#folderEnds = shared.folderEnds;
    this.#folderBases = shared.folderBases;
    this.#folderIdentities = shared.folderIdentities;
    this.#folderTimes = shared.folderTimes;
    this.#names = asBuffer(shared.columns.names);
  }

  get folderCount(): number {
    return this.#folderEnds.length;
  }

  folderPath(folder: number): BytePath {
    const known = this.#folderPaths[folder];
    if (known !== undefined) return known;
    const start = folder === 0 ? 0 : this.#folderEnds[folder - 1];
    const path = this.#folderBytes.toString("latin1", start, this.#folderEnds[folder]);
    this.#folderPaths[folder] = path;
    return path;
  }

  /** Length of a folder's path up to which symbolic links may be in it; behind that, one is none that the walk saw. */
  folderBase(folder: number): number {
    return this.#folderBases[folder];
  }

  /** Which folder the walk read there. */
  folderIdentity(folder: number): { readonly device: bigint; readonly inode: bigint } {
    return {
      device: this.#folderIdentities[2 * folder],
      inode: this.#folderIdentities[2 * folder + 1],
    };
  }

  /** Its modification time when the walk read it, nanoseconds since 1970. */
  folderTime(folder: number): bigint {
    return this.#folderTimes[folder];
  }

  name(file: number): BytePath {
    return this.#names.toString("latin1", this.nameStart(file), this.columns.nameEnds[file] - 1);
  }

  /** Where its name begins in the column of names. */
  nameStart(file: number): number {
    return file === 0 ? 0 : this.columns.nameEnds[file - 1];
  }

  path(file: number): BytePath {
    return join(this.folderPath(this.columns.folder[file]), this.name(file));
  }

  /** Order of two rows by the bytes of their paths: negative, zero or positive. */
  comparePaths(a: number, b: number): number {
    const { folder } = this.columns;
    if (folder[a] === folder[b]) return a - b;
    const [one, other] = [this.folderPath(folder[a]), this.folderPath(folder[b])];
    // Where neither is in the other, the folders decide.
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
      folderBytes: this.#folderBytes,
      folderEnds: this.#folderEnds,
      folderBases: this.#folderBases,
      folderIdentities: this.#folderIdentities,
      folderTimes: this.#folderTimes,
    };
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
