import fs from "node:fs";
import { expect, test } from "vitest";
import { appendRows } from "../../src/core/append-rows.ts";
import { NO_ROOT } from "../../src/core/file-table.ts";
import { snapshotOf } from "../../src/replace/file-snapshot.ts";
import { withFiles } from "../support/outside.ts";
import { runStages } from "../support/stages.ts";
import { at, file, makeTree } from "../support/tree.ts";

test("the tree's rows stay, the added ones follow", async () => {
  const root = makeTree({ "a.o": "x", "sub/b.o": "yy" });
  const outside = makeTree({
    "\xc3\xa9.o": file("zzz", { mtime: at(7) + 1n, mode: 0o600 }),
    "sub/c.o": "x",
  });
  const { tree } = await runStages(root);
  const extended = withFiles(tree.files, [`${outside}/é.o`, `${outside}/sub/c.o`]);
  const rows = Array.from({ length: extended.count }, (_, row) => row);
  expect(rows.map((row) => Buffer.from(extended.path(row), "latin1").toString())).toEqual([
    `${root}/a.o`,
    `${root}/sub/b.o`,
    `${outside}/é.o`,
    `${outside}/sub/c.o`,
  ]);
  for (const row of [0, 1]) {
    expect(snapshotOf(extended, row)).toEqual(snapshotOf(tree.files, row));
    expect(extended.dirTime(row)).toBe(tree.files.dirTime(row));
  }
  const stat = fs.statSync(`${outside}/é.o`, { bigint: true });
  expect(snapshotOf(extended, 2)).toMatchObject({
    ino: stat.ino,
    size: 3,
    mode: Number(stat.mode),
    mtimeNs: at(7) + 1n,
  });
  expect(extended.dirIdentity(extended.columns.dir[2]).inode).toBe(
    fs.statSync(outside, { bigint: true }).ino,
  );
  expect([0, 1, 2, 3].map((dir) => extended.dirRoot(dir))).toEqual([0, 0, NO_ROOT, NO_ROOT]);
  expect(tree.files.count).toBe(2);
});

test("threads share the columns of the extended table if they share the tree's", async () => {
  const root = makeTree({ "a.o": "x" });
  for (const jobs of [1, 2]) {
    const { tree } = await runStages(root, { jobs });
    const { columns } = appendRows(tree.files, [], []);
    expect(columns.size.buffer.constructor).toBe(tree.files.columns.size.buffer.constructor);
  }
});

test("another device gets an index of its own", async () => {
  const { tree } = await runStages(makeTree({ "a.o": "x" }));
  const outside = withFiles(tree.files, [tree.files.path(0)]);
  const dir = { path: "/x", baseLength: 2, device: 77n, inode: 1n, mtime: 0n };
  const row = {
    dir: 0,
    name: "b.o",
    device: 77n,
    inode: 5n,
    size: 1,
    allocated: 0,
    mtime: 0n,
    ctime: 0n,
    mode: 0o100644,
    uid: 0,
    gid: 0,
    links: 1,
    kind: 0,
  };
  const extended = appendRows(outside, [dir], [row, { ...row, name: "c.o" }]);
  expect([...extended.columns.device]).toEqual([0, 0, 1, 1]);
  expect(extended.devices[1]).toBe(77n);
  expect([extended.path(2), extended.path(3)]).toEqual(["/x/b.o", "/x/c.o"]);
});
