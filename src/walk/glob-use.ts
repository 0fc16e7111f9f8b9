import type { BytePath } from "../core/byte-path.ts";

type Match = (relative: BytePath) => boolean;

/** Finds out which of some globs match something. A glob costs time only until it has matched for the first time. */
export class GlobUse {
  #pending: { readonly number: number; readonly matches: Match }[];
  #matched: number[] = [];

  constructor(globs: readonly Match[]) {
    this.#pending = globs.map((matches, number) => ({ number, matches }));
  }

  /** Whether a glob has not matched yet. */
  get isPending(): boolean {
    return this.#pending.length > 0;
  }

  /** @param relative The path of a file or directory, relative to its root. */
  note(relative: BytePath): void {
    const hits = this.#pending.filter(({ matches }) => matches(relative));
    if (hits.length === 0) return;
    for (const { number } of hits) this.#matched.push(number);
    this.#pending = this.#pending.filter((glob) => !hits.includes(glob));
  }

  /** Returns the indexes of the globs that have matched since the last call. */
  takeMatched(): number[] {
    const matched = this.#matched;
    this.#matched = [];
    return matched;
  }
}
