import { expect, test } from "vitest";
import type { Event } from "../../src/core/events.ts";
import { showProgress } from "../../src/render/progress.ts";

/** Events with the milliseconds at which they come, and what is written. */
function shown(
  isTerminal: boolean,
  columns: number,
  events: readonly (readonly [at: number, event: Event | "remind"])[],
): string[] {
  let time = 0;
  const written: string[] = [];
  const write = (text: string): void => void written.push(text);
  const progress = showProgress({ isTerminal, columns, write, now: () => time });
  for (const [at, event] of events) {
    time = at;
    if (event === "remind") progress.remind();
    else progress.onEvent(event);
  }
  progress.stop();
  return written;
}

const WALK: Event = { type: "walk", dirs: 1, files: 1234 };
const match = (done: number): Event => ({ type: "match", done, total: 1000 });
const replace = (done: number): Event => ({ type: "replace", done, total: 4000 });
const WAIT: Event = { type: "wait", path: "build", over: false };
const CLEAR = "\r\u001b[K";

test("a terminal has one line, which changes at most ten times a second", () => {
  expect(
    shown(true, 60, [
      [0, WALK],
      [50, WALK],
      [100, match(0)],
      [5100, match(250)],
      [5150, match(300)],
      [6000, replace(1000)],
    ]),
  ).toEqual([
    `${CLEAR}searching 1 directory, 1,234 files`,
    `${CLEAR}comparing [${" ".repeat(43)}] 0 %`,
    `${CLEAR}comparing [=======${" ".repeat(24)}] 25 %, 0:15 left`,
    `${CLEAR}replacing [=====${" ".repeat(15)}] 25 %, 1,000 of 4,000 paths`,
    CLEAR,
  ]);
});

test.each([20, 40, 60, 80, 200])("a line fits a terminal of %i columns", (columns) => {
  for (const event of [WALK, match(500), replace(4000)]) {
    const [line] = shown(true, columns, [[0, event]]);
    expect(line.length - CLEAR.length).toBeLessThan(columns);
  }
});

test("elsewhere, a line is written every five seconds", () => {
  expect(
    shown(false, 80, [
      [0, WALK],
      [4000, WALK],
      [5000, WALK],
      [6000, match(0)],
      [10_000, match(400)],
      [12_000, match(600)],
      [16_000, replace(400)],
      [76_000, replace(1200)],
    ]),
  ).toEqual([
    "dedupe: searching: 1 directory, 1,234 files\n",
    "dedupe: comparing: 40 %, 0:06 left\n",
    "dedupe: replacing: 10 %, 400 of 4,000 paths\n",
    "dedupe: replacing: 30 %, 1,200 of 4,000 paths, 2:20 left\n",
  ]);
});

test("elsewhere, a line is also written when no event comes", () => {
  const reminders = [5000, 10_000, 12_000, 15_000, 20_000].map((at) => [at, "remind"] as const);
  const [first, second, ...others] = reminders;
  expect(shown(false, 80, [first, [5001, WALK], second, [11_000, match(400)], ...others])).toEqual([
    "dedupe: working\n",
    "dedupe: searching: 1 directory, 1,234 files\n",
    "dedupe: comparing: 40 %\n",
    "dedupe: comparing: 40 %\n",
  ]);
  expect(shown(true, 80, reminders)).toEqual([CLEAR]);
});

test("a message replaces the line of a terminal", () => {
  expect(shown(true, 80, [[0, WAIT]])).toEqual([
    CLEAR,
    "dedupe: waiting for another dedupe that is working on build\n",
    CLEAR,
  ]);
});
