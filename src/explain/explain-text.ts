import { type ByteSource, latin1 } from "../formats/byte-source.ts";
import type { Explanation } from "../core/explanation.ts";

const WINDOW = 32 * 1024;
const HEAD = 8 * 1024;
const LINE_FEED = 0x0a;
/** Characters that are no text: all controls but tab, line feed, form feed, carriage return and escape. */
const CONTROL = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/;

/** Explains the difference of two text files; undefined if they are none. */
export function explainText(a: ByteSource, b: ByteSource, first: number): Explanation | undefined {
  if (!isText(a) || !isText(b)) return undefined;
  const tail = commonTail(a, b, first);
  const [linesA, linesB] = [a, b].map((file) => lineCount(file, first, file.size - tail));
  const lines = Math.max(linesA, linesB);
  return {
    format: "text",
    firstDifference: first,
    parts: [
      {
        label: `${lines} ${lines === 1 ? "line" : "lines"}`,
        class: "other",
        bytes: Math.max(a.size, b.size) - tail - first,
      },
    ],
    verdict: "text differs",
    class: "other",
  };
}

function isText(file: ByteSource): boolean {
  return !CONTROL.test(latin1(file.read(0, HEAD)));
}

/** How many bytes at the end are equal, after the first difference. */
function commonTail(a: ByteSource, b: ByteSource, first: number): number {
  const most = Math.min(a.size, b.size) - first;
  let tail = 0;
  while (tail < most) {
    const length = Math.min(WINDOW, most - tail);
    const left = a.read(a.size - tail - length, length);
    const right = b.read(b.size - tail - length, length);
    if (left.length < length || right.length < length) return tail;
    let i = length;
    while (i > 0 && left[i - 1] === right[i - 1]) i -= 1;
    tail += length - i;
    if (i > 0) break;
  }
  return tail;
}

/** How many lines a piece of a file touches. */
function lineCount(file: ByteSource, from: number, until: number): number {
  let count = 0;
  let last = LINE_FEED;
  for (let at = from; at < until; at += WINDOW) {
    for (const byte of file.read(at, Math.min(WINDOW, until - at))) {
      if (byte === LINE_FEED) count += 1;
      last = byte;
    }
  }
  return last === LINE_FEED ? count : count + 1;
}
