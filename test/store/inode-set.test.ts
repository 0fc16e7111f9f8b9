import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { InodeSet, listInodes } from "../../src/store/inode-set.ts";
import { openStore } from "../../src/store/open-store.ts";
import { native } from "../../src/native/native.ts";
import { emptyDir } from "../support/tree.ts";

/** The words of an inode number, as a column has them. */
function wordsOf(inode: bigint): [number, number] {
  const [first, second] = new Uint32Array(BigUint64Array.of(inode).buffer);
  return [first, second];
}

describe("InodeSet", () => {
  test("has what was added, however many", () => {
    const inodes = new InodeSet(0);
    const added = Array.from({ length: 5000 }, (_, i) => BigInt(i + 1) * 4_294_967_297n);
    for (const inode of added) inodes.add(...wordsOf(inode));
    for (const inode of added) inodes.add(...wordsOf(inode));
    expect(added.filter((inode) => !inodes.has(...wordsOf(inode)))).toEqual([]);
    expect(added.filter((inode) => inodes.has(...wordsOf(inode + 1n)))).toEqual([]);
  });
});

test.skipIf(native() === undefined || process.platform !== "linux")(
  "listInodes finds the inodes of all entries",
  () => {
    const store = openStore(path.join(emptyDir(), "store"), { create: true, ownOnly: true });
    const inodes = Array.from({ length: 600 }, (_, i) => {
      const digest = (i % 256).toString(16).padStart(2, "0").repeat(32);
      const entry = path.join(store.path, digest.slice(0, 2), `${digest}-${(i >> 8) + 600}`);
      fs.writeFileSync(entry, "");
      return fs.statSync(entry, { bigint: true }).ino;
    });
    const found = listInodes(store.path, 10);
    expect(inodes.filter((inode) => found?.has(...wordsOf(inode)) !== true)).toEqual([]);
    const other = fs.statSync(path.join(store.path, "README"), { bigint: true }).ino;
    expect(found?.has(...wordsOf(other))).toBe(false);
    expect(listInodes(emptyDir(), 10)).toBeUndefined();
  },
);
