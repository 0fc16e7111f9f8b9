/** Thrown by a `WorkBudget` that is used up. */
export class BudgetExceeded extends Error {}

/**
 * Bounds the work that a file of unknown origin can cause. Whoever parses the file spends a step for each character
 * that is read or produced, and for each item of a list: some nanoseconds each. The count depends only on the file,
 * not on the machine.
 */
export class WorkBudget {
  #left: number;

  constructor(steps: number) {
    this.#left = steps;
  }

  /** @throws BudgetExceeded */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new BudgetExceeded("it takes too much work to read");
  }
}
