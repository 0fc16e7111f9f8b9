/** The lines on standard error. */
import type { Event } from "../core/events.ts";
import type { Problem, Warning } from "../core/report.ts";
import { printable } from "./printable.ts";

/** `dedupe: build/d: permission denied (EACCES)` */
export function renderProblem({ path, code, message }: Problem): string {
  return `dedupe: ${printable(path)}: ${message} (${code})`;
}

/** `dedupe: warning: build/libx.a: …` */
export function renderWarning({ path, message }: Warning): string {
  return `dedupe: warning: ${printable(path)}: ${printable(message)}`;
}

/** Why the run does not make progress, or that it no longer waits. */
export function renderWait({ path, over }: Extract<Event, { type: "wait" }>): string {
  return over
    ? `dedupe: another dedupe is still working on ${printable(path)}; continuing anyway, run this again when it has ended`
    : `dedupe: waiting for another dedupe that is working on ${printable(path)}`;
}
