import { expect, test } from "vitest";
import { printable } from "../../src/render/printable.ts";

const utf8 = (text: string): string => Buffer.from(text).toString("latin1");

test.each([
  ["a/b c.o", "a/b c.o"],
  ["a\nb\tc\rd", "a\\nb\\tc\\rd"],
  ["a\\b", "a\\\\b"],
  ["\u001b[31m", "\\x1b[31m"],
  ["\u0000\u007f", "\\x00\\x7f"],
  [utf8("größe 日本 🦊"), "größe 日本 🦊"],
  [utf8("a\u0085b"), "a\\x85b"],
  [utf8("a\u202eb"), "a\\u{202e}b"],
  [utf8("a\u2028b"), "a\\u{2028}b"],
  [utf8("a\u{e0001}b"), "a\\u{e0001}b"],
  ["\xff.o", "\\xff.o"],
  [`${utf8("ä")}\xff${utf8("ö")}`, "ä\\xffö"],
  ["\xed\xa0\x80", "\\xed\\xa0\\x80"],
  ["\xff\n", "\\xff\\n"],
])("%j is shown as %s", (path, shown) => {
  expect(printable(path)).toBe(shown);
});

test("different paths are shown differently", () => {
  const names = ["a\nb", "a\\nb", "\xff", "\\xff", utf8("ÿ"), "a\rb", "a\\x0db"];
  expect(new Set(names.map(printable)).size).toBe(names.length);
});
