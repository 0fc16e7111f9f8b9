import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupByTime } from "../../src/plan/group-by-time.ts";

type Window = readonly [time: number, after?: number | undefined, until?: number];

function grouped(windows: readonly Window[], newestTime = false): number[][] {
  const items = windows.map(([time, after, until]) => ({
    time: BigInt(time),
    after: after === undefined ? undefined : BigInt(after),
    until: until === undefined ? undefined : BigInt(until),
  }));
  return groupByTime(items, newestTime);
}

describe("groups that can share a time", () => {
  it.each<[string, Window[], number[][]]>([
    ["nothing is known", [[1], [2], [3]], [[0, 1, 2]]],
    ["a prerequisite is newer than the keeper", [[1], [3, 2]], [[0], [1]]],
    ["a prerequisite is as new as the keeper", [[1], [3, 1]], [[0, 1]]],
    ["by one nanosecond", [[10], [12, 11], [12, 10]], [[0, 2], [1]]],
    ["one stays apart, the others do not", [[1], [3, 2], [4, 0]], [[0, 2], [1]]],
    [
      "no common time: two groups",
      [
        [1, 0],
        [2, 0],
        [5, 4],
        [6, 4],
      ],
      [
        [0, 1],
        [2, 3],
      ],
    ],
    [
      "no two files can share a time",
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
      [[0], [1], [2]],
    ],
    [
      "equal times",
      [
        [1, 1],
        [1, 1],
        [1, 0],
      ],
      [[0, 1, 2]],
    ],
    ["one file", [[7, 3]], [[0]]],
  ])("with the oldest time, where %s", (_, windows, expected) => {
    expect(grouped(windows)).toEqual(expected);
  });

  it.each<[string, Window[], number[][]]>([
    ["nothing is known", [[3], [2], [1]], [[0, 1, 2]]],
    [
      "the log of ninja has an older time",
      [
        [3, 0, 3],
        [2, 0, 2],
        [1, 0, 9],
      ],
      [[0, 2], [1]],
    ],
    ["a file made from it is older", [[5], [4, 0, 4]], [[0], [1]]],
  ])("with the newest time, where %s", (_, windows, expected) => {
    expect(grouped(windows, true)).toEqual(expected);
  });

  const windows = fc
    .array(fc.tuple(fc.nat(20), fc.option(fc.nat(20), { nil: undefined })), {
      minLength: 1,
      maxLength: 7,
    })
    .map((all) =>
      all.map(([time, slack]): Window => [time, slack === undefined ? undefined : time - slack]),
    )
    .map((all) => all.toSorted((a, b) => a[0] - b[0]));

  it("no file gets a time before its prerequisites or after its own, and each is in one group", () => {
    fc.assert(
      fc.property(windows, (all) => {
        const groups = grouped(all);
        for (const group of groups) {
          const [time] = all[group[0]];
          for (const i of group) {
            expect(all[i][1] ?? -Infinity).toBeLessThanOrEqual(time);
            expect(time).toBeLessThanOrEqual(all[i][0]);
          }
        }
        expect(groups.flat().toSorted((a, b) => a - b)).toEqual(all.map((_, i) => i));
      }),
    );
  });

  it("there are as few groups as possible", () => {
    fc.assert(
      fc.property(windows, (all) => {
        expect(grouped(all).length).toBe(fewestPoints(all));
      }),
      { numRuns: 300 },
    );
  });
});

/** The fewest times that hit all windows, found by trying every choice. */
function fewestPoints(all: readonly Window[]): number {
  const times = [...new Set(all.map(([time]) => time))];
  let best = all.length;
  for (let choice = 1; choice < 2 ** times.length; choice += 1) {
    const chosen = times.filter((_, i) => (choice & (1 << i)) !== 0);
    const covers = all.every(([time, after]) =>
      chosen.some((t) => (after ?? -Infinity) <= t && t <= time),
    );
    if (covers) best = Math.min(best, chosen.length);
  }
  return best;
}
