import { describe, expect, it, test } from "vitest";
import {
  cutBatches,
  eachGroup,
  groupAt,
  groupCount,
  linksOf,
  sliceStarts,
} from "../../src/core/groups.ts";

const STARTS = Uint32Array.of(0, 2, 2, 5);

test("a group is a part of a column", () => {
  const column = Uint32Array.of(10, 11, 12, 13, 14);
  const groups = Array.from(eachGroup(STARTS), ({ group, from, to }) => {
    expect([...groupAt(column, STARTS, group)]).toEqual([...column.slice(from, to)]);
    return [...groupAt(column, STARTS, group)];
  });
  expect(groups).toEqual([[10, 11], [], [12, 13, 14]]);
  expect(groupCount(STARTS)).toBe(3);
  expect([...eachGroup(Uint32Array.of(0))]).toEqual([]);
});

test("a slice of groups begins at 0", () => {
  expect([...sliceStarts(STARTS, 1, 3)]).toEqual([0, 0, 3]);
  expect([...STARTS]).toEqual([0, 2, 2, 5]);
});

test("the links of an inode follow its chain", () => {
  const nextLink = Int32Array.of(3, -1, -1, 2);
  expect([0, 1, 3].map((row) => [...linksOf(nextLink, row)])).toEqual([[0, 3, 2], [1], [3, 2]]);
});

describe("batches", () => {
  it.each<{ costs: number[]; batches: [from: number, to: number][] }>([
    { costs: [], batches: [] },
    { costs: [1], batches: [[0, 1]] },
    {
      costs: [4, 4, 4, 4],
      batches: [
        [0, 3],
        [3, 4],
      ],
    },
    {
      costs: [5, 5, 5],
      batches: [
        [0, 2],
        [2, 3],
      ],
    },
    // A group above the limit is a batch of its own.
    {
      costs: [1, 50, 1, 1],
      batches: [
        [0, 1],
        [1, 2],
        [2, 4],
      ],
    },
    // Groups without cost lie inside batches, never at their ends.
    { costs: [0, 3, 0, 3, 0, 0], batches: [[1, 4]] },
    { costs: [0, 0], batches: [] },
  ])("of $costs with the limit 10", ({ costs, batches }) => {
    const cut = cutBatches(costs.length, (group) => costs[group], 10);
    expect(cut.map(({ from, to }) => [from, to])).toEqual(batches);
    for (const { from, to, cost } of cut)
      expect(cost).toBe(costs.slice(from, to).reduce((a, b) => a + b));
  });
});
