/** @module-tag slow */
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { type MatchOptions, type Matched, matchGroupsTask } from "../../src/match/match-groups.ts";
import { prefetchFirstBlocks } from "../../src/match/prefetch-first-blocks.ts";
import { collidingXxh32 } from "../support/collisions.ts";
import { flipped, noise } from "../support/contents.ts";
import { shareTable } from "../../src/workers/shared-table.ts";
import { type Stages, nameIn, runStages } from "../support/stages.ts";
import { makeTree } from "../support/tree.ts";

const OPTIONS: MatchOptions = {
  hasher: "xxh64",
  hashSingles: false,
  expectEqual: false,
  findProducers: false,
  all: false,
  kinds: undefined,
  everyAttribute: false,
  checkWriters: false,
  mostHeld: 64 * 1024 * 1024,
};
/** Enough for three tasks. */
const FILES = 1200;

/** Every file of the tree as one giant group; in this thread, as tasks. */
async function matchAsGiant({ tree, groups, pool }: Stages): Promise<Matched> {
  await pool.prepare(shareTable, tree.files.shared());
  const { firstBlockBatches, ...group } = await prefetchFirstBlocks(
    tree.files,
    groups.members,
    OPTIONS,
    pool,
  );
  const matched = await pool.run(matchGroupsTask, { ...group, options: OPTIONS });
  return {
    ...matched,
    bytesRead: firstBlockBatches.reduce((sum, { bytesRead }) => sum + bytesRead, matched.bytesRead),
    lost: [...firstBlockBatches.flatMap(({ lost }) => lost), ...matched.lost],
  };
}

/** The sets by the names of their members, with the hash of their content. */
function setsOf(
  root: string,
  { tree }: Stages,
  { members, starts, hashes }: Pick<Matched, "members" | "starts" | "hashes">,
): string[] {
  const sets = hashes.map((hash, set) => {
    const names = Array.from(members.subarray(starts[set], starts[set + 1]), (file) =>
      nameIn(root, tree.files, file),
    );
    return `${names.sort().join(" ")} ${hash}`;
  });
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
    const matched = await matchAsGiant(stages);
    expect(setsOf(root, stages, matched)).toEqual(setsOf(root, stages, stages.sets));
    expect(matched.bytesRead).toBe(stages.sets.bytesRead);
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
    const matched = await matchAsGiant(stages);
    const sets = setsOf(root, stages, matched);
    expect(sets).toHaveLength(599);
    expect(sets.filter((set) => /\b[17]00\.o/.test(set) && !set.includes("1100"))).toEqual([]);
    expect(matched.lost.map(([file, how]) => [nameIn(root, stages.tree.files, file), how])).toEqual(
      [["700.o", lost]],
    );
  });
});
