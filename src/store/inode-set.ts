import { type BytePath, join } from "../core/byte-path.ts";
import { isErrno } from "../core/result.ts";
import { native } from "../native/native.ts";
import { BUCKET_COUNT, bucketName } from "./layout.ts";

/** Inode numbers, each given by the two words of 32 bits in which a column of the file table has it. */
export class InodeSet {
  /** Pairs of words; a pair of zeros marks a free slot, as no file has the inode number 0. */
  #slots: Uint32Array;
  #count = 0;

  constructor(expected: number) {
    this.#slots = new Uint32Array(2 * 2 ** Math.ceil(Math.log2(2 * expected + 2)));
  }

  add(first: number, second: number): void {
    if (4 * this.#count >= this.#slots.length) this.#grow();
    const at = this.#find(first, second);
    if (this.#isFree(at)) this.#count += 1;
    this.#slots[at] = first;
    this.#slots[at + 1] = second;
  }

  has(first: number, second: number): boolean {
    return !this.#isFree(this.#find(first, second));
  }

  #isFree(at: number): boolean {
    return this.#slots[at] === 0 && this.#slots[at + 1] === 0;
  }

  /** The place of an inode, or the free one where it belongs. */
  #find(first: number, second: number): number {
    const word = first ^ second;
    const half = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
    const last = this.#slots.length - 1;
    let at = (2 * (half ^ (half >>> 13))) & last;
    while (!this.#isFree(at) && (this.#slots[at] !== first || this.#slots[at + 1] !== second))
      at = (at + 2) & last;
    return at;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 2) {
      if (old[at] === 0 && old[at + 1] === 0) continue;
      const to = this.#find(old[at], old[at + 1]);
      this.#slots[to] = old[at];
      this.#slots[to + 1] = old[at + 1];
    }
  }
}

/**
 * The inodes of all entries of a store, as its directories have them; undefined if these cannot be read. Takes some 0.2
 * microseconds for each entry, while a look at a single one takes some 8.
 */
export function listInodes(store: BytePath, expected: number): InodeSet | undefined {
  const calls = native();
  if (calls === undefined) return undefined;
  const inodes = new InodeSet(expected);
  const add = (first: number, second: number): void => inodes.add(first, second);
  for (let bucket = 0; bucket < BUCKET_COUNT; bucket += 1) {
    const dir = calls.openDir(join(store, bucketName(bucket)));
    if (isErrno(dir)) return undefined;
    const read = calls.readInodes(dir, add);
    calls.close(dir);
    if (isErrno(read)) return undefined;
  }
  return inodes;
}
