import { describe, expect, test } from "vitest";
import {
  compareBytes,
  dirOf,
  fromText,
  isUtf8,
  join,
  nameOf,
  toNative,
  toText,
} from "../../src/core/byte-path.ts";

test.each([
  { text: "a/b.o", bytes: "a/b.o" },
  { text: "ä", bytes: "\xc3\xa4" },
  { text: "日", bytes: "\xe6\x97\xa5" },
  { text: "🦊", bytes: "\xf0\x9f\xa6\x8a" },
  { text: "\u0000\u007f", bytes: "\u0000\u007f" },
])("text $text is $bytes and back", ({ text, bytes }) => {
  expect(fromText(text)).toBe(bytes);
  expect(toText(bytes)).toBe(text);
  expect(isUtf8(bytes)).toBe(true);
});

test.each(["\xff", "a\x80", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80"])(
  "%j is no UTF-8 and is not lost",
  (bytes) => {
    expect(isUtf8(bytes)).toBe(false);
    expect(toText(bytes)).toContain("\ufffd");
    expect(toNative(bytes)).toEqual(Buffer.from(bytes, "latin1"));
  },
);

test("a path that is ASCII goes to the system as it is", () => {
  expect(toNative("a/b")).toBe("a/b");
});

describe("parts", () => {
  test.each([
    { dir: "a", name: "b", joined: "a/b" },
    { dir: "a/", name: "b", joined: "a/b" },
    { dir: "/", name: "b", joined: "/b" },
    { dir: "", name: "b", joined: "b" },
    { dir: "a", name: "", joined: "a/" },
  ])("$directory and $name: $joined", ({ dir, name, joined }) => {
    expect(join(dir, name)).toBe(joined);
  });

  test.each([
    { path: "a/b/c", dir: "a/b", name: "c" },
    { path: "c", dir: ".", name: "c" },
    { path: "/c", dir: "/", name: "c" },
    { path: "\xff/\xfe", dir: "\xff", name: "\xfe" },
  ])("$path is $name in $directory", ({ path, dir, name }) => {
    expect(dirOf(path)).toBe(dir);
    expect(nameOf(path)).toBe(name);
  });
});

test("the order is that of the bytes, not of the letters", () => {
  const paths = ["b", "a/b", "a", "Z", "\xff", "\xc3\xa4", "a-b", "a\nb"];
  expect([...paths].sort(compareBytes)).toEqual([
    "Z",
    "a",
    "a\nb",
    "a-b",
    "a/b",
    "b",
    "\xc3\xa4",
    "\xff",
  ]);
  expect(compareBytes("a", "a")).toBe(0);
});
