/** A bug in a reader of a format: the run goes on, and the files still differ. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { diff } from "../../src/commands/diff.ts";
import { diffNear } from "../../src/commands/near.ts";
import { diffSuspicious } from "../../src/commands/suspicious.ts";
import { type RangedFormat, rangedFormatOf } from "../../src/formats/ranged-formats.ts";
import { LinkedModule } from "../../src/suspicious/linked-module.ts";
import { elf } from "../support/contents.ts";
import { makeTree } from "../support/tree.ts";

const one = elf("object", "code 1");
const other = elf("object", "code 2");
const format = rangedFormatOf({ size: one.length, read: () => one }) as RangedFormat;
const fail = (): never => {
  throw new RangeError("a bug");
};
const defect = (path: string) => ({
  path,
  code: "DEFECT",
  message: expect.stringContaining("RangeError: a bug") as string,
});

afterEach(() => vi.restoreAllMocks());

describe("a reader that throws", () => {
  test("leaves a pair different from its first byte on, and the other pairs as they are", async () => {
    vi.spyOn(format, "ranges").mockImplementation(fail);
    const root = makeTree({
      "A/x.o": one,
      "B/x.o": other,
      "A/y.pyc": "one",
      "B/y.pyc": "two",
      "A/z.o": one,
      "B/z.o": one,
    });
    const paths = [`${root}/A`, `${root}/B`];
    const { groups, totals, problems } = await diff({ paths, jobs: 1 });
    expect(totals).toMatchObject({ pairs: 3, equal: 1, different: 2, unknown: 0, failed: 1 });
    expect(problems).toEqual([defect(`${root}/A/x.o`)]);
    expect(groups.flatMap(({ pairs }) => pairs)).toContainEqual({
      path: "x.o",
      sizes: [one.length, other.length],
      firstDifference: one.length - 1,
      parts: [],
    });
  });

  test("ends no search for near variants", async () => {
    vi.spyOn(format, "ranges").mockImplementation(fail);
    const root = makeTree({ "O2/x.o": one, "O3/x.o": other });
    const { problems } = await diffNear({ paths: [root], jobs: 1 });
    const paths = new Set(problems.map(({ path }) => path));
    expect(problems).toEqual(problems.map(({ path }) => defect(path)));
    expect([...paths].sort()).toEqual(["O2", "O3"].map((variant) => `${root}/${variant}/x.o`));
  });

  test("ends no search for suspicious objects", async () => {
    vi.spyOn(LinkedModule, "read").mockImplementation(fail);
    const modules = ["m", "n"].map((name) => [`build/lib/${name}.so`, elf("shared-library", name)]);
    const root = makeTree({ "build/temp/x.o": one, ...Object.fromEntries(modules) });
    const { problems } = await diffSuspicious({ paths: [root] });
    expect(problems).toEqual(["m", "n"].map((name) => defect(`${root}/build/lib/${name}.so`)));
  });
});
