import type { Plan } from "../core/model.ts";

/** Collects a plan's rows, a set at a time, in whatever order the sets are planned. */
export class PlannedRows {
  readonly #names: Uint32Array;
  readonly #keepers: Uint32Array;
  readonly #verdicts: Uint8Array;
  /** By set: its first row here, and the one behind its last. */
  readonly #from: Uint32Array;
  readonly #to: Uint32Array;
  #count = 0;
  #isOrdered = true;
  #lastSet = -1;

  /** @param most Names that the sets can have together. */
  constructor(most: number, sets: number) {
    this.#names = new Uint32Array(most);
    this.#keepers = new Uint32Array(most);
    this.#verdicts = new Uint8Array(most);
    this.#from = new Uint32Array(sets);
    this.#to = new Uint32Array(sets);
  }

  begin(set: number): void {
    this.#isOrdered &&= set === this.#lastSet + 1;
    this.#lastSet = set;
    this.#from[set] = this.#count;
  }

  add(name: number, keeper: number, verdict: number): void {
    this.#names[this.#count] = name;
    this.#keepers[this.#count] = keeper;
    this.#verdicts[this.#count] = verdict;
    this.#count += 1;
  }

  end(set: number): void {
    this.#to[set] = this.#count;
  }

  /** The rows in the order of the sets. */
  inOrder(): Pick<Plan, "starts" | "names" | "keepers" | "verdicts"> {
    const starts = new Uint32Array(this.#from.length + 1);
    for (let set = 0; set < this.#from.length; set += 1)
      starts[set + 1] = starts[set] + this.#to[set] - this.#from[set];
    const [names, keepers, verdicts] = [this.#names, this.#keepers, this.#verdicts].map((column) =>
      this.#isOrdered ? column.slice(0, this.#count) : this.#reorder(column, starts),
    ) as [Uint32Array, Uint32Array, Uint8Array];
    return { starts, names, keepers, verdicts };
  }

  #reorder<T extends Uint32Array | Uint8Array>(column: T, starts: Uint32Array): T {
    const ordered = column.slice(0, this.#count) as T;
    for (let set = 0; set < this.#from.length; set += 1)
      ordered.set(column.subarray(this.#from[set], this.#to[set]), starts[set]);
    return ordered;
  }
}
