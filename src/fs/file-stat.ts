import type { Stat } from "./disk.ts";

/** What the system says of a file. Sizes in bytes, times in nanoseconds since 1970. */
export interface FileStat {
  readonly dev: number;
  readonly ino: bigint;
  /** File type and permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  readonly size: number;
  /** Blocks of 512 bytes that it takes on the disk. */
  readonly blocks: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** Node's stat in the form that the native calls have too. */
export function fileStat(stat: Stat): FileStat {
  return {
    dev: Number(stat.dev),
    ino: stat.ino,
    mode: Number(stat.mode),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    nlink: Number(stat.nlink),
    size: Number(stat.size),
    blocks: Number(stat.blocks),
    mtimeNs: stat.mtimeNs,
    ctimeNs: stat.ctimeNs,
  };
}
