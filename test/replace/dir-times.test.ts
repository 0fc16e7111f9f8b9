import { describe, expect, test } from "vitest";
import type { FileTable } from "../../src/core/file-table.ts";
import { type DirTimes, timesInEach, timesToRestore } from "../../src/replace/dir-times.ts";

/** Directories 0 and 1, and 2, which is directory 0 under another path. The walk saw the times 100, 101 and 100. */
const files = {
  dirIdentity: (dir: number) => ({ device: 1n, inode: BigInt(dir % 2) }),
  dirTime: (dir: number) => BigInt(100 + (dir % 2)),
} as unknown as FileTable;

type Times = Record<number, readonly [first: number, last: number]>;

function dirTimes(times: Times): DirTimes {
  const entries = Object.entries(times);
  return {
    dirs: Uint32Array.from(entries, ([dir]) => Number(dir)),
    first: BigInt64Array.from(entries, ([, [first]]) => BigInt(first)),
    last: BigInt64Array.from(entries, ([, [, last]]) => BigInt(last)),
  };
}

describe("timesToRestore", () => {
  test.each<{
    what: string;
    threads: readonly Times[];
    changed?: readonly number[];
    disturbed?: readonly number[];
    restored: readonly (readonly [dir: number, before: number, expected: number])[];
  }>([
    { what: "a changed directory", threads: [{ 0: [100, 200] }], restored: [[0, 100, 200]] },
    { what: "a directory whose time did not change", threads: [{ 0: [100, 100] }], restored: [] },
    { what: "no directory was opened", threads: [{}], restored: [] },
    {
      what: "a directory in which nothing was replaced",
      threads: [{ 0: [100, 200], 1: [101, 201] }],
      changed: [1],
      restored: [[1, 101, 201]],
    },
    {
      what: "a directory that another program changed",
      threads: [{ 0: [100, 200], 1: [101, 201] }],
      disturbed: [0],
      restored: [[1, 101, 201]],
    },
    {
      what: "a directory that another program changed under its other path",
      threads: [{ 0: [100, 200] }],
      disturbed: [2],
      restored: [],
    },
    {
      what: "two threads: the later one saw the time that the first one left",
      threads: [{ 0: [100, 150] }, { 0: [150, 200] }],
      restored: [[0, 100, 200]],
    },
    {
      what: "the same, with the later thread first",
      threads: [{ 0: [150, 200] }, { 0: [100, 150] }],
      restored: [[0, 100, 200]],
    },
    {
      what: "a time in the future: what the walk saw counts, not the earliest",
      threads: [{ 0: [50, 60] }, { 0: [100, 50] }],
      restored: [[0, 100, 60]],
    },
    {
      what: "no thread saw what the walk saw: the earliest counts",
      threads: [{ 0: [150, 200] }, { 0: [120, 150] }],
      restored: [[0, 120, 200]],
    },
    {
      what: "a directory under two paths is restored once",
      threads: [{ 0: [100, 150], 2: [150, 200] }],
      changed: [0, 2],
      restored: [[2, 100, 200]],
    },
  ])("$what", ({ threads, changed = [0, 1], disturbed = [], restored }) => {
    const times = timesToRestore(
      files,
      threads.map(dirTimes),
      new Set(changed),
      new Set(disturbed),
    );
    expect(
      Array.from(times.dirs, (dir, i) => [dir, Number(times.before[i]), Number(times.expected[i])]),
    ).toEqual(restored);
  });
});

test("timesInEach keeps the directories that are in each of the lists", () => {
  const times = {
    dirs: Uint32Array.of(1, 2, 3),
    before: BigInt64Array.of(10n, 20n, 30n),
    expected: BigInt64Array.of(11n, 21n, 31n),
  };
  expect(timesInEach(times, [Uint32Array.of(3, 2), Uint32Array.of(1, 3)])).toEqual({
    dirs: Uint32Array.of(3),
    before: BigInt64Array.of(30n),
    expected: BigInt64Array.of(31n),
  });
});
