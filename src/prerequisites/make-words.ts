import type { WorkBudget } from "../core/work-budget.ts";
import { wordsIn } from "./white-space.ts";

/** Stands in expanded text for a value that only make can compute. */
export const UNKNOWN = "\u0001";
/** Steps to edit a word, beside those for its characters. */
const STEPS_PER_WORD = 10;

/** The words of an expanded text, and whether none had to be dropped as unknown. */
export function knownWords(text: string): { readonly words: string[]; readonly complete: boolean } {
  const all = wordsIn(text);
  const words = all.filter((word) => !word.includes(UNKNOWN));
  return { words, complete: words.length === all.length };
}

/** Replaces a text wherever it occurs. The budget is charged before, as the result may be too long for a string. */
export function replaceAll(text: string, from: string, to: string, budget: WorkBudget): string {
  const parts = text.split(from);
  budget.spend(text.length + parts.length * (STEPS_PER_WORD + to.length));
  return parts.join(to);
}

/** Replaces the words that match a pattern with `%`, as `$(patsubst)` does. */
export function mapWords(text: string, from: string, to: string, budget: WorkBudget): string {
  const words = wordsIn(text);
  budget.spend(text.length + words.length * (STEPS_PER_WORD + from.length + to.length));
  return words
    .map((word) => {
      const stem = stemIn(word, from);
      return stem === undefined ? word : to.replace("%", () => stem);
    })
    .join(" ");
}

/** Replaces the first `%` of each word. */
export function substituteStem(words: readonly string[], stem: string): string[] {
  return words.map((word) => word.replace("%", () => stem));
}

/** The part of a word that a pattern's `%` matches; undefined if the word does not match. */
export function stemIn(word: string, pattern: string): string | undefined {
  const percent = pattern.indexOf("%");
  if (percent < 0) return word === pattern ? "" : undefined;
  const [before, after] = [pattern.slice(0, percent), pattern.slice(percent + 1)];
  if (
    word.length < before.length + after.length ||
    !word.startsWith(before) ||
    !word.endsWith(after)
  )
    return undefined;
  return word.slice(before.length, word.length - after.length);
}

/** The arguments of a function call: what commas outside of brackets separate. */
export function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let level = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "(" || text[at] === "{") level += 1;
    else if (text[at] === ")" || text[at] === "}") level -= 1;
    else if (text[at] === "," && level === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}
