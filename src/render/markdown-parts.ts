/** What the Markdown summaries of all commands consist of. */
import type { BytePath } from "../core/byte-path.ts";
import { printable } from "./printable.ts";

/** A table whose first row is its head. All columns but the first are aligned to the right. */
export function markdownTable([head, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  const rule = `| ${head.map((_, column) => (column === 0 ? "---" : "---:")).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

/** Characters that Markdown may take for markup; and those that begin an entity such as `&#8238;`. */
const MARKUP = /[\\|`*_<>[\]~&]/g;

export function escapeMarkdown(text: string): string {
  // Control characters, and characters that reverse the writing direction.
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ").replace(MARKUP, "\\$&");
}

/** A path, or other text in bytes, as code. Its unsafe characters are escaped as on a terminal. */
export function codeSpan(text: BytePath): string {
  const shown = printable(text);
  const longest = (shown.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
  const fence = "`".repeat(longest + 1);
  // The spaces are no part of the code if there is one at both ends.
  const isPadded = /^[ `]|[ `]$/.test(shown);
  return isPadded ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}
