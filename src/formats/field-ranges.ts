import type { Range } from "./ranges.ts";

type Meaning = Omit<Range, "offset" | "length">;

/** Collects ranges that follow each other: the fields of a header, or of an entry of a table. */
export class FieldRanges {
  readonly ranges: Range[] = [];
  #offset: number;

  constructor(offset: number) {
    this.#offset = offset;
  }

  add(length: number, meaning: Meaning): this {
    if (length > 0) this.ranges.push({ offset: this.#offset, length, ...meaning });
    this.#offset += length;
    return this;
  }
}
