/** The lines on standard error. */
import type { Event } from "../core/events.ts";
import type { Problem, Unmatched, Warning } from "../core/report.ts";
import { count } from "./numbers.ts";
import { printable } from "./printable.ts";

/** `dedupe: build/d: permission denied (EACCES)` */
export function renderProblem({ path, code, message }: Problem): string {
  return `dedupe: ${printable(path)}: ${message} (${code})`;
}

/** `dedupe: warning: build/libx.a: …` */
export function renderWarning({ path, message }: Warning): string {
  return `dedupe: warning: ${printable(path)}: ${printable(message)}`;
}

/** How many options that nothing matches are listed; a list of paths can be long. */
const MOST_UNMATCHED = 10;

/** Yields `dedupe: warning: --variant O9 matches nothing`. */
export function* renderUnmatched(unmatched: readonly Unmatched[]): Generator<string> {
  for (const each of unmatched.slice(0, MOST_UNMATCHED)) {
    const isPath = each.option === "files-from";
    const why = each.isNoArtifact
      ? "no artifact, judging by its name (--all takes every file)"
      : isPath
        ? "no such file or directory"
        : "matches nothing";
    yield `dedupe: warning: ${nameUnmatched(each)}${isPath ? ":" : ""} ${why}`;
  }
  const rest = unmatched.length - MOST_UNMATCHED;
  if (rest > 0) yield `dedupe: warning: ${count(rest)} more match nothing (--json lists them)`;
}

/** Names what `--check` refuses: `--variant O9 and --exclude x match nothing`. */
export function summarizeUnmatched(unmatched: readonly Unmatched[]): string {
  const names = unmatched.slice(0, MOST_UNMATCHED).map(nameUnmatched);
  const rest = unmatched.length - names.length;
  if (rest > 0) names.push(`${count(rest)} more`);
  const list =
    names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `${list} ${names.length === 1 ? "matches" : "match"} nothing`;
}

/** `--exclude '*.tmp'`. */
function nameUnmatched({ option, value }: Unmatched): string {
  const shown = printable(value);
  return `--${option} ${/^[\w./+-]+$/.test(shown) ? shown : `'${shown}'`}`;
}

/** Why the run does not make progress, or that it no longer waits. */
export function renderWait({ path, over }: Extract<Event, { type: "wait" }>): string {
  return over
    ? `dedupe: another dedupe is still working on ${printable(path)}; continuing anyway, run this again when it has ended`
    : `dedupe: waiting for another dedupe that is working on ${printable(path)}`;
}
