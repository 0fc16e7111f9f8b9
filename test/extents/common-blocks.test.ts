import { describe, expect, it } from "vitest";
import { commonBlocks } from "../../src/extents/common-blocks.ts";
import { EXTENT, type Extent } from "../../src/native/native.ts";

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
    ["split differently", whole, [extent(0, 8192, 4096), extent(4096, 12288, 4096)], "same"],
    ["the same hole", [extent(4096, 0, 4096)], [extent(4096, 0, 4096)], "same"],
    ["an extent that goes on behind the end", whole, [extent(0, 8192, 65536)], "same"],
    ["an extent behind the end", whole, [...whole, extent(8192, 0, 4096, EXTENT.DELALLOC)], "same"],
    ["preallocated space", whole, [...whole, extent(8000, 65536, 4096, EXTENT.UNWRITTEN)], "same"],
    ["another place", whole, [extent(0, 16384, 8192)], "apart"],
    ["one extent elsewhere", whole, [extent(0, 8192, 4096), extent(4096, 65536, 4096)], "apart"],
    ["a hole in one", whole, [extent(0, 8192, 4096)], "apart"],
    ["a hole at the start of one", whole, [extent(4096, 12288, 4096)], "apart"],
    ["only holes in one", whole, [], "apart"],
    ["only holes", [], [], "none"],
    ["inline", inline, inline, "none"],
    ["inline in one", inline, whole, "apart"],
    ["not written yet", pending, whole, "unknown"],
    ["not written yet in both", pending, pending, "unknown"],
    [
      "compressed",
      [extent(0, 512, 8, EXTENT.ENCODED)],
      [extent(0, 512, 8, EXTENT.ENCODED)],
      "same",
    ],
    [
      "compressed extents are not joined",
      [extent(0, 0, 8, EXTENT.ENCODED), extent(8, 8, 8, EXTENT.ENCODED)],
      [extent(0, 0, 16)],
      "apart",
    ],
  ])("%s: %#", (_, a, b, expected) => {
    expect(commonBlocks(a, b, 8192)).toBe(expected);
    expect(commonBlocks(b, a, 8192)).toBe(expected);
  });
});
