import type { Event, Listener } from "../core/events.ts";
import { renderWait } from "./messages.ts";
import { count, plural } from "./numbers.ts";

type WorkEvent = Exclude<Event, { type: "wait" }>;

const LABELS: Record<WorkEvent["type"], string> = {
  walk: "searching",
  match: "comparing",
  replace: "replacing",
};
/** Milliseconds between two changes of the line on a terminal, and between two lines elsewhere. */
const REDRAW = 100;
export const LINE_INTERVAL = 5000;
/** Milliseconds of work before the remaining time is estimated. */
const ESTIMATE_AFTER = 1000;
/** Moves the cursor to the start of the line and clears it. */
const CLEAR = "\r\u001b[K";

/** Where the progress is shown. */
export interface ProgressScreen {
  readonly isTerminal: boolean;
  /** The width of a terminal. */
  readonly columns: number;
  readonly write: (text: string) => void;
  /** The current time in milliseconds. */
  readonly now: () => number;
}

export interface Progress {
  readonly onEvent: Listener;
  /** To be called every few seconds: writes a line if one is due, although no event came. Not for terminals. */
  remind(): void;
  /** Removes the line from a terminal. */
  stop(): void;
}

/** Shows the progress of the run: a line that changes on a terminal, a line every few seconds elsewhere. */
export function showProgress({ isTerminal, columns, write, now }: ProgressScreen): Progress {
  let phase: WorkEvent["type"] | undefined;
  let phaseStart = now();
  // On a terminal, the first event is shown at once; elsewhere, a short run shows nothing.
  let next = now() + (isTerminal ? 0 : LINE_INTERVAL);
  let latest: WorkEvent | undefined;
  const clear = (): void => {
    if (isTerminal) write(CLEAR);
  };
  return {
    onEvent(event) {
      if (event.type === "wait") {
        clear();
        write(`${renderWait(event)}\n`);
        return;
      }
      const time = now();
      if (event.type !== phase) [phase, phaseStart] = [event.type, time];
      latest = event;
      if (time < next) return;
      next = time + (isTerminal ? REDRAW : LINE_INTERVAL);
      const left = secondsLeft(event, time - phaseStart);
      if (isTerminal) write(CLEAR + terminalLine(event, left, columns - 1));
      else write(logLine(event, left));
    },
    remind() {
      const time = now();
      if (isTerminal || time < next) return;
      next = time + LINE_INTERVAL;
      write(latest === undefined ? "dedupe: working\n" : logLine(latest, undefined));
    },
    stop: clear,
  };
}

/** The estimated rest of the phase; the units of work are bytes to compare, or links to make. */
function secondsLeft(event: WorkEvent, elapsed: number): number | undefined {
  if (event.type === "walk" || event.done === 0 || elapsed < ESTIMATE_AFTER) return undefined;
  return Math.ceil((elapsed * (event.total - event.done)) / event.done / 1000);
}

/** `42 %, 1,234 of 2,938 links, 0:12 left`. */
function describe(event: WorkEvent, left: number | undefined): string {
  if (event.type === "walk")
    return `${plural(event.dirs, "directory", "directories")}, ${plural(event.files, "file")}`;
  const share = event.total === 0 ? 100 : Math.floor((100 * event.done) / event.total);
  const parts = [`${share} %`];
  if (event.type === "replace")
    parts.push(`${count(event.done)} of ${plural(event.total, "path")}`);
  if (left !== undefined)
    parts.push(`${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left`);
  return parts.join(", ");
}

function logLine(event: WorkEvent, left: number | undefined): string {
  return `dedupe: ${LABELS[event.type]}: ${describe(event, left)}\n`;
}

/** `replacing [=====>      ] 42 %, 1,234 of 2,938 paths, 0:12 left`, with a bar that fills the width. */
function terminalLine(event: WorkEvent, left: number | undefined, width: number): string {
  const label = LABELS[event.type];
  const text = describe(event, left);
  const room = width - label.length - text.length - 4;
  if (event.type === "walk" || room < 10) return `${label} ${text}`.slice(0, width);
  const full = Math.floor((room * event.done) / Math.max(event.total, 1));
  return `${label} [${"=".repeat(full).padEnd(room)}] ${text}`;
}
