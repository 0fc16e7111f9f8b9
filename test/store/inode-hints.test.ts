import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { appendHints, readHints } from "../../src/store/inode-hints.ts";
import { emptyDir } from "../support/tree.ts";

const digest = (n: number): string => n.toString(16).padStart(8, "0").repeat(8);

describe("the hints of a store", () => {
  test("are found by inode and by digest, the latest of an inode first", () => {
    const store = emptyDir();
    const many = Array.from({ length: 3000 }, (_, n) => ({ digest: digest(n), inode: BigInt(n) }));
    expect(appendHints(store, many)).toBeUndefined();
    const large = 2n ** 63n + 5n;
    appendHints(store, [
      { digest: digest(9999), inode: 7n },
      { digest: digest(8888), inode: large },
    ]);
    const hints = readHints(store);
    expect([6n, 7n, 2999n, 3000n, large].map((inode) => hints?.digestOf(inode))).toEqual([
      digest(6),
      digest(9999),
      digest(2999),
      undefined,
      digest(8888),
    ]);
    expect([0, 7, 9999, 3000].map((n) => hints?.knows(digest(n)))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  test("are missing without a file, and with one that was cut off", () => {
    const store = emptyDir();
    expect(readHints(store)).toBeUndefined();
    appendHints(store, [{ digest: digest(1), inode: 1n }]);
    const file = path.join(store, "inodes");
    expect(readHints(store)?.knows(digest(1))).toBe(true);
    fs.appendFileSync(file, "x");
    expect(readHints(store)).toBeUndefined();
  });

  test("are empty in an empty file", () => {
    const store = emptyDir();
    fs.writeFileSync(path.join(store, "inodes"), "");
    const hints = readHints(store);
    expect([hints?.digestOf(1n), hints?.knows(digest(1))]).toEqual([undefined, false]);
  });
});
