import fs from "node:fs";
import { describe, expect, test } from "vitest";
import type { MatchOptions, Matched } from "../../src/matching/match-groups.ts";
import { matchGiant } from "../../src/stages/match-giant.ts";
import { collidingXxh32 } from "../support/collisions.ts";
import { flipped, noise } from "../support/contents.ts";
import { type Stages, nameIn, runStages } from "../support/stages.ts";
import { makeTree } from "../support/tree.ts";

const OPTIONS: MatchOptions = {
  hashes: true,
  all: false,
  kinds: undefined,
  everyAttribute: false,
  mostOpen: 64,
  mostHeld: 64 * 1024 * 1024,
};
/** Enough for three tasks. */
const FILES = 1200;

/** Every file of the tree as one giant group; in this thread, as tasks. */
async function matchAsGiant({ tree, groups, crew }: Stages): Promise<Matched[]> {
  await crew.prepare({ type: "table", table: tree.files.shared() });
  return matchGiant(tree.files, groups.members, OPTIONS, crew);
}

/** The sets by the names of their members, with the hash of their content. */
function setsOf(root: string, { tree }: Stages, parts: readonly Matched[]): string[] {
  const sets = parts.flatMap(({ members, starts, hashes }) =>
    hashes.map((hash, set) => {
      const names = Array.from(members.subarray(starts[set], starts[set + 1]), (file) =>
        nameIn(root, tree.files, file),
      );
      return `${names.sort().join(" ")} ${hash}`;
    }),
  );
  return sets.sort();
}

const colliding = collidingXxh32(5);

describe("a group that all threads share", () => {
  test.each([
    { it: "all different", content: (i: number) => noise(600, i) },
    { it: "all equal", content: () => noise(600, 1) },
    { it: "twins far apart", content: (i: number) => noise(600, i % (FILES / 2)) },
    { it: "sets of many sizes", content: (i: number) => noise(600, Math.floor(Math.sqrt(i))) },
    { it: "one hash, five contents", content: (i: number) => colliding[i % 5] },
    {
      it: "equal in the first block, different behind it",
      content: (i: number) => flipped(noise(5000, 1), 4096 + (i % 400)),
    },
    {
      it: "twins of two blocks",
      content: (i: number) => noise(5000, i % (FILES / 2)),
    },
  ])("$it: what one thread finds, and no byte read twice", async ({ content }) => {
    const root = makeTree(
      Object.fromEntries(Array.from({ length: FILES }, (_, i) => [`${i}.o`, content(i)])),
    );
    const stages = await runStages(root, { hashes: true });
    const parts = await matchAsGiant(stages);
    expect(setsOf(root, stages, parts)).toEqual(
      setsOf(root, stages, [stages.sets as unknown as Matched]),
    );
    const bytesRead = parts.reduce((sum, part) => sum + part.bytesRead, 0);
    expect(bytesRead).toBe(stages.sets.bytesRead);
  });

  test.each([
    { it: "vanished", change: (path: string) => fs.rmSync(path), lost: "vanished" },
    {
      it: "was written to",
      change: (path: string) => fs.writeFileSync(path, "x".repeat(600)),
      lost: "changed",
    },
    {
      it: "was replaced by a twin",
      change(path: string) {
        fs.copyFileSync(path, `${path}.new`);
        fs.renameSync(`${path}.new`, path);
      },
      lost: "changed",
    },
  ])("a file that $it is in no set, the others are", async ({ change, lost }) => {
    const root = makeTree(
      Object.fromEntries(Array.from({ length: FILES }, (_, i) => [`${i}.o`, noise(600, i % 600)])),
    );
    const stages = await runStages(root);
    change(`${root}/700.o`);
    const parts = await matchAsGiant(stages);
    const sets = setsOf(root, stages, parts);
    expect(sets).toHaveLength(599);
    expect(sets.filter((set) => /\b[17]00\.o/.test(set) && !set.includes("1100"))).toEqual([]);
    const found = parts.flatMap((part) => part.lost);
    expect(found.map(([file, how]) => [nameIn(root, stages.tree.files, file), how])).toEqual([
      ["700.o", lost],
    ]);
  });
});
