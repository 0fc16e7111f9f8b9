import { describe, expect, test } from "vitest";
import {
  bucketName,
  bucketOf,
  entryNameOf,
  formatEntryName,
  parseEntryName,
} from "../../src/store/layout.ts";

const DIGEST = "ab".repeat(32);

describe("the name of an entry", () => {
  test.each([
    [{ digest: DIGEST, mode: 0o644, generation: 0, program: "" }, `${DIGEST}-644`],
    [{ digest: DIGEST, mode: 0o644, generation: 7, program: "" }, `${DIGEST}-644.7`],
    [{ digest: DIGEST, mode: 0o4755, generation: 0, program: "su" }, `${DIGEST}-4755-su`],
    [
      { digest: DIGEST, mode: 0o755, generation: 1, program: "lib-1.so.1" },
      `${DIGEST}-755.1-lib-1.so.1`,
    ],
    [{ digest: DIGEST, mode: 0o755, generation: 0, program: "\xff\n" }, `${DIGEST}-755-\xff\n`],
  ])("%j is %s", (entry, name) => {
    expect(formatEntryName(entry)).toBe(name);
    expect(parseEntryName(name)).toEqual(entry);
  });

  test.each([
    DIGEST,
    `${DIGEST.slice(1)}-644`,
    `${DIGEST}-648`,
    `${DIGEST}-644.8`,
    `${DIGEST}-644.0`,
    `${DIGEST.toUpperCase()}-644`,
    "README",
  ])("%s is none", (name) => {
    expect(parseEntryName(name)).toBeUndefined();
  });

  test("has the program's name only for a file with an execute bit, cut to what file systems take", () => {
    expect(formatEntryName(entryNameOf(DIGEST, 0o100644, "a.o"))).toBe(`${DIGEST}-644`);
    expect(formatEntryName(entryNameOf(DIGEST, 0o100755, "prog"))).toBe(`${DIGEST}-755-prog`);
    const longest = formatEntryName({
      ...entryNameOf(DIGEST, 0o104755, "x".repeat(255)),
      generation: 7,
    });
    expect(longest.length).toBeLessThanOrEqual(255);
  });

  test("lies in the directory of its first byte", () => {
    expect(bucketName(bucketOf(DIGEST))).toBe("ab");
    expect(bucketName(0)).toBe("00");
  });
});
