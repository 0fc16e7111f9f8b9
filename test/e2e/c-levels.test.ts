/** A C project compiled at five levels, with and without PIC: the report agrees with comparing the files. */
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { runJson } from "../support/run.ts";
import { makeTree } from "../support/tree.ts";

const LEVELS = ["O0", "O1", "O2", "O3", "Os"];
const SOURCES = {
  "sum.c":
    "int sum(const int *a, int n) { int s = 0; for (int i = 0; i < n; i++) s += a[i]; return s; }",
  "table.c": "const int table[64] = {1, 2, 3};",
  "call.c":
    "int sum(const int *, int); extern int shared; int call(int *a) { return sum(a, 3) + shared; }",
};
const hasGcc = spawnSync("gcc", ["--version"]).status === 0;

test.skipIf(!hasGcc)("five levels and PIC (needs gcc)", () => {
  const root = makeTree(SOURCES);
  for (const level of LEVELS) {
    for (const [dir, flags] of [
      ["", []],
      [".libs", ["-fPIC"]],
    ] as const) {
      const out = path.join(root, "build", level, dir);
      fs.mkdirSync(out, { recursive: true });
      for (const source of Object.keys(SOURCES)) {
        const object = path.join(out, source.replace(".c", ".o"));
        execFileSync("gcc", [`-${level}`, ...flags, "-c", source, "-o", object], { cwd: root });
      }
    }
  }
  const variants = LEVELS.flatMap((level) => [level, `${level}+pic`]);
  const objectOf = (variant: string, unit: string): Buffer => {
    const [level, pic] = variant.split("+");
    return fs.readFileSync(path.join(root, "build", level, pic === undefined ? "" : ".libs", unit));
  };
  const report = runJson([path.join(root, "build")]);
  expect(report.variants.map(({ name }) => name)).toEqual(variants);
  const units = Object.keys(SOURCES).map((source) => source.replace(".c", ".o"));
  const expected = variants.flatMap((a, i) =>
    variants.slice(i + 1).map((b) => ({
      a,
      b,
      units: units.length,
      identical: units.filter((unit) => objectOf(a, unit).equals(objectOf(b, unit))).length,
    })),
  );
  expect(
    report.pairs.map(({ a, b, units: both, identical }) => ({
      a,
      b,
      units: both,
      identical,
    })),
  ).toEqual(expected);
  expect(expected.some(({ identical }) => identical > 0)).toBe(true);
  expect(expected.some(({ identical }) => identical < units.length)).toBe(true);
});
