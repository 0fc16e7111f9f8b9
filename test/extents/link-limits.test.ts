import fs from "node:fs";
import { expect, test } from "vitest";
import { linkLimits } from "../../src/extents/link-limits.ts";
import { runStages } from "../support/stages.ts";
import { makeTree } from "../support/tree.ts";

/** Makes two equal inodes with `links` and one link. */
async function stagesOf(links: number): Promise<Awaited<ReturnType<typeof runStages>>> {
  const root = makeTree({ "a/0.o": "same", "b.o": "same" });
  for (let i = 1; i < links; i += 1) fs.linkSync(`${root}/a/0.o`, `${root}/a/${i}.o`);
  return runStages(root);
}

interface Row {
  readonly it: string;
  readonly links: number;
  readonly limit: number | undefined;
  readonly mayTry: boolean;
  readonly fullAt?: readonly number[];
  readonly expected: number;
}

test.each<Row>([
  { it: "known", links: 300, limit: 1024, mayTry: false, expected: 1024 },
  { it: "known to be none", links: 1024, limit: Infinity, mayTry: false, expected: Infinity },
  {
    it: "unknown, and the run finds out",
    links: 1024,
    limit: undefined,
    mayTry: true,
    expected: Infinity,
  },
  {
    it: "unknown, but an inode is full",
    links: 1024,
    limit: undefined,
    mayTry: false,
    expected: 1024,
  },
  {
    it: "unknown, and no inode is full",
    links: 1000,
    limit: undefined,
    mayTry: false,
    expected: Infinity,
  },
  {
    it: "unknown, but an earlier run found out",
    links: 20,
    limit: undefined,
    mayTry: false,
    fullAt: [20],
    expected: 20,
  },
  {
    it: "unknown, and the run tries again",
    links: 20,
    limit: undefined,
    mayTry: true,
    fullAt: [20],
    expected: Infinity,
  },
  {
    it: "not asked for: there are few links",
    links: 100,
    limit: 50,
    mayTry: false,
    expected: Infinity,
  },
])("a limit that is $it", async ({ links, limit, mayTry, fullAt = [], expected }: Row) => {
  const { tree, sets } = await stagesOf(links);
  expect(linkLimits(tree.files, sets, mayTry, new Set(fullAt), () => limit)).toEqual([expected]);
});
