import { expect, test } from "vitest";
import { readList } from "../../src/cli/read-list.ts";
import { makeTree } from "../support/tree.ts";

test.each([
  { it: "lines", content: "a\nb/c\n", nul: false, paths: ["a", "b/c"] },
  {
    it: "no newline at the end, empty lines",
    content: "\na\n\n\nb",
    nul: false,
    paths: ["a", "b"],
  },
  { it: "spaces are part of a path", content: " a \n", nul: false, paths: [" a "] },
  {
    it: "bytes that are not UTF-8",
    content: Buffer.from([0xff, 0x0a]),
    nul: false,
    paths: ["\xff"],
  },
  { it: "NUL, and newlines in names", content: "a\nb\0c\0", nul: true, paths: ["a\nb", "c"] },
  { it: "an empty list", content: "", nul: true, paths: [] },
])("$it", ({ content, nul, paths }) => {
  const root = makeTree({ list: content });
  expect(readList(`${root}/list`, nul).map((path) => Buffer.from(path).toString("latin1"))).toEqual(
    paths,
  );
});

test.each([
  { it: "a missing list", path: "nope", says: /--files-from .*nope: no such file/ },
  { it: "a directory", path: ".", says: /--files-from .*: it is a directory/ },
  { it: "a list separated by NUL, read as lines", path: "nul", says: /separated by NUL/ },
])("$it is a mistake that names it", ({ path, says }) => {
  const root = makeTree({ nul: "a\0b\0" });
  expect(() => readList(`${root}/${path}`, false)).toThrow(says);
});
