import { describe, expect, test } from "vitest";
import { NO_UNIT } from "../../src/core/model.ts";
import { nameIn, runStages } from "../support/stages.ts";
import { makeTree } from "../support/tree.ts";

/** The variant of every file, and the files of each unit that has several. */
async function classificationOf(names: readonly string[], roots?: readonly string[]) {
  const root = makeTree(Object.fromEntries(names.map((name) => [name, name])));
  const { tree, classification } = await runStages(
    root,
    roots === undefined ? {} : { paths: roots.map((path) => `${root}/${path}`) },
  );
  const variants: Record<string, string> = {};
  const units = new Map<number, string[]>();
  for (let file = 0; file < tree.files.count; file += 1) {
    const name = nameIn(root, tree.files, file);
    variants[name] = classification.variants[classification.variant[file]];
    const unit = classification.unit[file];
    if (unit !== NO_UNIT) units.set(unit, [...(units.get(unit) ?? []), name]);
  }
  return {
    variants,
    units: [...units.values()].filter((unit) => unit.length > 1),
    order: classification.variants,
  };
}

describe("Python", () => {
  const names = ["a", "b"].flatMap((module) =>
    ["", ".opt-1", ".opt-2"].map((level) => `p/__pycache__/${module}.cpython-311${level}.pyc`),
  );

  test("levels and units", async () => {
    const { variants, units, order } = await classificationOf(names);
    expect(names.map((name) => variants[name])).toEqual(["0", "1", "2", "0", "1", "2"]);
    expect(units.map((unit) => unit.length)).toEqual([3, 3]);
    expect(order.filter((name) => name !== "")).toEqual(["0", "1", "2"]);
  });
});

describe("directories of variants", () => {
  test.each([
    { it: "below one root", roots: ["build"] },
    { it: "as roots", roots: ["build/O2", "build/O3"] },
    { it: "as roots of files", roots: ["build/O2/x.o", "build/O3/x.o"] },
    { it: "as overlapping roots", roots: ["build", "build/O3"] },
    { it: "from far above", roots: ["."] },
  ])("$it", async ({ roots }) => {
    const { variants, units } = await classificationOf(["build/O2/x.o", "build/O3/x.o"], roots);
    expect(Object.values(variants).sort()).toEqual(["O2", "O3"]);
    expect(units).toHaveLength(1);
  });

  test("a file without a variant belongs to the unit of its variants, as in libtool's pairs", async () => {
    const { variants, units } = await classificationOf([".libs/x.o", "x.o", "y.o"]);
    expect(variants).toEqual({ ".libs/x.o": "pic", "x.o": "", "y.o": "" });
    expect(units).toEqual([["x.o", ".libs/x.o"]]);
  });

  test("the name of the root is ignored", async () => {
    const { variants } = await classificationOf(["O2/lib/x.o"], ["O2"]);
    expect(variants).toEqual({ "O2/lib/x.o": "" });
  });
});

test("two files compare as the numbers of their variants do", async () => {
  const names = ["O0", "O2", "O3+pic", "O3", "debug"].map((variant) => `${variant}/a.o`);
  const root = makeTree(Object.fromEntries([...names, "plain.o"].map((name) => [name, name])));
  const { tree, classification } = await runStages(root);
  const { variant, compareVariants } = classification;
  for (let a = 0; a < tree.files.count; a += 1) {
    for (let b = 0; b < tree.files.count; b += 1)
      expect(Math.sign(compareVariants(a, b))).toBe(Math.sign(variant[a] - variant[b]));
  }
  expect(new Set(variant).size).toBeGreaterThan(4);
});
