import type { BigIntStats } from "node:fs";
import { clampTime } from "../core/time-range.ts";

/** A file's attributes. Times are in nanoseconds since 1970, negative before. */
export interface FileStat {
  /** The device, as `fs.lstatSync` reports it. */
  readonly dev: number;
  readonly ino: bigint;
  /** Type and permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  /** Bytes. */
  readonly size: number;
  /** Allocated blocks of 512 bytes. */
  readonly blocks: number;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  /** Whether entries of the directory can only be added (chattr +a); undefined if the call does not report it. */
  readonly isAppendOnly?: boolean;
  /** Whether nothing about the file or directory can be changed (chattr +i); undefined if the call does not report it. */
  readonly isImmutable?: boolean;
}

const TWO_16 = 0x1_0000;
const TWO_32 = 0x1_0000_0000;
const SECOND = 1_000_000_000;
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
/** The index of the low and the high word of a 64-bit number. */
const LOW = isLittleEndian ? 0 : 1;
const HIGH = 1 - LOW;

/** Offsets in struct statx (statx(2)), in words of 32 bits. The layout is the same on every architecture. */
const AT = {
  attributes: 2,
  nlink: 4,
  uid: 5,
  gid: 6,
  inode: 8,
  size: 10,
  blocks: 12,
  atime: 16,
  ctime: 24,
  mtime: 28,
  deviceMajor: 34,
  deviceMinor: 35,
} as const;
const STATX_ATTR_IMMUTABLE = 0x10;
const STATX_ATTR_APPEND = 0x20;
/** In words of 16 bits. */
const MODE_AT = 14;

/**
 * The attributes of one file, in memory that is reused for the next: the walk calls stat for every file, and would
 * otherwise create an object and its 64-bit numbers for each.
 */
export class StatBuffer {
  /** The kernel writes a struct statx here. */
  readonly memory = new Uint8Array(256);
  readonly #u16 = new Uint16Array(this.memory.buffer);
  readonly #u32 = new Uint32Array(this.memory.buffer);
  readonly #u64 = new BigUint64Array(this.memory.buffer);
  readonly #i64 = new BigInt64Array(this.memory.buffer);
  readonly #scratch64 = new BigInt64Array(1);
  readonly #scratch32 = new Uint32Array(this.#scratch64.buffer);
  #device: number | undefined;

  /** The device, as `fs.lstatSync` reports it. */
  get device(): number {
    return this.#device ?? deviceNumber(this.#u32[AT.deviceMajor], this.#u32[AT.deviceMinor]);
  }

  get inode(): bigint {
    return this.#u64[AT.inode / 2];
  }

  /** Nanoseconds since 1970. */
  get mtime(): bigint {
    return this.#time(AT.mtime);
  }

  /** Type and permission bits. */
  get mode(): number {
    return this.#u16[MODE_AT];
  }

  get uid(): number {
    return this.#u32[AT.uid];
  }

  get gid(): number {
    return this.#u32[AT.gid];
  }

  get links(): number {
    return this.#u32[AT.nlink];
  }

  /** Bytes. */
  get size(): number {
    return this.#number(AT.size);
  }

  /** Allocated blocks of 512 bytes. */
  get blocks(): number {
    return this.#number(AT.blocks);
  }

  /** Writes the inode number to a row of a column of 64-bit numbers, given as its 32-bit words. */
  putInode(words: Uint32Array, row: number): void {
    words[2 * row] = this.#u32[AT.inode];
    words[2 * row + 1] = this.#u32[AT.inode + 1];
  }

  /** Writes the modification time in nanoseconds, as `putInode` does. */
  putMtime(words: Uint32Array, row: number): void {
    this.#putTime(AT.mtime, words, row);
  }

  /** Writes the change time in nanoseconds, as `putInode` does. */
  putCtime(words: Uint32Array, row: number): void {
    this.#putTime(AT.ctime, words, row);
  }

  toStat(): FileStat {
    return {
      dev: this.device,
      ino: this.inode,
      mode: this.mode,
      uid: this.uid,
      gid: this.gid,
      nlink: this.links,
      size: this.size,
      blocks: this.blocks,
      atimeNs: this.#time(AT.atime),
      mtimeNs: this.#time(AT.mtime),
      ctimeNs: this.#time(AT.ctime),
      isImmutable: (this.#u32[AT.attributes + LOW] & STATX_ATTR_IMMUTABLE) !== 0,
      isAppendOnly: (this.#u32[AT.attributes + LOW] & STATX_ATTR_APPEND) !== 0,
    };
  }

  /** Takes the attributes from another call. A buffer that was filled once must not be passed to the kernel later. */
  fill(stat: FileStat | BigIntStats): void {
    this.#device = Number(stat.dev);
    this.#u64[AT.inode / 2] = stat.ino;
    this.#u16[MODE_AT] = Number(stat.mode);
    this.#u32[AT.uid] = Number(stat.uid);
    this.#u32[AT.gid] = Number(stat.gid);
    this.#u32[AT.nlink] = Number(stat.nlink);
    this.#u64[AT.size / 2] = BigInt(stat.size);
    this.#u64[AT.blocks / 2] = BigInt(stat.blocks);
    this.#fillTime(AT.atime, stat.atimeNs);
    this.#fillTime(AT.mtime, stat.mtimeNs);
    this.#fillTime(AT.ctime, stat.ctimeNs);
  }

  /** Makes a single bigint if the seconds fit into 32 bits. */
  #time(at: number): bigint {
    if (this.#u32[at + HIGH] !== 0) return this.#exactTime(at);
    this.#putTime(at, this.#scratch32, 0);
    return this.#scratch64[0];
  }

  #exactTime(at: number): bigint {
    return this.#i64[at / 2] * BigInt(SECOND) + BigInt(this.#u32[at + 2]);
  }

  #number(at: number): number {
    return this.#u32[at + LOW] + this.#u32[at + HIGH] * TWO_32;
  }

  /** Seconds times 10^9 plus nanoseconds, clamped to 64 bits; without a bigint if the seconds fit into 32 bits. */
  #putTime(at: number, words: Uint32Array, row: number): void {
    const nanoseconds = this.#u32[at + 2];
    const seconds = this.#u32[at + LOW];
    if (this.#u32[at + HIGH] !== 0) {
      const exact = BigInt.asUintN(64, clampTime(this.#exactTime(at)));
      words[2 * row + LOW] = Number(exact & 0xffff_ffffn);
      words[2 * row + HIGH] = Number(exact >> 32n);
      return;
    }
    // Each number is below 2^53. `imul` gives the low bits of a product, for which `%` takes much longer.
    const upper = (seconds >>> 16) * SECOND;
    const middle = (Math.imul(seconds >>> 16, SECOND) & 0xffff) * TWO_16;
    const lower = middle + (seconds & 0xffff) * SECOND + nanoseconds;
    words[2 * row + LOW] = Math.imul(seconds, SECOND) + nanoseconds;
    words[2 * row + HIGH] = Math.floor(upper / TWO_16) + Math.floor(lower / TWO_32);
  }

  #fillTime(at: number, time: bigint): void {
    const nanoseconds = ((time % BigInt(SECOND)) + BigInt(SECOND)) % BigInt(SECOND);
    this.#i64[at / 2] = (time - nanoseconds) / BigInt(SECOND);
    this.#u32[at + 2] = Number(nanoseconds);
  }
}

/** makedev(3) of glibc, which also computes `fs.Stats.dev`. */
function deviceNumber(major: number, minor: number): number {
  const low = (minor & 0xff) + (major & 0xfff) * 0x100 + (minor & 0xfff00) * 0x1000;
  const high = Math.floor(minor / 0x100000) + Math.floor(major / 0x1000) * 0x1000;
  return low + high * TWO_32;
}
