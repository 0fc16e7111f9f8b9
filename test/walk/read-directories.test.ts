import { statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { nodeFileCalls, fastFileCalls } from "../../src/fs/file-calls.ts";
import { finish } from "../../src/core/slices.ts";
import { readDirs } from "../../src/walk/read-directories.ts";
import { compileRules } from "../../src/walk/walk-rules.ts";
import { type TableChunk, TableChunkBuilder } from "../../src/walk/table-chunk.ts";
import { type Entry, link, makeTree } from "../support/tree.ts";

/** The task that reads a root. */
const taskOf = (root: string) => ({
  path: root,
  root: 0,
  rootLength: root.length + 1,
  baseLength: root.length + 1,
  rootDevice: statSync(root, { bigint: true }).dev,
  included: false,
});

const RULES = {
  all: false,
  kinds: undefined,
  include: [],
  exclude: [],
  minSize: 1,
  maxSize: 10,
  oneFileSystem: false,
  followSymlinks: false,
};

/** Names and sizes, as the columns have them. */
function rowsOf({ count, columns }: TableChunk): [name: string, size: number][] {
  return Array.from({ length: count }, (_, row) => {
    const start = row === 0 ? 0 : columns.nameEnds[row - 1];
    const name = Buffer.from(columns.names.subarray(start, columns.nameEnds[row]));
    return [name.toString("latin1"), columns.size[row]];
  });
}

describe.each([
  { by: "Node's calls", calls: () => nodeFileCalls },
  { by: "the quickest calls", calls: fastFileCalls },
])("$by", ({ calls }) => {
  test.each([
    { it: "few short names", names: ["b.o", "a.o", "ab.o"] },
    { it: "bytes that are no ASCII", names: ["\xff\xfe.o", "\x80.o", "\xe4.o"] },
    { it: "the longest name", names: ["a.o", `${"x".repeat(253)}.o`, "b.o"] },
    { it: "more rows than fit at first", names: Array.from({ length: 700 }, (_, i) => `${i}.o`) },
    {
      it: "more bytes of names than fit at first",
      names: Array.from({ length: 200 }, (_, i) => `${`${i}-`.padEnd(240, "n")}.o`),
    },
  ])("$it: each row has its name and size", async ({ names }) => {
    const sizes = new Map(names.map((name, i) => [name, (i % 10) + 1]));
    // Hard links, as creating thousands of inodes takes seconds on some file systems.
    const files = names.map((name, i): [string, Entry] => [
      name,
      i < 10 ? "x".repeat(i + 1) : link(names[i % 10]),
    ]);
    // Too large for the rules; the names after them are shorter.
    const longer = names.map((name) => `0${name}`.slice(-255));
    const tooLarge = longer.map((name, i): [string, Entry] => [
      name,
      i === 0 ? "0123456789a" : link(longer[0]),
    ]);
    const root = makeTree(Object.fromEntries([...tooLarge, ...files]));
    const task = taskOf(root);
    const rules = compileRules(RULES);
    const part = new TableChunkBuilder();
    const expected = [...sizes].sort(([a], [b]) => (a < b ? -1 : 1));
    for (let again = 0; again < 2; again += 1) {
      const read = finish(readDirs([task], rules, 10_000, calls(), undefined, part));
      expect(rowsOf(read)).toEqual(expected);
      expect(read.problems).toEqual([]);
    }
  });
});

test("a large directory is read in slices, so that a signal is handled on a slow disk, too", () => {
  const root = makeTree(
    Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [`${i}.o`, i === 0 ? "x" : link("0.o")]),
    ),
  );
  const task = taskOf(root);
  const work = readDirs([task], compileRules(RULES), 10_000, nodeFileCalls);
  let slices = 1;
  while (work.next().done !== true) slices += 1;
  expect(slices).toBeGreaterThan(5);
});
