import type { BytePath } from "../core/byte-path.ts";

/**
 * What a state says of a path. `linked`: the path was linked by a run of ours, and the entry describes the inode.
 * `apart`: a link to this file was remade by its build too often, so the file described is not linked. `inPlace`: a
 * tool wrote into the path's inode while it was linked, so the path is not linked again. `written`: the same, and the
 * path may still lead to that inode, because a run was stopped before it had repaired the path, or did not know of it.
 */
export const Status = { none: 0, linked: 1, apart: 2, inPlace: 3, written: 4 } as const;

/** The entries of a state, one per path, as columns. Entries of one directory follow each other. */
export interface Entries {
  readonly inode: BigUint64Array;
  /** Bytes. */
  readonly size: Float64Array;
  /** Nanoseconds since 1970. */
  readonly mtime: BigInt64Array;
  /** The inode's ctime when it was walked: an inode with the same number that was born later is another file. */
  readonly ctime: BigInt64Array;
  /** The names, one after another; that of entry `i` ends before `nameEnds[i]`. */
  readonly names: Uint8Array;
  readonly nameEnds: Uint32Array;
  /** Index into `State.devices`. */
  readonly device: Uint16Array;
  /** A `Status`. */
  readonly status: Uint8Array;
  /** How often the path was remade with the same bytes, in a row, after it had been linked. */
  readonly remade: Uint8Array;
  /** How often the path was remade with the same bytes while it stood apart, which shows that links are not the cause. */
  readonly patience: Uint8Array;
}

/** What runs remember about the files below a directory. Never believed without a look at the disk. */
export interface State {
  /** The directory that the paths are relative to, as a real path, and its device and inode. */
  readonly root: BytePath;
  readonly device: bigint;
  readonly inode: bigint;
  /** When the state was made, nanoseconds since 1970. */
  readonly savedAt: bigint;
  readonly devices: readonly bigint[];
  /** Paths relative to `root`, each once; "" is the root itself. */
  readonly dirs: readonly BytePath[];
  /** Directory `d` has the entries from `dirEnds[d - 1]` to `dirEnds[d] - 1`. */
  readonly dirEnds: Uint32Array;
  readonly entries: Entries;
  /** By entry: `touchDigest` of the contents, of files that their tools may touch. */
  readonly digests: ReadonlyMap<number, bigint>;
  /** Digests of candidate groups that need not be compared again, see `SettledGroups`. */
  readonly settled: Float64Array;
  /** Numbers of links at which a file could take no more; see `learnLinkLimits`. */
  readonly linkLimits: Float64Array;
}

/** Columns of 64-bit numbers as pairs of 32-bit words, which can be compared without making bigints. */
export function wordsOf({
  buffer,
  byteOffset,
  length,
}: BigUint64Array | BigInt64Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length * 2);
}

export function entryCount({ entries }: Pick<State, "entries">): number {
  return entries.nameEnds.length;
}

/** Where the name of a row or entry begins. */
export function nameStart(nameEnds: Uint32Array, row: number): number {
  return row === 0 ? 0 : nameEnds[row - 1];
}

export function entryName(entries: Entries, entry: number): BytePath {
  const { buffer, byteOffset } = entries.names;
  const start = nameStart(entries.nameEnds, entry);
  const length = entries.nameEnds[entry] - start;
  return Buffer.from(buffer, byteOffset + start, length).toString("latin1");
}

/** The entries of a directory: the first, and the one after the last. */
export function entriesOf({ dirEnds }: State, dir: number): readonly [from: number, to: number] {
  return [dir === 0 ? 0 : dirEnds[dir - 1], dirEnds[dir]];
}
