import { describe, expect, test } from "vitest";
import { group } from "../../src/group/group.ts";
import { resolveOptions } from "../../src/commands/options.ts";
import { walk } from "../../src/walk/walk.ts";
import { WorkerPool } from "../../src/workers/worker-pool.ts";
import { FileTable } from "../../src/core/file-table.ts";
import { membersOf, runStages } from "../support/stages.ts";
import { type Spec, link, makeTree } from "../support/tree.ts";

describe("inodes that may be equal", () => {
  test.each<{ it: string; tree: Spec; groups: string[][][] }>([
    { it: "what is alone in its size is left out", tree: { "a.o": "1", "b.o": "22" }, groups: [] },
    {
      it: "one size, one group, whatever the content",
      tree: { "a.o": "1", "b.o": "2" },
      groups: [[["a.o"], ["b.o"]]],
    },
    {
      it: "names of one inode are one member",
      tree: { "a.o": "1", "b.o": link("a.o") },
      groups: [],
    },
    {
      it: "members carry their names in order",
      tree: { "z.o": "1", "a/b.o": link("z.o"), "a-b.o": link("z.o"), "y.o": "2" },
      groups: [[["a-b.o", "a/b.o", "z.o"], ["y.o"]]],
    },
    {
      it: "several sizes",
      tree: { "a.o": "1", "b.o": "22", "c.o": "3", "d.o": "44", "e.o": "555" },
      groups: [
        [["a.o"], ["c.o"]],
        [["b.o"], ["d.o"]],
      ],
    },
  ])("$it", async ({ tree, groups }) => {
    const root = makeTree(tree);
    const stages = await runStages(root);
    expect(membersOf(root, stages.tree.files, stages.groups)).toEqual(groups);
  });

  test.each([16, 17, 40])("%i names of two inodes", async (count) => {
    const tree: Record<string, Spec[string]> = { "00.o": "1", "01.o": "2" };
    for (let i = 2; i < count; i += 1)
      tree[`${String(i).padStart(2, "0")}.o`] = link(i % 2 === 0 ? "00.o" : "01.o");
    const root = makeTree(tree);
    const { tree: walked, groups } = await runStages(root);
    const [[even, odd]] = membersOf(root, walked.files, groups);
    expect([even.length, odd.length]).toEqual([Math.ceil(count / 2), Math.floor(count / 2)]);
    expect(even).toEqual([...even].sort());
  });

  test("files that take no part", async () => {
    const root = makeTree({ "a.o": "1", "b.o": "2", "c.o": "3" });
    const { tree } = await runStages(root);
    expect(
      membersOf(root, tree.files, group(tree.files, { isSelected: (file) => file !== 1 })),
    ).toEqual([[["a.o"], ["c.o"]]]);
  });

  test("withSingles keeps sizes that one inode has", async () => {
    const root = makeTree({ "a.o": "1", "b.o": "22", "c.o": "3", "empty.o": "" });
    const { tree } = await runStages(root);
    expect(membersOf(root, tree.files, group(tree.files, { withSingles: true }))).toEqual([
      [["a.o"], ["c.o"]],
      [["b.o"]],
    ]);
  });

  test("acrossDevices groups files that no link can join", async () => {
    const root = makeTree({ "a.o": "1", "b.o": "2", "c.o": "3" });
    const { files } = (await runStages(root)).tree;
    const device = Uint16Array.of(0, 1, 0);
    const other = new FileTable({
      ...files.shared(),
      columns: { ...files.columns, device },
      devices: [files.devices[0], files.devices[0] + 1n],
    });
    expect(membersOf(root, other, group(other))).toEqual([[["a.o"], ["c.o"]]]);
    expect(membersOf(root, other, group(other, { acrossDevices: true }))).toEqual([
      [["a.o"], ["b.o"], ["c.o"]],
    ]);
  });

  test("a kind that one name reveals is given for the other links, and the table stays as it is", async () => {
    const root = makeTree({ "a/prog": "\x7fELF", "b/x.o": link("a/prog") });
    const { files } = await walk(resolveOptions({ paths: [root] }), new WorkerPool(1));
    const { kinds } = group(files);
    expect([...kinds]).toEqual([[0, files.columns.kind[1]]]);
    expect(files.columns.kind[0]).not.toBe(files.columns.kind[1]);
    expect(files.withKinds(kinds).columns.kind[0]).toBe(files.columns.kind[1]);
  });
});
