import { describe, expect, test } from "vitest";
import { parseCount, parseGlob, parseSize } from "../../src/cli/parse-values.ts";

describe("parseSize", () => {
  test.each([
    ["0", 0],
    ["1", 1],
    ["4096", 4096],
    ["64K", 65_536],
    ["64k", 65_536],
    ["64KB", 65_536],
    ["64KiB", 65_536],
    ["1.5M", 1_572_864],
    ["2GiB", 2_147_483_648],
    ["1T", 1_099_511_627_776],
    ["10B", 10],
    ["0.5K", 512],
    ["1.0001K", 1024],
    [" 5 K ", 5120],
  ])("%s is %i bytes", (text, bytes) => {
    expect(parseSize(text, "--min-size")).toBe(bytes);
  });

  test.each([
    "",
    " ",
    "K",
    "x",
    "1X",
    "-1",
    "+1",
    "1e3",
    "1,5M",
    "1.M",
    ".5M",
    "0x10",
    "1 2",
    "9999999999T",
    "Infinity",
    "NaN",
  ])("%j is not a size", (text) => {
    expect(() => parseSize(text, "--min-size")).toThrow(`--min-size: '${text}' is not a size`);
  });
});

describe("parseCount", () => {
  test.each([
    ["2", 2],
    ["10", 10],
    ["007", 7],
  ])("%s is %i", (text, count) => {
    expect(parseCount(2)(text, "--max-links")).toBe(count);
  });

  test.each(["1", "0", "-1", "", "x", "1.5", "1e3", "9007199254740993"])(
    "%j is not a count",
    (text) => {
      expect(() => parseCount(2)(text, "--max-links")).toThrow(
        `--max-links: '${text}' is not a whole number of at least 2`,
      );
    },
  );
});

describe("parseGlob", () => {
  test.each(["*.o", "{a,b}[0-9].o", "a\\[", "+(a|b)"])("%s is a glob", (glob) => {
    expect(parseGlob(glob, "--include")).toBe(glob);
  });

  test.each([
    ["", "is empty"],
    [" ", "is empty"],
    ["a[", "has an unbalanced [ or ]"],
    ["{a,b", "has an unbalanced { or }"],
    ["(a", "has an unbalanced ( or )"],
  ])("%j %s", (glob, why) => {
    expect(() => parseGlob(glob, "--include")).toThrow(`--include: '${glob}' ${why}`);
  });
});
