/** What else the report has: aliases, conflicts, uniform units, savings by kind, the Markdown summary. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { runTrusting as run } from "../support/run.ts";
import { link, makeTree } from "../support/tree.ts";

/** Runs `dedupe --json` in the tree, with paths relative to it. */
// eslint-disable-next-line typescript/no-explicit-any -- each test reads other parts of the document
function report(root: string, ...args: string[]): any {
  return JSON.parse(run(["--json", ...args], { cwd: root }).stdout);
}

describe("aliases", () => {
  test("hardlinks", () => {
    const root = makeTree({ "b/x.o": "x", "b/y.o": link("b/x.o") });
    expect(report(root, "b").aliases).toEqual([{ path: "b/y.o", of: "b/x.o", via: "hardlink" }]);
  });

  test("symbolic links to a directory and to a file, with -L", () => {
    const root = makeTree({ "b/d/x.o": "x" });
    fs.symlinkSync("d", `${root}/b/z`);
    fs.symlinkSync("d/x.o", `${root}/b/y.o`);
    const { aliases, totals } = report(root, "-L", "b");
    expect(aliases).toEqual([
      { path: "b/y.o", of: "b/d/x.o", via: "symlink" },
      { path: "b/z", of: "b/d", via: "symlink" },
    ]);
    expect(totals.artifacts).toBe(1);
  });

  test("a second root", () => {
    const root = makeTree({ "b/d/x.o": "x", "b/d/e/y.o": "y" });
    const { aliases, totals } = report(root, "b", "./b/d");
    expect(aliases).toEqual([{ path: "b/d", of: "./b/d", via: "root" }]);
    expect(totals.artifacts).toBe(2);
  });

  test.skipIf(process.getuid?.() !== 0)("a bind mount (needs root)", ({ skip }) => {
    const root = makeTree({ "b/d/x.o": "x", "b/m/.keep": "" });
    const mounted = spawnSync("mount", ["--bind", `${root}/b/d`, `${root}/b/m`]);
    if (mounted.status !== 0) skip("cannot mount here");
    try {
      const { aliases, totals } = report(root, "b");
      expect(aliases).toEqual([{ path: "b/m", of: "b/d", via: "mount" }]);
      expect(totals.artifacts).toBe(1);
    } finally {
      spawnSync("umount", [`${root}/b/m`]);
    }
  });
});

test("two files that are the same unit in the same variant are a conflict", () => {
  const root = makeTree({ "b/O2/x.o": "one", "b/O3/x.o": "two", "b/x.O2.o": "three" });
  expect(report(root, "b").conflicts).toEqual([
    { unit: "x.o", variant: "O2", paths: ["b/O2/x.o", "b/x.O2.o"] },
  ]);
});

test("units that are identical in all variants, and the savings of each kind", () => {
  const root = makeTree({
    "b/O2/same.o": "same",
    "b/O3/same.o": "same",
    "b/O2/x.o": "two",
    "b/O3/x.o": "three",
    "b/lib.so": "so",
  });
  const { uniform, kinds, pairs } = report(root, "b");
  expect(uniform).toEqual({ several: 2, bytes: 4, units: ["same.o"] });
  expect(pairs).toMatchObject([{ a: "O2", b: "O3", units: 2, identical: 1, identicalBytes: 4 }]);
  expect(
    kinds.map(({ name, artifacts, replaceable }: Record<string, unknown>) => [
      name,
      artifacts,
      replaceable,
    ]),
  ).toEqual([
    ["object", 4, 1],
    ["shared-library", 1, 0],
  ]);
});

test("--variant-pattern is tried before the built-in rules", () => {
  const root = makeTree({ "b/fast/x.o": "x", "b/slow/x.o": "x" });
  expect(report(root, "--variant-pattern", "{variant}/**", "b").pairs).toMatchObject([
    { a: "fast", b: "slow", units: 1, identical: 1 },
  ]);
});

test("a file that several variants share counts in each of them", () => {
  const root = makeTree({
    "b/O2/x.o": "four",
    "b/O3/x.o": link("b/O2/x.o"),
    "b/O3/x2.o": link("b/O2/x.o"),
    "b/O3/y.o": "seven77",
    "b/O3/z.o": link("b/O3/y.o"),
  });
  expect(report(root, "b").variants).toEqual([
    { name: "O2", artifacts: 1, bytes: 4, sharedBytes: 4 },
    { name: "O3", artifacts: 4, bytes: 11, sharedBytes: 4 },
  ]);
  expect(run(["--stats", "b"], { cwd: root }).stdout).toMatch(
    /variant +artifacts +size +shared\nO2 +1 +4 B +4 B\nO3 +4 +11 B +4 B\n/,
  );
});

test("variants need not be ASCII", () => {
  const utf8 = (text: string): string => Buffer.from(text).toString("latin1");
  const root = makeTree({
    [utf8("b/日本/x.o")]: "x",
    [utf8("b/größe/x.o")]: "x",
    "b/other/x.o": "x",
  });
  const pattern = ["--variant-pattern", "{variant}/**"];
  const names = (...args: string[]): string[] =>
    report(root, ...pattern, ...args, "b").variants.map(({ name }: { name: string }) => name);
  expect(names().sort()).toEqual(["größe", "other", "日本"]);
  expect(names("-o", "日本", "-o", "größe").sort()).toEqual(["größe", "日本"]);
  expect(run([...pattern, "--stats", "b"], { cwd: root }).stdout).toContain("größe = 日本");
});

test("--summary appends Markdown", () => {
  const root = makeTree({ "b/O2/x.o": "x", "b/O3/x.o": "x", "s.md": "before\n" });
  run(["--hardlink", "--summary", "s.md", "b"], { cwd: root });
  const text = fs.readFileSync(`${root}/s.md`, "utf8");
  expect(text).toMatch(/^before\n### dedupe: 1 link made, /);
  expect(text).toContain("| O2 = O3 | 1 | of 1 | 100.0 % |");
});
