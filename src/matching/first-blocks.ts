import { FIRST_BLOCK } from "./block-lengths.ts";
import { type BlockTools, type EqualSoFar, join, sampleOf } from "./split-by-block.ts";

/** Files that are read side by side. */
export const ABREAST = 64;

const NONE: EqualSoFar[] = [];

/**
 * The first blocks of a few files, side by side. Most candidates differ in them: those are opened, read and
 * closed, and nothing is made for them but a number.
 */
export class FirstBlocks {
  readonly #memory = Buffer.allocUnsafeSlow(ABREAST * FIRST_BLOCK);
  readonly #blocks = Array.from({ length: ABREAST }, (_, i) =>
    this.#memory.subarray(i * FIRST_BLOCK, (i + 1) * FIRST_BLOCK),
  );
  readonly #files = new Uint32Array(ABREAST);
  readonly #descriptors = new Int32Array(ABREAST);
  readonly #samples = new Int32Array(ABREAST);
  /** The first one that is equal. */
  readonly #likeOf = new Int32Array(ABREAST);
  /** 1 where there is another one that is equal. */
  readonly #hasLike = new Uint8Array(ABREAST);
  /** Of the first of equal ones: its part. */
  readonly #partOf = new Int32Array(ABREAST);

  /**
   * Splits the members `from` to `to - 1`, `ABREAST` at most, by their first `length` bytes.
   *
   * @param ends These are all bytes: files that have found their like are closed.
   * @returns The parts of two members or more; their blocks are good until the next call.
   */
  split(
    tools: BlockTools,
    members: Uint32Array,
    from: number,
    to: number,
    length: number,
    ends: boolean,
  ): EqualSoFar[] {
    const count = this.#read(tools, members, from, to, length);
    if (this.#findLikes(count, length)) return this.#join(tools, count, ends);
    for (let i = 0; i < count; i += 1) tools.reader.drop(this.#descriptors[i]);
    return NONE;
  }

  #read(
    { reader }: BlockTools,
    members: Uint32Array,
    from: number,
    to: number,
    length: number,
  ): number {
    let count = 0;
    for (let i = from; i < to; i += 1) {
      const block = this.#blocks[count];
      const descriptor = reader.begin(members[i], block, length);
      if (descriptor < 0) continue;
      this.#files[count] = members[i];
      this.#descriptors[count] = descriptor;
      this.#samples[count] = sampleOf(block, length);
      count += 1;
    }
    return count;
  }

  /** Whether any two are equal. */
  #findLikes(count: number, length: number): boolean {
    const samples = this.#samples;
    const likeOf = this.#likeOf;
    let found = false;
    for (let i = 0; i < count; i += 1) {
      likeOf[i] = i;
      this.#hasLike[i] = 0;
      for (let k = 0; k < i; k += 1) {
        if (samples[k] !== samples[i] || likeOf[k] !== k) continue;
        if (this.#blocks[k].compare(this.#blocks[i], 0, length, 0, length) !== 0) continue;
        likeOf[i] = k;
        this.#hasLike[i] = this.#hasLike[k] = 1;
        found = true;
        break;
      }
    }
    return found;
  }

  #join(tools: BlockTools, count: number, ends: boolean): EqualSoFar[] {
    const { reader } = tools;
    const parts: EqualSoFar[] = [];
    for (let i = 0; i < count; i += 1) {
      const [file, descriptor, like] = [this.#files[i], this.#descriptors[i], this.#likeOf[i]];
      if (this.#hasLike[i] === 0) {
        reader.drop(descriptor);
        continue;
      }
      reader.keep(file, descriptor);
      if (like === i) {
        this.#partOf[i] = parts.length;
        const [block, sample] = [this.#blocks[i], this.#samples[i]];
        parts.push({ members: [file], block, sample, blockHash: -1 });
      } else join(tools, parts[this.#partOf[like]], file, ends);
    }
    return parts;
  }
}
