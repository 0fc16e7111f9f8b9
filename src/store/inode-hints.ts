import { type BytePath, join } from "../core/byte-path.ts";
import { type Result, isErrno } from "../core/result.ts";
import { appendBytes, replaceDurably } from "../fs/durable-file.ts";
import { readRegularFile } from "../fs/read-regular-file.ts";
import { temporaryPath } from "./temporaries.ts";

const FILE = "inodes";
/** A record: the digest, then the inode number in little-endian order. */
const DIGEST_BYTES = 32;
const RECORD = DIGEST_BYTES + 8;
/** Bytes of the records of 10 million entries; a larger file is rebuilt. */
const MOST_BYTES = 400_000_000;

/** A digest in hexadecimal, and the inode of an entry with this content. */
export interface Hint {
  readonly digest: string;
  readonly inode: bigint;
}

/**
 * Which inodes are entries of the store, as far as runs have recorded it: a file of the tree that is an entry already
 * need not be read. Only a hint: the entry that it names has to be looked at.
 */
export class InodeHints {
  readonly #records: Buffer;
  readonly #count: number;
  /** Hash tables of record numbers plus one; 0 marks a free slot. */
  #byInode: Int32Array | undefined;
  #byDigest: Int32Array | undefined;

  /** @param records Later records overrule earlier ones of the same inode. */
  constructor(records: Buffer) {
    this.#records = records;
    this.#count = Math.floor(records.length / RECORD);
  }

  /** The number of records. */
  get count(): number {
    return this.#count;
  }

  /** The digest of an entry with this inode. */
  digestOf(inode: bigint): string | undefined {
    const low = Number(BigInt.asUintN(32, inode));
    return this.digestOfWords(low, Number(BigInt.asUintN(32, inode >> 32n)));
  }

  /** `digestOf` for an inode number that is given as two words of 32 bits. */
  digestOfWords(low: number, high: number): string | undefined {
    if (this.#count === 0) return undefined;
    const slots = (this.#byInode ??= this.#indexInodes());
    const first = slotOf((low ^ high) | 0, slots);
    for (let at = first; slots[at] !== 0; at = (at + 1) & (slots.length - 1)) {
      const record = (slots[at] - 1) * RECORD;
      const isSame =
        this.#records.readUInt32LE(record + DIGEST_BYTES) === low &&
        this.#records.readUInt32LE(record + DIGEST_BYTES + 4) === high;
      if (isSame) return this.#records.toString("hex", record, record + DIGEST_BYTES);
    }
    return undefined;
  }

  /** Whether an entry with this content was recorded. */
  knows(digest: string): boolean {
    return this.recordsOf(digest) > 0;
  }

  /** How often entries with this content were recorded: 0, 1, or 2 for more than once. */
  recordsOf(digest: string): number {
    let records = 0;
    if (this.#count === 0) return records;
    this.#byDigest ??= this.#indexDigests();
    const wanted = Buffer.from(digest, "hex");
    const slots = this.#byDigest;
    const first = slotOf(wanted.readInt32LE(0), slots);
    for (let at = first; slots[at] !== 0; at = (at + 1) & (slots.length - 1)) {
      const record = (slots[at] - 1) * RECORD;
      if (this.#records.compare(wanted, 0, DIGEST_BYTES, record, record + DIGEST_BYTES) === 0)
        records += 1;
      if (records === 2) break;
    }
    return records;
  }

  /** From the last record to the first: the first one that is found is the latest. */
  #indexInodes(): Int32Array {
    const slots = emptySlots(this.#count);
    for (let i = this.#count - 1; i >= 0; i -= 1) {
      const at = i * RECORD + DIGEST_BYTES;
      insert(slots, this.#records.readInt32LE(at) ^ this.#records.readInt32LE(at + 4), i);
    }
    return slots;
  }

  #indexDigests(): Int32Array {
    const slots = emptySlots(this.#count);
    for (let i = 0; i < this.#count; i += 1)
      insert(slots, this.#records.readInt32LE(i * RECORD), i);
    return slots;
  }
}

/** At most half full. */
function emptySlots(count: number): Int32Array {
  return new Int32Array(2 ** Math.ceil(Math.log2(count * 2 + 2)));
}

function slotOf(word: number, slots: Int32Array): number {
  const half = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
  return (half ^ (half >>> 13)) & (slots.length - 1);
}

function insert(slots: Int32Array, word: number, record: number): void {
  let at = slotOf(word, slots);
  while (slots[at] !== 0) at = (at + 1) & (slots.length - 1);
  slots[at] = record + 1;
}

/** Reads the hints of a store; undefined if they are missing or damaged. */
export function readHints(store: BytePath): InodeHints | undefined {
  const bytes = readRegularFile(join(store, FILE), MOST_BYTES);
  if (bytes === undefined || isErrno(bytes) || bytes.length % RECORD !== 0) return undefined;
  return new InodeHints(bytes);
}

/** Adds hints to those of a store. */
export function appendHints(store: BytePath, hints: readonly Hint[]): Result {
  return hints.length === 0 ? undefined : appendBytes(join(store, FILE), encodeHints(hints));
}

/** Replaces the hints of a store. */
export function writeHints(store: BytePath, records: Uint8Array): Result {
  return replaceDurably(join(store, FILE), temporaryPath(store, FILE), records);
}

function encodeHints(hints: readonly Hint[]): Buffer {
  const records = new HintRecords(hints.length);
  for (const { digest, inode } of hints) records.add(digest, inode);
  return records.bytes();
}

/** Collects hints in the form in which they are stored. */
export class HintRecords {
  #memory: Buffer;
  #length = 0;

  constructor(expected = 1024) {
    this.#memory = Buffer.allocUnsafe(Math.max(1, expected) * RECORD);
  }

  add(digest: string, inode: bigint): void {
    if (this.#length === this.#memory.length) {
      const larger = Buffer.allocUnsafe(2 * this.#memory.length);
      this.#memory.copy(larger);
      this.#memory = larger;
    }
    this.#memory.write(digest, this.#length, "hex");
    this.#memory.writeBigUInt64LE(BigInt.asUintN(64, inode), this.#length + DIGEST_BYTES);
    this.#length += RECORD;
  }

  bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }
}
