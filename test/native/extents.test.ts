import { describe, expect, it } from "vitest";
import { EXTENT, type Extent, commonBlocks } from "../../src/native/native.ts";

const extent = (logical: number, physical: number, length: number, flags = 0): Extent => ({
  logical: BigInt(logical),
  physical: BigInt(physical),
  length: BigInt(length),
  flags,
});

const shared = EXTENT.SHARED | EXTENT.LAST;
const inline = [extent(0, 0, 100, EXTENT.INLINE | EXTENT.NOT_ALIGNED | EXTENT.LAST)];
const pending = [extent(0, 0, 8192, EXTENT.UNKNOWN | EXTENT.DELALLOC)];

describe("commonBlocks", () => {
  const whole = [extent(0, 8192, 8192, EXTENT.LAST)];
  it.each([
    ["the same blocks", whole, [extent(0, 8192, 8192, shared)], "same"],
    ["cut differently", whole, [extent(0, 8192, 4096), extent(4096, 12288, 4096)], "same"],
    ["the same hole", [extent(4096, 0, 4096)], [extent(4096, 0, 4096)], "same"],
    ["more behind the end", whole, [extent(0, 8192, 65536)], "same"],
    ["something behind the end", whole, [...whole, extent(8192, 0, 4096, EXTENT.DELALLOC)], "same"],
    ["reserved space", whole, [...whole, extent(8000, 65536, 4096, EXTENT.UNWRITTEN)], "same"],
    ["another place", whole, [extent(0, 16384, 8192)], "apart"],
    ["one place different", whole, [extent(0, 8192, 4096), extent(4096, 65536, 4096)], "apart"],
    ["a hole in one", whole, [extent(0, 8192, 4096)], "apart"],
    ["a hole in the front of one", whole, [extent(4096, 12288, 4096)], "apart"],
    ["only holes in one", whole, [], "apart"],
    ["only holes", [], [], "none"],
    ["inline", inline, inline, "none"],
    ["inline in one", inline, whole, "apart"],
    ["not written out", pending, whole, "unknown"],
    ["not written out in both", pending, pending, "unknown"],
    [
      "compressed",
      [extent(0, 512, 8, EXTENT.ENCODED)],
      [extent(0, 512, 8, EXTENT.ENCODED)],
      "same",
    ],
    [
      "compressed are not joined",
      [extent(0, 0, 8, EXTENT.ENCODED), extent(8, 8, 8, EXTENT.ENCODED)],
      [extent(0, 0, 16)],
      "apart",
    ],
  ])("%s: %#", (_, a, b, expected) => {
    expect(commonBlocks(a, b, 8192)).toBe(expected);
    expect(commonBlocks(b, a, 8192)).toBe(expected);
  });
});
