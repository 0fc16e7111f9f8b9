import type { FileTable } from "../core/file-table.ts";
import { type ReadingPlan, FIRST_BLOCK, readsAll } from "./block-lengths.ts";
import type { BlockTools, ContentClass } from "./content-class.ts";
import { joinConfirmed, mayNeedHash, sampleOf } from "./split-by-block.ts";

/** Groups of at most this many files have their first blocks read side by side. */
export const SMALL_GROUP = 64;

/** Small groups whose files end in their first block are compared without hashing blocks. */
export function needsBlockHashes(
  { columns: { size } }: FileTable,
  members: Uint32Array,
  starts: Uint32Array,
  plan: ReadingPlan,
): boolean {
  const smallGroup = readsAll(plan) ? 0 : SMALL_GROUP;
  return starts.some((start, g) => {
    const count = starts[g + 1] - start;
    return mayNeedHash(count) && (count > smallGroup || size[members[start]] > FIRST_BLOCK);
  });
}

/**
 * The first blocks of a small group, side by side. Most candidates differ in them: these are opened, read and
 * closed without allocating an object. Groups that are split block by block from the start take 3 to 8 % more
 * processor time on trees of small files.
 */
export class FirstBlocks {
  readonly #memory = Buffer.allocUnsafeSlow(SMALL_GROUP * FIRST_BLOCK);
  readonly #blocks = Array.from({ length: SMALL_GROUP }, (_, i) =>
    this.#memory.subarray(i * FIRST_BLOCK, (i + 1) * FIRST_BLOCK),
  );
  readonly #files = new Uint32Array(SMALL_GROUP);
  readonly #samples = new Int32Array(SMALL_GROUP);
  /** Index of the first file that equals this one. */
  readonly #firstEqual = new Int32Array(SMALL_GROUP);
  /** 1 if another file equals this one. */
  readonly #hasEqual = new Uint8Array(SMALL_GROUP);
  /** By index of the first of several equal files: the index of their class. */
  readonly #classOf = new Int32Array(SMALL_GROUP);

  /**
   * Splits the members `from` to `to - 1`, at most `SMALL_GROUP`, by their first `length` bytes.
   *
   * @param ends The files end there: files of classes of two or more are closed.
   * @returns The classes of two or more members. Their blocks are valid until the next call and do not belong
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
    this.#findEqual(count, length);
    return this.#collect(tools, count, length, ends);
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

  #findEqual(count: number, length: number): void {
    const samples = this.#samples;
    const firstEqual = this.#firstEqual;
    for (let i = 0; i < count; i += 1) {
      firstEqual[i] = i;
      this.#hasEqual[i] = 0;
      for (let k = 0; k < i; k += 1) {
        if (samples[k] !== samples[i] || firstEqual[k] !== k) continue;
        if (this.#blocks[k].compare(this.#blocks[i], 0, length, 0, length) !== 0) continue;
        firstEqual[i] = k;
        this.#hasEqual[i] = this.#hasEqual[k] = 1;
        break;
      }
    }
  }

  #collect(tools: BlockTools, count: number, length: number, ends: boolean): ContentClass[] {
    const classes: ContentClass[] = [];
    for (let i = 0; i < count; i += 1) {
      const file = this.#files[i];
      const first = this.#firstEqual[i];
      const block = this.#blocks[i];
      if (this.#hasEqual[i] === 0) {
        tools.reader.release(file);
      } else if (first === i) {
        this.#classOf[i] = classes.length;
        classes.push({ members: [file], block, sample: this.#samples[i], blockHash: -1 });
      } else joinConfirmed(tools, classes[this.#classOf[first]], file, block, length, 0, ends);
    }
    return classes;
  }
}
