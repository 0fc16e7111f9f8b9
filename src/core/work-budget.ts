/**
 * Steps, of 5 to 10 ns each, that a file may take for each of its bytes. Most files take two to five; a Makefile whose
 * recipes have long commands in variables takes 50.
 */
const STEPS_PER_BYTE = 64;
/** Steps that one file may take beyond that: 0.1 s. */
const MAX_EXTRA = 10_000_000;

/** Steps that all files of a run together may take beyond what their sizes explain. */
export class WorkReserve {
  left = 10 * MAX_EXTRA;
}

/** Thrown by a `WorkBudget` that is used up. */
export class BudgetExceeded extends Error {
  constructor() {
    super("it takes too much work to read");
  }
}

/**
 * Bounds the work that a file of unknown origin can cause: a few bytes may ask for exponential time. The parser of
 * the file spends a step for each character that it reads or produces. What is refused depends on the files alone,
 * not on the machine.
 */
export class WorkBudget {
  #own: number;
  #extra = MAX_EXTRA;
  readonly #reserve: WorkReserve;

  /** @param size The file's, in bytes. */
  constructor(size: number, reserve = new WorkReserve()) {
    this.#own = size * STEPS_PER_BYTE;
    this.#reserve = reserve;
  }

  /** Allows the work for a file that this one includes. */
  allow(size: number): void {
    this.#own += size * STEPS_PER_BYTE;
  }

  /** @throws BudgetExceeded */
  spend(steps: number): void {
    this.#own -= steps;
    if (this.#own >= 0) return;
    this.#extra += this.#own;
    this.#reserve.left += this.#own;
    this.#own = 0;
    if (this.#extra < 0 || this.#reserve.left < 0) throw new BudgetExceeded();
  }
}
