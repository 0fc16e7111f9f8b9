import type { DifferenceGroup } from "../../core/diff-report.ts";
import { count, plural } from "../numbers.ts";
import { printable } from "../printable.ts";
import { wrap } from "../wrap.ts";

/** The width of the screen that the text fits. */
export const WIDTH = 80;
/** How many examples of a group are printed. */
export const EXAMPLES = 3;

/** `412 static-library files differ only in members' times: build with ar D`. */
export function groupTitle({
  kind,
  verdict,
  remedy,
  pairs,
}: Pick<DifferenceGroup, "kind" | "verdict" | "remedy"> & {
  readonly pairs: readonly unknown[];
}): string {
  const names =
    kind === "symbolic-link" ? "symbolic link" : kind === "other" ? "file" : `${kind} file`;
  const subject = plural(pairs.length, names);
  // A verdict without a subject continues the sentence.
  const isVerb = /^differ\b/.test(verdict);
  const verb = pairs.length === 1 ? verdict.replace(/^differ\b/, "differs") : verdict;
  const text = `${subject}${isVerb ? "" : ":"} ${verb}${remedy === undefined ? "" : `: ${remedy}`}`;
  return printable(text);
}

/** Yields an empty line, the title, and the lines of the first `most` items; nothing if there are none. */
export function* groupLines<Item>(
  title: string,
  items: readonly Item[],
  describe: (item: Item) => readonly string[],
  most: number,
): Generator<string> {
  if (items.length === 0) return;
  yield "";
  yield* wrap(title, WIDTH);
  // One more item takes no more room than the line that counts it.
  const shown = items.length === most + 1 ? items : items.slice(0, most);
  for (const item of shown) yield* describe(item);
  const rest = items.length - shown.length;
  if (rest > 0) yield `  and ${count(rest)} more (-v lists all)`;
}
