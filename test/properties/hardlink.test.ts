/** @module-tag slow */
import fs from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Options, type Report, dedupe } from "../../src/index.ts";
import { contents, diskUsage, everything, snapshot } from "../support/snapshot.ts";
import { makeTree } from "../support/tree.ts";
import { type Sketch, sketches, treeOf } from "./random-tree.ts";

/** A failure prints the tree and the seed; `SEED=… npx vitest run test/properties` repeats a run. */
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
const settings = { numRuns: Number(process.env["RUNS"] ?? 50), seed } as const;

const randomOptions: fc.Arbitrary<Omit<Options, "paths">> = fc.record(
  {
    all: fc.boolean(),
    scope: fc.constantFrom("tree" as const, "unit" as const, "directory" as const),
    respectName: fc.boolean(),
    respectTime: fc.boolean(),
    mtime: fc.constantFrom("oldest" as const, "newest" as const, "equal" as const),
    maxLinks: fc.integer({ min: 2, max: 5 }),
    minSize: fc.constantFrom(0, 2, 5000),
    hashes: fc.boolean(),
  },
  { requiredKeys: [] },
);

function check(
  name: string,
  property: (sketch: Sketch, options: Omit<Options, "paths">) => Promise<void>,
): void {
  test(name, async () => {
    await fc.assert(fc.asyncProperty(sketches, randomOptions, property), settings);
  });
}

/** The parts of a report that two runs must agree in. */
function comparable({ dryRun, methods, sets, totals, ...rest }: Report): unknown {
  return { ...rest, sets: structuredClone(sets), totals: { ...totals, seconds: 0 } };
}

const jobs = 1;
/** The files of these trees were written by no tool. */
const writers = ["*=replace"];
const link = { action: "hardlink", jobs, writers } as const;

describe(`on random trees (seed ${seed})`, () => {
  check("all paths, contents and modes stay the same", async (sketch, options) => {
    const root = makeTree(treeOf(sketch));
    const before = contents(root);
    const report = await dedupe({ ...options, ...link, paths: [root] });
    expect(report.problems).toEqual([]);
    expect(contents(root)).toEqual(before);
    fs.rmSync(root, { recursive: true });
  });

  check("a report and a dry run change nothing", async (sketch, options) => {
    const root = makeTree(treeOf(sketch));
    const before = everything(root);
    await dedupe({ ...options, jobs, writers, paths: [root] });
    await dedupe({ ...options, ...link, dryRun: true, paths: [root] });
    expect(everything(root)).toEqual(before);
    fs.rmSync(root, { recursive: true });
  });

  check("a dry run reports what the real run does", async (sketch, options) => {
    const root = makeTree(treeOf(sketch));
    const predicted = await dedupe({ ...options, ...link, dryRun: true, paths: [root] });
    const reported = await dedupe({ ...options, jobs, writers, paths: [root] });
    const wanted = comparable(predicted);
    const done = await dedupe({ ...options, ...link, paths: [root] });
    expect(comparable(done)).toEqual(wanted);
    expect(reported.totals.replaceable).toBe(done.totals.replaced);
    expect(reported.totals.freeableBytes).toBe(done.totals.savedBytes);
    fs.rmSync(root, { recursive: true });
  });

  check("a second run does nothing", async (sketch, options) => {
    const root = makeTree(treeOf(sketch));
    await dedupe({ ...options, ...link, paths: [root] });
    const before = everything(root);
    const again = await dedupe({ ...options, ...link, paths: [root] });
    expect(again.totals).toMatchObject({
      replaced: 0,
      replaceable: 0,
      savedBytes: 0,
      freeableBytes: 0,
    });
    expect(everything(root)).toEqual(before);
    fs.rmSync(root, { recursive: true });
  });

  check("the reported savings are the bytes freed on the disk", async (sketch, options) => {
    const root = makeTree(treeOf(sketch));
    const before = diskUsage(root);
    const { totals } = await dedupe({ ...options, ...link, paths: [root] });
    expect(totals.savedBytes).toBe(before - diskUsage(root));
    fs.rmSync(root, { recursive: true });
  });

  check(
    "replaced paths are links to the reported file, and all paths of a set have the same contents",
    async (sketch, options) => {
      const root = makeTree(treeOf(sketch));
      const { sets } = await dedupe({ ...options, ...link, paths: [root] });
      const now = snapshot(root);
      const of = (path: string) => now.get(path.slice(root.length + 1));
      for (const set of sets) {
        expect(new Set(set.names.map((path) => of(path)?.hash)).size).toBe(1);
        for (const { path, outcome, to } of set.replaced) {
          if (outcome === "replaced") expect(of(path)?.inode).toBe(of(to as string)?.inode);
        }
      }
      fs.rmSync(root, { recursive: true });
    },
  );
});

/** By default, files with the same content, mode and owner are linked across the whole tree. */
describe(`with the default options (seed ${seed})`, () => {
  const IN_PLACE = /\.(?:class|a)$/;

  function checkDefault(name: string, property: (sketch: Sketch) => Promise<void>): void {
    test(name, async () => {
      await fc.assert(fc.asyncProperty(sketches, property), settings);
    });
  }

  checkDefault("the linkable files of each set share an inode afterwards", async (sketch) => {
    const root = makeTree(treeOf(sketch));
    const { skipped } = await dedupe({ ...link, paths: [root] });
    // A library beside its objects is not linked if the older time would make it look out of date.
    const stale = skipped.filter(({ reason }) => reason === "would-rebuild");
    const stays = new Set(stale.map(({ path }) => path.slice(root.length + 1)));
    const inodes = new Map<string, Set<bigint>>();
    const apart = new Set<bigint>();
    for (const [name, { hash, mode, uid, size, inode }] of snapshot(root)) {
      if (size === 0 || IN_PLACE.test(name) || name.endsWith(".txt") || name.endsWith("prog"))
        continue;
      if (stays.has(name)) apart.add(inode);
      const key = `${hash} ${mode} ${uid}`;
      inodes.set(key, (inodes.get(key) ?? new Set()).add(inode));
    }
    for (const found of inodes.values()) {
      expect([...found].filter((inode) => !apart.has(inode)).length).toBeLessThanOrEqual(1);
    }
    fs.rmSync(root, { recursive: true });
  });

  checkDefault("other files keep their inodes", async (sketch) => {
    const root = makeTree(treeOf(sketch));
    const before = snapshot(root);
    await dedupe({ ...link, paths: [root] });
    for (const [name, { inode, size }] of snapshot(root)) {
      if (size > 0 && /\.(?:o|so|pyc)$/.test(name)) continue;
      expect(inode).toBe(before.get(name)?.inode);
    }
    fs.rmSync(root, { recursive: true });
  });

  checkDefault("the oldest file is kept: no path becomes newer", async (sketch) => {
    const root = makeTree(treeOf(sketch));
    const before = snapshot(root);
    const { sets } = await dedupe({ ...link, paths: [root] });
    const after = snapshot(root);
    for (const [name, { mtime }] of after)
      expect(mtime).toBeLessThanOrEqual(before.get(name)?.mtime as bigint);
    for (const { kept, names } of sets) {
      // A file of an in-place kind is the keeper only if the set has no others.
      const may = names.filter((path) => !IN_PLACE.test(path));
      const times = (may.length > 0 ? may : names).map(
        (path) => before.get(path.slice(root.length + 1))?.mtime as bigint,
      );
      const oldest = times.reduce((a, b) => (b < a ? b : a));
      expect(before.get(kept.slice(root.length + 1))?.mtime).toBe(oldest);
    }
    fs.rmSync(root, { recursive: true });
  });

  checkDefault("the report does not depend on the number of jobs", async (sketch) => {
    const root = makeTree(treeOf(sketch));
    const [one, four] = [
      await dedupe({ jobs: 1, hashes: true, paths: [root] }),
      await dedupe({ jobs: 4, hashes: true, paths: [root] }),
    ];
    expect(comparable(four)).toEqual(comparable(one));
    fs.rmSync(root, { recursive: true });
  });
});
