import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { nodeFileCalls, fastFileCalls } from "../../src/fs/file-calls.ts";
import { makeMatchCaches } from "../../src/match/match-caches.ts";
import { matchGroups } from "../../src/match/match-groups.ts";
import { collidingXxh32 } from "../support/collisions.ts";
import { flipped, noise } from "../support/contents.ts";
import { nameIn, runStages } from "../support/stages.ts";
import { makeTree } from "../support/tree.ts";

const OPTIONS = {
  hasher: undefined,
  hashSingles: false,
  findProducers: false,
  all: false,
  kinds: undefined,
  everyAttribute: false,
  checkWriters: false,
};

const MIB = 1024 * 1024;
const CONTENTS = 24;
const SIZE = 1600;

/** Contents with one hash that are the same in every byte that is looked at first: the low byte of the word that differs. */
const oneHash = collidingXxh32(CONTENTS * 256)
  .filter((_, i) => i % 256 === 0)
  .map((start) => Buffer.concat([start, noise(SIZE - start.length)]));

/** The first ones are read side by side. */
describe.each([3, CONTENTS])("%i different contents of one size, each three times", (contents) => {
  describe.each([
    { room: "room for all blocks", mostHeld: 64 * MIB },
    { room: "room for some blocks", mostHeld: 16 * 4096 },
    { room: "no room", mostHeld: 0 },
    { room: "room, expected to be equal", mostHeld: 64 * MIB, expectEqual: true },
    { room: "no room, expected to be equal", mostHeld: 0, expectEqual: true },
  ])("$room", ({ mostHeld, expectEqual = false }) => {
    test.each([
      { it: "different everywhere", content: (i: number) => noise(SIZE, i) },
      { it: "different in one byte", content: (i: number) => flipped(noise(SIZE), 401 + i) },
      { it: "of one hash", content: (i: number) => oneHash[i] },
    ])("$it: every file with its like", async ({ content }) => {
      const root = makeTree(
        Object.fromEntries(
          Array.from({ length: 3 * contents }, (_, i) => [
            `${i % contents}-${Math.floor(i / contents)}.o`,
            content(i % contents),
          ]),
        ),
      );
      const { tree, groups } = await runStages(root);
      const options = { ...OPTIONS, expectEqual };
      const { members, starts } = await matchGroups(
        tree.files,
        groups,
        { ...options, mostHeld },
        () => false,
        nodeFileCalls,
        makeMatchCaches(tree.files, mostHeld, nodeFileCalls),
      );
      const sets = Array.from({ length: starts.length - 1 }, (_, set) =>
        Array.from(members.subarray(starts[set], starts[set + 1]), (file) =>
          nameIn(root, tree.files, file),
        )
          .sort()
          .join(" "),
      );
      const expected = Array.from({ length: contents }, (_, i) => `${i}-0.o ${i}-1.o ${i}-2.o`);
      expect(sets.sort()).toEqual(expected.sort());
    });
  });
});

const linux = process.platform === "linux";

describe.runIf(linux)("files that are opened", () => {
  describe.each([false, true])("expected to be equal: %s", (expectEqual) => {
    test.each([
      { it: "all different", content: (i: number) => noise(SIZE, i) },
      { it: "each twice", content: (i: number) => noise(SIZE, i % 6) },
      { it: "two equal ones", content: (i: number) => noise(SIZE, Math.max(i, 1)) },
      {
        it: "equal in their first block only",
        content: (i: number) => flipped(noise(9000), 8000 + i),
      },
      { it: "longer, each twice", content: (i: number) => flipped(noise(9000), 8000 + (i % 6)) },
    ])("$it: all are closed in the end", async ({ content }) => {
      const root = makeTree(
        Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i}.o`, content(i)])),
      );
      const { tree, groups } = await runStages(root);
      const options = { ...OPTIONS, expectEqual };
      const calls = fastFileCalls();
      const kept = makeMatchCaches(tree.files, MIB, calls);
      const before = readdirSync("/proc/self/fd").length;
      await matchGroups(
        tree.files,
        groups,
        { ...options, mostHeld: MIB },
        () => false,
        calls,
        kept,
      );
      kept.dirs.closeAll();
      expect(readdirSync("/proc/self/fd").length).toBe(before);
    });
  });
});
