import { describe, expect, test } from "vitest";
import type { Options } from "../../src/commands/options.ts";
import { planOf, runStages } from "../support/stages.ts";
import { type Spec, at, file, isRoot, link, makeTree } from "../support/tree.ts";

interface Row {
  readonly it: string;
  readonly tree: Spec;
  readonly options?: Partial<Options>;
  /** Paths that stay apart as `unknown-writer`. */
  readonly apart?: readonly string[];
  readonly plan: Record<string, string>;
  readonly rootOnly?: true;
}

const KEEPER: Row[] = [
  {
    it: "the first path if all else is equal",
    tree: { "b.o": "x", "a.o": "x" },
    plan: { "a.o": "keep", "b.o": "-> a.o" },
  },
  {
    it: "the oldest file",
    tree: { "a.o": "x", "b.o": file("x", { mtime: at(-1) }) },
    plan: { "b.o": "keep", "a.o": "-> b.o" },
  },
  {
    it: "the oldest file, by one nanosecond",
    tree: { "a.o": "x", "b.o": file("x", { mtime: at(0) - 1n }) },
    plan: { "b.o": "keep", "a.o": "-> b.o" },
  },
  {
    it: "the newest file with mtime newest",
    tree: { "a.o": "x", "b.o": file("x", { mtime: at(1) }) },
    options: { mtime: "newest" },
    plan: { "b.o": "keep", "a.o": "-> b.o" },
  },
  {
    it: "the first variant, before the first path",
    tree: { "build/O2/z.o": "x", "build/O3/a.o": "x" },
    plan: { "build/O2/z.o": "keep", "build/O3/a.o": "-> build/O2/z.o" },
  },
  {
    it: "the first path by bytes",
    tree: { "a-b.o": "x", "a/b.o": "x", "Z.o": "x" },
    plan: { "Z.o": "keep", "a-b.o": "-> Z.o", "a/b.o": "-> Z.o" },
  },
  {
    it: "not the file with more links",
    tree: { "a.o": "x", "b.o": "x", "c.o": link("b.o") },
    plan: { "a.o": "keep", "b.o": "-> a.o", "c.o": "-> a.o" },
  },
];

const APART: Row[] = [
  {
    it: "other modes",
    tree: { "a.o": "x", "b.o": file("x", { mode: 0o600 }), "c.o": file("x", { mode: 0o600 }) },
    plan: { "a.o": "keep", "b.o": "mode", "c.o": "-> b.o" },
  },
  {
    it: "other owners",
    tree: { "a.o": "x", "b.o": file("x", { owner: 7 }), "c.o": file("x", { owner: 7 }) },
    plan: { "a.o": "keep", "b.o": "owner", "c.o": "-> b.o" },
    rootOnly: true,
  },
  {
    it: "other times with respectTime",
    tree: { "a.o": "x", "b.o": file("x", { mtime: at(1) }), "c.o": file("x", { mtime: at(1) }) },
    options: { respectTime: true },
    plan: { "a.o": "keep", "b.o": "time", "c.o": "-> b.o" },
  },
  {
    it: "other names with respectName",
    tree: { "1/a.o": "x", "1/b.o": "x", "2/b.o": "x" },
    options: { respectName: true },
    plan: { "1/a.o": "keep", "1/b.o": "name", "2/b.o": "-> 1/b.o" },
  },
  {
    it: "other directories with the scope directory",
    tree: { "1/a.o": "x", "2/a.o": "x", "2/b.o": "x" },
    options: { scope: "directory" },
    plan: { "1/a.o": "keep", "2/a.o": "scope", "2/b.o": "-> 2/a.o" },
  },
  {
    it: "other units with the scope unit; a file of no unit is alone",
    tree: {
      "m.cpython-311.pyc": "x",
      "m.cpython-311.opt-1.pyc": "x",
      "n.cpython-311.opt-1.pyc": "x",
      "x.o": "x",
      "y.o": "x",
    },
    options: { scope: "unit" },
    plan: {
      "m.cpython-311.pyc": "scope",
      "m.cpython-311.opt-1.pyc": "-> m.cpython-311.pyc",
      "n.cpython-311.opt-1.pyc": "scope",
      "x.o": "keep",
      "y.o": "scope",
    },
  },
  {
    it: "a path that is known to stay apart, even if it would come first",
    tree: { "A.o": "x", "a.o": "x", "b.o": "x" },
    apart: ["A.o"],
    plan: { "a.o": "keep", "b.o": "-> a.o", "A.o": "unknown-writer" },
  },
  {
    it: "all paths",
    tree: { "a.o": "x", "b.o": "x" },
    apart: ["a.o", "b.o"],
    plan: { "a.o": "keep", "b.o": "unknown-writer" },
  },
];

const LINKS: Row[] = [
  {
    it: "the next file becomes the keeper when a keeper has the maximum",
    tree: { "a.o": "x", "b.o": "x", "c.o": "x", "d.o": "x", "e.o": "x" },
    options: { maxLinks: 2 },
    plan: {
      "a.o": "keep",
      "b.o": "-> a.o",
      "c.o": "link-limit",
      "d.o": "-> c.o",
      "e.o": "link-limit",
    },
  },
  {
    it: "all links of an inode are replaced, or none",
    tree: { "a.o": "x", "b1.o": "x", "b2.o": link("b1.o"), "c.o": "x" },
    options: { maxLinks: 2 },
    plan: { "a.o": "keep", "b1.o": "link-limit", "b2.o": "link-limit", "c.o": "link-limit" },
  },
];

describe.each([
  { about: "the kept file is", rows: KEEPER },
  { about: "these stay apart:", rows: APART },
  { about: "the maximum number of links:", rows: LINKS },
])("$about", ({ rows }) => {
  test.each(rows.filter((row) => isRoot || !row.rootOnly))(
    "$it",
    async ({ tree, options, apart, plan }) => {
      const root = makeTree(tree);
      expect(planOf(root, await runStages(root, options, apart))).toEqual(plan);
    },
  );
});
