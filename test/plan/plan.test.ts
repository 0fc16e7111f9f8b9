import { describe, expect, test } from "vitest";
import type { Options } from "../../src/commands/options.ts";
import { planOf, runStages } from "../support/stages.ts";
import { type Spec, at, file, isRoot, link, makeTree } from "../support/tree.ts";

interface Row {
  readonly it: string;
  readonly tree: Spec;
  readonly options?: Partial<Options>;
  readonly plan: Record<string, string>;
  readonly rootOnly?: true;
}

const KEEPER: Row[] = [
  {
    it: "the first path, where all else agrees",
    tree: { "b.o": "x", "a.o": "x" },
    plan: { "a.o": "keep", "b.o": "-> a.o" },
  },
  {
    it: "the oldest",
    tree: { "a.o": "x", "b.o": file("x", { mtime: at(-1) }) },
    plan: { "b.o": "keep", "a.o": "-> b.o" },
  },
  {
    it: "the oldest by a nanosecond",
    tree: { "a.o": "x", "b.o": file("x", { mtime: at(0) - 1n }) },
    plan: { "b.o": "keep", "a.o": "-> b.o" },
  },
  {
    it: "the newest where asked for",
    tree: { "a.o": "x", "b.o": file("x", { mtime: at(1) }) },
    options: { mtime: "newest" },
    plan: { "b.o": "keep", "a.o": "-> b.o" },
  },
  {
    it: "variants before paths",
    tree: { "build/O2/z.o": "x", "build/O3/a.o": "x" },
    plan: { "build/O2/z.o": "keep", "build/O3/a.o": "-> build/O2/z.o" },
  },
  {
    it: "paths by bytes",
    tree: { "a-b.o": "x", "a/b.o": "x", "Z.o": "x" },
    plan: { "Z.o": "keep", "a-b.o": "-> Z.o", "a/b.o": "-> Z.o" },
  },
  {
    it: "not the one with more names",
    tree: { "a.o": "x", "b.o": "x", "c.o": link("b.o") },
    plan: { "a.o": "keep", "b.o": "-> a.o", "c.o": "-> a.o" },
  },
];

const APART: Row[] = [
  {
    it: "modes make sets of their own",
    tree: { "a.o": "x", "b.o": file("x", { mode: 0o600 }), "c.o": file("x", { mode: 0o600 }) },
    plan: { "a.o": "keep", "b.o": "mode", "c.o": "-> b.o" },
  },
  {
    it: "owners too",
    tree: { "a.o": "x", "b.o": file("x", { owner: 7 }), "c.o": file("x", { owner: 7 }) },
    plan: { "a.o": "keep", "b.o": "owner", "c.o": "-> b.o" },
    rootOnly: true,
  },
  {
    it: "times where they count",
    tree: { "a.o": "x", "b.o": file("x", { mtime: at(1) }), "c.o": file("x", { mtime: at(1) }) },
    options: { respectTime: true },
    plan: { "a.o": "keep", "b.o": "time", "c.o": "-> b.o" },
  },
  {
    it: "names where they count",
    tree: { "1/a.o": "x", "1/b.o": "x", "2/b.o": "x" },
    options: { respectName: true },
    plan: { "1/a.o": "keep", "1/b.o": "name", "2/b.o": "-> 1/b.o" },
  },
  {
    it: "directories as scope",
    tree: { "1/a.o": "x", "2/a.o": "x", "2/b.o": "x" },
    options: { scope: "directory" },
    plan: { "1/a.o": "keep", "2/a.o": "scope", "2/b.o": "-> 2/a.o" },
  },
  {
    it: "units as scope; a file of no unit is alone",
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
    it: "kinds that are written in place",
    tree: { "a.a": "!<arch>\n", "b.a": "!<arch>\n" },
    plan: { "a.a": "keep", "b.a": "in-place-kind" },
  },
  {
    it: "the same, named",
    tree: { "a.a": "!<arch>\n", "b.a": "!<arch>\n" },
    options: { kinds: ["static-library"] },
    plan: { "a.a": "keep", "b.a": "-> a.a" },
  },
  {
    it: "the first of a set being written in place, the others have a keeper of their own",
    tree: { "A.class": "x", "a.o": "x", "b.o": "x" },
    plan: { "a.o": "keep", "b.o": "-> a.o", "A.class": "in-place-kind" },
  },
];

const LINKS: Row[] = [
  {
    it: "a full keeper makes room for the next one",
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
    it: "all names of a cluster move, or none",
    tree: { "a.o": "x", "b1.o": "x", "b2.o": link("b1.o"), "c.o": "x" },
    options: { maxLinks: 2 },
    plan: { "a.o": "keep", "b1.o": "link-limit", "b2.o": "link-limit", "c.o": "link-limit" },
  },
];

describe.each([
  { about: "who is kept", rows: KEEPER },
  { about: "what stays apart", rows: APART },
  { about: "the number of names", rows: LINKS },
])("$about", ({ rows }) => {
  test.each(rows.filter((row) => isRoot || !row.rootOnly))(
    "$it",
    async ({ tree, options, plan }) => {
      const root = makeTree(tree);
      expect(planOf(root, await runStages(root, options))).toEqual(plan);
    },
  );
});
