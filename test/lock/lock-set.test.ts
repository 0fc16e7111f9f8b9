import path from "node:path";
import { describe, expect, test } from "vitest";
import { LockKind } from "../../src/lock/dir-locks.ts";
import { lockSet } from "../../src/lock/lock-set.ts";
import { findRoots } from "../../src/walk/roots.ts";
import { makeTree, symlink } from "../support/tree.ts";

const WORDS = Object.fromEntries(
  Object.entries(LockKind).map(([word, lockRoots]) => [lockRoots, word]),
);

describe("which directories a run claims", () => {
  const root = makeTree({
    "a/b/x.o": "x",
    "a/b/c/y.o": "y",
    "a/z.o": "z",
    "d/e/f/x.o": "x",
    "d/e/g/x.o": "x",
    directory: symlink("a/b"),
    "file.o": symlink("a/b/x.o"),
  });

  /** Claims by directory below the tree's root; of the directories above it the nearest only. */
  async function claimsOf(
    roots: readonly string[],
    most?: number,
  ): Promise<Record<string, string>> {
    const claims = lockSet(await findRoots(roots.map((at) => path.join(root, at))), most);
    const told: Record<string, string> = {};
    for (const [dir, set] of claims) {
      const name = path.relative(path.dirname(root), dir);
      if (!name.startsWith("../") && name !== "..")
        told[name.replace(path.basename(root), ".")] = [...set]
          .map((each) => WORDS[each])
          .join(" ");
    }
    expect(claims.get("/")).toEqual(new Set([LockKind.below]));
    return told;
  }

  const above = { ".": "below", "": "below" };
  test.each([
    { roots: [""], claims: { ".": "whole", "": "below" } },
    { roots: ["a"], claims: { "./a": "whole", ...above } },
    {
      roots: ["a/b", "a/b/c"],
      claims: { "./a/b": "whole below", "./a/b/c": "whole", "./a": "below", ...above },
    },
    {
      roots: ["a/b/c", "d/e"],
      claims: {
        "./a/b/c": "whole",
        "./a/b": "below",
        "./a": "below",
        "./d/e": "whole",
        "./d": "below",
        ...above,
      },
    },
    { roots: ["directory"], claims: { "./a/b": "whole", "./a": "below", ...above } },
    {
      roots: ["a/b/x.o", "a/b/c/y.o"],
      claims: { "./a/b": "files below", "./a/b/c": "files", "./a": "below", ...above },
    },
    { roots: ["file.o", "directory/x.o"], claims: { "./a/b": "files", "./a": "below", ...above } },
  ])("$roots", async ({ roots, claims }) => {
    expect(await claimsOf(roots)).toEqual(claims);
    expect(await claimsOf(roots.toReversed())).toEqual(
      Object.fromEntries(
        Object.entries(claims).map(([dir, words]) => [
          dir,
          expect.stringMatching(words.split(" ").toSorted().join("|")),
        ]),
      ),
    );
  });

  test.each([
    {
      most: 7,
      claims: {
        "./d/e/f": "whole",
        "./d/e/g": "whole",
        "./a/b/c": "files",
        "./d/e": "below",
        "./a/b": "below",
        "./d": "below",
        "./a": "below",
        ...above,
      },
    },
    {
      most: 6,
      claims: { "./d/e": "whole", "./a/b": "whole", "./d": "below", "./a": "below", ...above },
    },
    { most: 3, claims: { "./d": "whole", "./a": "whole", ...above } },
    { most: 1, claims: { ".": "whole", "": "below" } },
  ])(
    "at most $most below: where they are too many, the directories above the deepest are claimed for them",
    async ({ most, claims }) => {
      const roots = ["d/e/f", "d/e/g", "a/b/c/y.o"];
      expect(await claimsOf(roots, root.split("/").length + most)).toEqual(claims);
    },
  );
});
