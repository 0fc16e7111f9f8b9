import path from "node:path";
import { describe, expect, test } from "vitest";
import { LockKind } from "../../src/lock/dir-locks.ts";
import { lockSet } from "../../src/lock/lock-set.ts";
import { findRoots } from "../../src/walk/roots.ts";
import { makeTree, symlink } from "../support/tree.ts";

const KIND_NAMES = Object.fromEntries(Object.entries(LockKind).map(([name, kind]) => [kind, name]));

describe("lockSet", () => {
  const root = makeTree({
    "a/b/x.o": "x",
    "a/b/c/y.o": "y",
    "a/z.o": "z",
    "d/e/f/x.o": "x",
    "d/e/g/x.o": "x",
    directory: symlink("a/b"),
    "file.o": symlink("a/b/x.o"),
  });

  /** The kinds of locks by directory, at and below the parent of the tree's root. */
  async function locksOf(roots: readonly string[], max?: number): Promise<Record<string, string>> {
    const locks = lockSet(await findRoots({ paths: roots.map((at) => path.join(root, at)) }), max);
    const found: Record<string, string> = {};
    for (const [dir, kinds] of locks) {
      const name = path.relative(path.dirname(root), dir);
      if (!name.startsWith("../") && name !== "..")
        found[name.replace(path.basename(root), ".")] = [...kinds]
          .map((kind) => KIND_NAMES[kind])
          .join(" ");
    }
    expect(locks.get("/")).toEqual(new Set([LockKind.below]));
    return found;
  }

  const above = { ".": "below", "": "below" };
  test.each([
    { roots: [""], locks: { ".": "tree", "": "below" } },
    { roots: ["a"], locks: { "./a": "tree", ...above } },
    {
      roots: ["a/b", "a/b/c"],
      locks: { "./a/b": "tree below", "./a/b/c": "tree", "./a": "below", ...above },
    },
    {
      roots: ["a/b/c", "d/e"],
      locks: {
        "./a/b/c": "tree",
        "./a/b": "below",
        "./a": "below",
        "./d/e": "tree",
        "./d": "below",
        ...above,
      },
    },
    { roots: ["directory"], locks: { "./a/b": "tree", "./a": "below", ...above } },
    {
      roots: ["a/b/x.o", "a/b/c/y.o"],
      locks: { "./a/b": "files below", "./a/b/c": "files", "./a": "below", ...above },
    },
    { roots: ["file.o", "directory/x.o"], locks: { "./a/b": "files", "./a": "below", ...above } },
  ])("$roots", async ({ roots, locks }) => {
    expect(await locksOf(roots)).toEqual(locks);
    expect(await locksOf(roots.toReversed())).toEqual(
      Object.fromEntries(
        Object.entries(locks).map(([dir, words]) => [
          dir,
          expect.stringMatching(words.split(" ").toSorted().join("|")),
        ]),
      ),
    );
  });

  test.each([
    {
      max: 7,
      locks: {
        "./d/e/f": "tree",
        "./d/e/g": "tree",
        "./a/b/c": "files",
        "./d/e": "below",
        "./a/b": "below",
        "./d": "below",
        "./a": "below",
        ...above,
      },
    },
    {
      max: 6,
      locks: { "./d/e": "tree", "./a/b": "tree", "./d": "below", "./a": "below", ...above },
    },
    { max: 3, locks: { "./d": "tree", "./a": "tree", ...above } },
    { max: 1, locks: { ".": "tree", "": "below" } },
  ])("at most $max: locks the parents of the deepest roots instead", async ({ max, locks }) => {
    const roots = ["d/e/f", "d/e/g", "a/b/c/y.o"];
    expect(await locksOf(roots, root.split("/").length + max)).toEqual(locks);
  });
});
