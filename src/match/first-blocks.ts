import { FIRST_BLOCK } from "./block-lengths.ts";
import { type BlockTools, type ContentClass, joinConfirmed, sampleOf } from "./split-by-block.ts";

/** Files that are read side by side, at most. */
export const SMALL_GROUP = 64;

/**
 * The first blocks of a few files, side by side. Most candidates differ in them: those are opened, read and
 * closed, and nothing is made for them but a number.
 */
export class FirstBlocks {
  readonly #memory = Buffer.allocUnsafeSlow(SMALL_GROUP * FIRST_BLOCK);
  readonly #blocks = Array.from({ length: SMALL_GROUP }, (_, i) =>
    this.#memory.subarray(i * FIRST_BLOCK, (i + 1) * FIRST_BLOCK),
  );
  readonly #files = new Uint32Array(SMALL_GROUP);
  readonly #samples = new Int32Array(SMALL_GROUP);
  /** The first one that is equal. */
  readonly #likeOf = new Int32Array(SMALL_GROUP);
  /** 1 where there is another one that is equal. */
  readonly #hasLike = new Uint8Array(SMALL_GROUP);
  /** Of the first of equal ones: its part. */
  readonly #partOf = new Int32Array(SMALL_GROUP);

  /**
   * Splits the members `from` to `to - 1`, `ABREAST` at most, by their first `length` bytes.
   *
   * @param ends These are all bytes: files that have found their like are closed.
   * @returns The parts of two members or more. Their blocks are good until the next call, and not to be given
   *   to `BlockBuffers`.
   */
  split(
    tools: BlockTools,
    members: Uint32Array,
    from: number,
    to: number,
    length: number,
    ends: boolean,
  ): ContentClass[] {
    const count = this.#read(tools, members, from, to, length);
    this.#findLikes(count, length);
    return this.#collect(tools, count, ends);
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
      if (!reader.read(members[i], block, length, 0)) continue;
      this.#files[count] = members[i];
      this.#samples[count] = sampleOf(block, length);
      count += 1;
    }
    return count;
  }

  #findLikes(count: number, length: number): void {
    const samples = this.#samples;
    const likeOf = this.#likeOf;
    for (let i = 0; i < count; i += 1) {
      likeOf[i] = i;
      this.#hasLike[i] = 0;
      for (let k = 0; k < i; k += 1) {
        if (samples[k] !== samples[i] || likeOf[k] !== k) continue;
        if (this.#blocks[k].compare(this.#blocks[i], 0, length, 0, length) !== 0) continue;
        likeOf[i] = k;
        this.#hasLike[i] = this.#hasLike[k] = 1;
        break;
      }
    }
  }

  #collect(tools: BlockTools, count: number, ends: boolean): ContentClass[] {
    const parts: ContentClass[] = [];
    for (let i = 0; i < count; i += 1) {
      const file = this.#files[i];
      const like = this.#likeOf[i];
      if (this.#hasLike[i] === 0) {
        tools.reader.release(file);
      } else if (like === i) {
        this.#partOf[i] = parts.length;
        const [block, sample] = [this.#blocks[i], this.#samples[i]];
        parts.push({ members: [file], block, sample, blockHash: -1 });
      } else joinConfirmed(tools, parts[this.#partOf[like]], file, ends);
    }
    return parts;
  }
}
