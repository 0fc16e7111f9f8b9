import { expect, test } from "vitest";
import { parseSize } from "../../src/cli/parse-size.ts";

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
  expect(parseSize("--min-size", text)).toBe(bytes);
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
])("%j is no size", (text) => {
  expect(() => parseSize("--min-size", text)).toThrow(`--min-size: '${text}' is no size`);
});
