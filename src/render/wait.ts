import type { Event } from "../core/events.ts";
import { printable } from "./printable.ts";

/** A line that tells why nothing happens, or that the wait is over. */
export function renderWait({ path, over }: Extract<Event, { type: "wait" }>): string {
  return over
    ? `dedupe: another dedupe still works on ${printable(path)}; going on beside it, run this again when it is done`
    : `dedupe: waiting for another dedupe that works on ${printable(path)}`;
}
