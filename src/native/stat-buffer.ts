/** What a stat tells, exactly; times in nanoseconds since 1970. */
export interface StatFields {
  readonly dev: number | bigint;
  readonly ino: bigint;
  readonly mode: number | bigint;
  readonly uid: number | bigint;
  readonly gid: number | bigint;
  readonly nlink: number | bigint;
  readonly size: number | bigint;
  readonly blocks: number | bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

const TWO_16 = 0x1_0000;
const TWO_32 = 0x1_0000_0000;
const SECOND = 1_000_000_000;
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
/** Where the low and the high word of a 64-bit number stand. */
const LOW = isLittleEndian ? 0 : 1;
const HIGH = 1 - LOW;

/** Words of struct statx (statx(2)), which has the same layout on every architecture. */
const AT = {
  nlink: 4,
  uid: 5,
  gid: 6,
  inode: 8,
  size: 10,
  blocks: 12,
  ctime: 24,
  mtime: 28,
  deviceMajor: 34,
  deviceMinor: 35,
} as const;
const MODE_AT = 14;

/**
 * One file's stat, in memory that is used again for the next file: the walk looks at every file, and an
 * object with its 64-bit numbers would be made and thrown away for each.
 */
export class StatBuffer {
  /** What the kernel writes to. */
  readonly memory = new Uint8Array(256);
  readonly #u16 = new Uint16Array(this.memory.buffer);
  readonly #u32 = new Uint32Array(this.memory.buffer);
  readonly #u64 = new BigUint64Array(this.memory.buffer);
  readonly #i64 = new BigInt64Array(this.memory.buffer);
  #toldDevice: number | undefined;

  /** The device, as `fs.lstatSync` gives it. */
  get device(): number {
    return this.#toldDevice ?? deviceNumber(this.#u32[AT.deviceMajor], this.#u32[AT.deviceMinor]);
  }

  get inode(): bigint {
    return this.#u64[AT.inode / 2];
  }

  /** Nanoseconds since 1970. */
  get mtime(): bigint {
    return this.#i64[AT.mtime / 2] * BigInt(SECOND) + BigInt(this.#u32[AT.mtime + 2]);
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

  /** Blocks of 512 bytes that are taken on the disk. */
  get blocks(): number {
    return this.#number(AT.blocks);
  }

  /** Writes the inode number to a place in a column of 64-bit numbers, given as words. */
  putInode(words: Uint32Array, row: number): void {
    words[2 * row] = this.#u32[AT.inode];
    words[2 * row + 1] = this.#u32[AT.inode + 1];
  }

  /** The modification time in nanoseconds, likewise. */
  putMtime(words: Uint32Array, row: number): void {
    this.#putTime(AT.mtime, words, row);
  }

  putCtime(words: Uint32Array, row: number): void {
    this.#putTime(AT.ctime, words, row);
  }

  /** Takes over what another call has told; one look is filled by one kind of call only. */
  fill(told: StatFields): void {
    this.#toldDevice = Number(told.dev);
    this.#u64[AT.inode / 2] = told.ino;
    this.#u16[MODE_AT] = Number(told.mode);
    this.#u32[AT.uid] = Number(told.uid);
    this.#u32[AT.gid] = Number(told.gid);
    this.#u32[AT.nlink] = Number(told.nlink);
    this.#u64[AT.size / 2] = BigInt(told.size);
    this.#u64[AT.blocks / 2] = BigInt(told.blocks);
    this.#fillTime(AT.mtime, told.mtimeNs);
    this.#fillTime(AT.ctime, told.ctimeNs);
  }

  #number(at: number): number {
    return this.#u32[at + LOW] + this.#u32[at + HIGH] * TWO_32;
  }

  /** Seconds times 10^9 plus nanoseconds, in 64 bits, without a bigint where the seconds fit into 32. */
  #putTime(at: number, words: Uint32Array, row: number): void {
    const nanoseconds = this.#u32[at + 2];
    const seconds = this.#u32[at + LOW];
    if (this.#u32[at + HIGH] !== 0) {
      const exact = BigInt.asUintN(64, this.#i64[at / 2] * BigInt(SECOND) + BigInt(nanoseconds));
      words[2 * row + LOW] = Number(exact & 0xffff_ffffn);
      words[2 * row + HIGH] = Number(exact >> 32n);
      return;
    }
    // Each product is below 2^53.
    const upper = (seconds >>> 16) * SECOND;
    const lower = (upper % TWO_16) * TWO_16 + (seconds & 0xffff) * SECOND + nanoseconds;
    words[2 * row + LOW] = lower % TWO_32;
    words[2 * row + HIGH] = Math.floor(upper / TWO_16) + Math.floor(lower / TWO_32);
  }

  #fillTime(at: number, time: bigint): void {
    const nanoseconds = ((time % BigInt(SECOND)) + BigInt(SECOND)) % BigInt(SECOND);
    this.#i64[at / 2] = (time - nanoseconds) / BigInt(SECOND);
    this.#u32[at + 2] = Number(nanoseconds);
  }
}

/** glibc's makedev(3), which `fs.Stats.dev` is made by: the numbers of both agree. */
export function deviceNumber(major: number, minor: number): number {
  const low = (minor & 0xff) + (major & 0xfff) * 0x100 + (minor & 0xfff00) * 0x1000;
  const high = Math.floor(minor / 0x100000) + Math.floor(major / 0x1000) * 0x1000;
  return low + high * TWO_32;
}
