import { describe, expect, test } from "vitest";
import {
  isTemporaryName,
  nameHash,
  readTemporaryName,
  temporaryPrefix,
  temporarySuffix,
} from "../../src/core/temporary-name.ts";

describe("the name of a temporary", () => {
  const maker = { place: "0badcafe", pid: 4711, start: "1x2y" };
  test.each([
    { ino: 0n, mtimeNs: 0n, isCopy: true },
    { ino: 12n, mtimeNs: -1n, isCopy: false },
    { ino: 2n ** 64n - 1n, mtimeNs: 2n ** 63n - 1n, isCopy: true },
  ])("is parsed as it was made: %o", ({ isCopy, ...keeper }) => {
    const target = { ino: keeper.ino / 2n, mtimeNs: -keeper.mtimeNs };
    const parts = { keeper, target, isCopy, replaces: nameHash("name.o") };
    const name = temporaryPrefix(maker) + temporarySuffix(parts, 2 ** 30);
    expect(isTemporaryName(name)).toBe(true);
    expect(readTemporaryName(name)).toEqual({ maker, ...parts });
    expect(name.length).toBeLessThan(140);
  });

  test.each([
    ".dedupe-notes.tmp",
    ".dedupe-0-1-2-3-4-5.tmp",
    "x.dedupe-0badcafe-1-1-1-1-1-1-0badcafe-1.tmp",
    ".dedupe-0badcafe-1-1-1-1-1-1-0badcafe-1.tmp.o",
  ])("%s is none", (name) => {
    expect(isTemporaryName(name)).toBe(false);
    expect(readTemporaryName(name)).toBeUndefined();
  });
});

test.each([
  ["", "811c9dc5"],
  ["a", "e40c292c"],
  ["\u00ff", "7a0b824e"],
])("nameHash of %j", (name, hash) => {
  expect(nameHash(name)).toBe(hash);
});
