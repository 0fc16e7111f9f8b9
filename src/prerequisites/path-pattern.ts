import { BudgetExceeded, type WorkBudget } from "../core/work-budget.ts";

/** A part of a pattern: a text, or a variable, whose value may be empty, or make's `%`, whose value may not. */
type Part = { readonly text: string } | { readonly variable: string } | { readonly stem: true };

/** Steps to try one part at one place, and to begin a match. */
const STEPS_PER_PART = 10;
const STEPS_PER_MATCH = 20;
const MAX_PARTS = 100;

/** The values of a match: of the variables by their names, and of `%`. */
export interface PatternMatch {
  readonly variables: ReadonlyMap<string, string>;
  readonly stem: string | undefined;
}

/**
 * A path with gaps: `%` stands for anything, a variable for a text without a slash, which is the same wherever the
 * variable recurs.
 */
export class PathPattern {
  readonly #parts: readonly Part[];
  readonly #budget: WorkBudget;

  /**
   * @param parts At least one.
   * @param budget Of the file that holds the pattern: the time of a match may grow exponentially with its variables.
   * @throws BudgetExceeded
   */
  constructor(parts: readonly Part[], budget: WorkBudget) {
    if (parts.length > MAX_PARTS) throw new BudgetExceeded();
    this.#parts = parts;
    this.#budget = budget;
  }

  /**
   * The first match of a whole path, each variable as long as possible.
   *
   * @throws BudgetExceeded
   */
  match(path: string): PatternMatch | undefined {
    const [first, last] = [this.#parts[0], this.#parts[this.#parts.length - 1]];
    this.#budget.spend(STEPS_PER_MATCH);
    if ("text" in first && !path.startsWith(first.text)) return undefined;
    if ("text" in last && !path.endsWith(last.text)) return undefined;
    const variables = new Map<string, string>();
    const found: { stem: string | undefined } = { stem: undefined };
    return this.#matchFrom(0, path, 0, variables, found)
      ? { variables, stem: found.stem }
      : undefined;
  }

  #matchFrom(
    part: number,
    path: string,
    at: number,
    variables: Map<string, string>,
    found: { stem: string | undefined },
  ): boolean {
    this.#budget.spend(STEPS_PER_PART);
    if (part === this.#parts.length) return at === path.length;
    const current = this.#parts[part];
    const goOn = (to: number): boolean => this.#matchFrom(part + 1, path, to, variables, found);
    if ("text" in current) {
      this.#budget.spend(current.text.length);
      return path.startsWith(current.text, at) && goOn(at + current.text.length);
    }
    const isStem = "stem" in current;
    const known = isStem ? found.stem : variables.get(current.variable);
    if (known !== undefined) return path.startsWith(known, at) && goOn(at + known.length);
    const slash = isStem ? -1 : path.indexOf("/", at);
    const last = slash < 0 ? path.length : slash;
    for (let to = last; to >= at + (isStem ? 1 : 0); to -= 1) {
      const value = path.slice(at, to);
      if (isStem) found.stem = value;
      else variables.set(current.variable, value);
      if (goOn(to)) return true;
    }
    if (isStem) found.stem = undefined;
    else variables.delete(current.variable);
    return false;
  }
}
