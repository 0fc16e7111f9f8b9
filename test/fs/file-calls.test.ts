import { expect, test } from "vitest";
import { errno } from "../../src/core/result.ts";
import { readFully } from "../../src/fs/file-calls.ts";

const CONTENT = Buffer.from("0123456789");

/** A file that is read at most three bytes at a time. */
const calls = {
  read(_: number, buffer: Uint8Array, length: number, position: number) {
    const bytes = CONTENT.subarray(position, position + Math.min(length, 3));
    buffer.set(bytes);
    return bytes.length;
  },
};

test.each([
  { length: 0, position: 0, expected: "" },
  { length: 2, position: 0, expected: "01" },
  { length: 8, position: 0, expected: "01234567" },
  { length: 8, position: 4, expected: "456789" },
  { length: 8, position: 10, expected: "" },
])("readFully: $length bytes at $position", ({ length, position, expected }) => {
  const buffer = Buffer.alloc(8);
  const read = readFully(calls, 0, buffer, length, position);
  expect(buffer.toString("latin1", 0, read as number)).toBe(expected);
});

test("readFully answers an error after the first bytes", () => {
  const failing = {
    read: (_: number, buffer: Uint8Array, length: number, position: number) =>
      position < 5 ? calls.read(_, buffer, length, position) : errno("EIO"),
  };
  expect(readFully(failing, 0, Buffer.alloc(8), 8, 0)).toBe(errno("EIO"));
});
