/** The rows of a plan while it is made. Sets can be planned in any order, since a set has one row per path. */
export class PlanRows {
  readonly starts: Uint32Array;
  readonly names: Uint32Array;
  readonly keepers: Uint32Array;
  readonly verdicts: Uint8Array;
  #row = 0;

  /** @param starts The first row of each set, and the number of all rows at the end. */
  constructor(starts: Uint32Array) {
    const count = starts[starts.length - 1];
    this.starts = starts;
    this.names = new Uint32Array(count);
    this.keepers = new Uint32Array(count);
    this.verdicts = new Uint8Array(count);
  }

  /** Makes `add` continue with the first row of a set. */
  begin(set: number): void {
    this.#row = this.starts[set];
  }

  /** Adds a row per path, all with the same keeper and verdict; the first of these rows. */
  add(names: readonly number[], keeper: number, verdict: number): number {
    const first = this.#row;
    for (const name of names) {
      this.names[this.#row] = name;
      this.keepers[this.#row] = keeper;
      this.verdicts[this.#row] = verdict;
      this.#row += 1;
    }
    return first;
  }
}
