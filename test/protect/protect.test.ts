import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { apply } from "../../src/apply/apply.ts";
import { Verdict, initialOutcomes } from "../../src/core/model.ts";
import { protect } from "../../src/protect/protect.ts";
import { withFiles } from "../support/outside.ts";
import { snapshot } from "../support/snapshot.ts";
import { runStages } from "../support/stages.ts";
import { type Spec, at, file, link, makeTree } from "../support/tree.ts";

const OPTIONS = { protect: true, dryRun: false, all: false };

/** The paths whose file is read-only. */
function readOnly(root: string): string[] {
  return Array.from(snapshot(root), ([name, { mode }]) =>
    (mode & 0o222) === 0 ? [name] : [],
  ).flat();
}

interface Row {
  readonly it: string;
  readonly tree: Spec;
  readonly options?: Partial<typeof OPTIONS>;
  /** By the end of a path: whether it takes part. */
  readonly selected?: string;
  /** Happens after the files were linked. */
  readonly act?: (root: string) => void;
  readonly readOnly: string[];
  readonly count: number;
}

const ROWS: Row[] = [
  {
    it: "the files that this run has linked",
    tree: { "a.o": "x", "b.o": "x", "c.o": "alone" },
    readOnly: ["a.o", "b.o"],
    count: 1,
  },
  {
    it: "files that were linked before, in a set or not",
    tree: { "a.o": "x", "b.o": link("a.o"), "c.o": "y", "d.o": link("c.o"), "e.o": "y" },
    readOnly: ["a.o", "b.o", "c.o", "d.o", "e.o"],
    count: 2,
  },
  {
    it: "not a file that is read-only already",
    tree: { "a.o": file("x", { mode: 0o444 }), "b.o": link("a.o") },
    readOnly: ["a.o", "b.o"],
    count: 0,
  },
  {
    it: "not files that are no artifacts",
    tree: { "a.txt": "x", "b.txt": link("a.txt") },
    readOnly: [],
    count: 0,
  },
  {
    it: "every file with `all`",
    tree: { "a.txt": "x", "b.txt": link("a.txt") },
    options: { all: true },
    readOnly: ["a.txt", "b.txt"],
    count: 1,
  },
  {
    it: "not an artifact of which a single link takes part",
    tree: { "a.o": "x", "b.o": link("a.o") },
    selected: "a.o",
    readOnly: [],
    count: 0,
  },
  {
    it: "not an inode that lost its links to the keeper",
    tree: { "a.o": "x", "b.o": file("x", { mtime: at(-1) }), "c.o": link("b.o") },
    readOnly: ["a.o", "b.o", "c.o"],
    count: 1,
  },
  {
    it: "nothing without the option",
    tree: { "a.o": "x", "b.o": link("a.o") },
    options: { protect: false },
    readOnly: [],
    count: 0,
  },
  {
    it: "not a file that was written to since",
    tree: { "a.o": "x", "b.o": "x" },
    act: (root) => fs.appendFileSync(`${root}/a.o`, "!"),
    readOnly: [],
    count: 0,
  },
  {
    it: "not a file that another one has replaced since",
    tree: { "a.o": "x", "b.o": "x" },
    act(root) {
      fs.writeFileSync(`${root}/new`, "x");
      fs.renameSync(`${root}/new`, `${root}/a.o`);
    },
    readOnly: [],
    count: 0,
  },
  {
    it: "not a file whose directory was moved since",
    tree: { "d/a.o": "x", "d/b.o": "x" },
    act: (root) => fs.renameSync(`${root}/d`, `${root}/e`),
    readOnly: [],
    count: 0,
  },
];

describe("protect makes read-only", () => {
  test.each(ROWS)("$it", async ({ tree: spec, options, selected, act, ...row }) => {
    const root = makeTree(spec);
    const { tree, sets, plan, pool } = await runStages(root, {
      action: "hardlink",
      all: options?.all ?? false,
    });
    const { files } = tree;
    const outcomes = await apply(files, plan, pool);
    act?.(root);
    const isSelected = (one: number): boolean => files.path(one).endsWith(selected ?? "");
    const input = { files, isSelected, sets, plan, outcomes };
    const done = await protect(input, { ...OPTIONS, ...options }, pool);
    expect({ count: done.count, readOnly: readOnly(root) }).toEqual({
      count: row.count,
      readOnly: row.readOnly,
    });
    expect(done.problems).toEqual([]);
  });

  test("nothing in a dry run, which counts the same", async () => {
    const root = makeTree({ "a.o": "x", "b.o": "x", "c.o": "y", "d.o": link("c.o") });
    const { tree, sets, plan, pool } = await runStages(root, { action: "hardlink" });
    const outcomes = initialOutcomes(plan, false);
    const input = { files: tree.files, isSelected: () => true, sets, plan, outcomes };
    const done = await protect(input, { ...OPTIONS, dryRun: true }, pool);
    expect(done).toEqual({ count: 2, warnings: [], problems: [] });
    expect(readOnly(root)).toEqual([]);
  });

  test("no file that is not in the tree", async () => {
    const root = makeTree({ "a.o": "x", "b.o": "x" });
    const store = makeTree({ entry: "x" });
    const { tree, sets, plan, pool } = await runStages(root, { action: "hardlink" });
    const entry = tree.files.count;
    const linked = {
      ...plan,
      keepers: Uint32Array.of(entry, entry),
      verdicts: Uint8Array.of(Verdict.replace, Verdict.replace),
    };
    const outcomes = await apply(withFiles(tree.files, [`${store}/entry`]), linked, pool);
    const input = { files: tree.files, isSelected: () => true, sets, plan: linked, outcomes };
    expect(await protect(input, OPTIONS, pool)).toEqual({ count: 0, warnings: [], problems: [] });
    expect(fs.statSync(`${store}/entry`)).toMatchObject({ nlink: 3 });
    expect(readOnly(root)).toEqual([]);
  });
});
