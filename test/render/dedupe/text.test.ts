import { describe, expect, test } from "vitest";
import { type Report, SKIP_REASONS } from "../../../src/core/report.ts";
import { type Detail, renderText } from "../../../src/render/dedupe/text.ts";
import { reportOf } from "../../support/report.ts";

const MIB = 2 ** 20;
const FOUND = {
  files: 40,
  artifacts: 30,
  inodes: 30,
  allocatedBytes: 40 * MIB,
  replaceable: 592,
  freeableBytes: 8 * MIB,
  seconds: 0.144,
};
const LINKED = { ...FOUND, replaced: 592, savedBytes: 8 * MIB };

function linesOf(report: Report, detail: Detail = "summary", check = false): string[] {
  return [...renderText(report, { detail, check, color: false })];
}

describe("the first line says the result", () => {
  test.each<{ it: string; report: Parameters<typeof reportOf>[0]; line: string }>([
    {
      it: "an empty tree",
      report: {},
      line: "0 links possible, 0 B could be freed (0 %), 0.00 s",
    },
    {
      it: "no action",
      report: { totals: FOUND },
      line: "592 links possible, 8.0 MiB could be freed (20 %), 0.14 s",
    },
    {
      it: "--hardlink",
      report: { action: "hardlink", totals: LINKED },
      line: "592 links made, 8.0 MiB freed (20 %), 0.14 s",
    },
    {
      it: "--hardlink -n",
      report: { action: "hardlink", dryRun: true, totals: LINKED },
      line: "592 links to make, 8.0 MiB to free (20 %), 0.14 s",
    },
    {
      it: "a small share",
      report: { action: "hardlink", totals: { ...LINKED, replaced: 1, savedBytes: 0.4 * MIB } },
      line: "1 link made, 409.6 KiB freed (1.0 %), 0.14 s",
    },
    {
      it: "failures",
      report: { action: "hardlink", totals: { ...LINKED, failed: 2 } },
      line: "592 links made, 8.0 MiB freed (20 %), 2 failures, 0.14 s",
    },
    {
      it: "--reflink",
      report: { action: "reflink", totals: { ...LINKED, cloned: 592 } },
      line: "592 clones made, 8.0 MiB freed (20 %), 0.14 s",
    },
    {
      it: "--reflink --hardlink",
      report: { action: "reflink", totals: { ...LINKED, cloned: 500 } },
      line: "500 clones made, 92 links made, 8.0 MiB freed (20 %), 0.14 s",
    },
    {
      it: "an interruption",
      report: { action: "hardlink", interrupted: true, totals: { ...LINKED, replaced: 7 } },
      line: "Interrupted: 7 links made, 8.0 MiB freed, 0.14 s (partial)",
    },
    {
      it: "an interruption without an action",
      report: { interrupted: true, totals: FOUND },
      line: "Interrupted: 592 links possible, 8.0 MiB could be freed, 0.14 s (partial)",
    },
  ])("$it: $line", ({ report, line }) => {
    for (const detail of ["brief", "summary", "tables", "paths"] as const)
      expect(linesOf(reportOf(report), detail)[0]).toBe(line);
    expect(linesOf(reportOf(report), "brief")).toHaveLength(1);
  });
});

describe("the last line", () => {
  test.each<{ it: string; report: Parameters<typeof reportOf>[0]; check?: true; line: string }>([
    {
      it: "no action",
      report: { totals: FOUND },
      line: "Nothing was changed. --hardlink links the duplicates, --stats shows details.",
    },
    {
      it: "a dry run",
      report: { action: "hardlink", dryRun: true, totals: LINKED },
      line: "Dry run: nothing was changed.",
    },
    {
      it: "--check with duplicates",
      report: { totals: { ...FOUND, replaceable: 1 } },
      check: true,
      line: "1 duplicate is left: dedupe --hardlink would link it.",
    },
    {
      it: "--check without duplicates",
      report: { totals: { ...FOUND, replaceable: 0 } },
      check: true,
      line: "Nothing is left to link.",
    },
    {
      it: "no duplicates",
      report: { totals: { ...FOUND, replaceable: 0 } },
      line: "Nothing to do: no two artifacts are identical.",
    },
    {
      it: "only links",
      report: { totals: { ...FOUND, replaceable: 0, inodes: 2 } },
      line: "Nothing to do: all identical artifacts are linked already.",
    },
    {
      it: "an interruption",
      report: { interrupted: true, totals: FOUND },
      line: "The figures are partial. Every file is complete; run again to finish.",
    },
  ])("$it: $line", ({ report, check = false, line }) => {
    expect(linesOf(reportOf(report), "summary", check).at(-1)).toBe(line);
  });
});

/** Every row of the summary, with the longest figures that a tree can have. */
const HUGE = 9_999_999;
const MOST = Object.fromEntries(
  Object.keys(reportOf().totals).map((key) => [key, HUGE]),
) as unknown as Report["totals"];
const LARGEST = reportOf({
  action: "reflink",
  totals: { ...MOST, cloned: 1, bytes: 2 ** 49, savedBytes: 2 ** 49, allocatedBytes: 2 ** 49 },
  uniform: { several: HUGE, bytes: HUGE, count: HUGE, units: [] },
  conflicts: Array.from({ length: 1000 }, () => ({ unit: "u", variant: "v", paths: ["a", "b"] })),
  skipped: SKIP_REASONS.flatMap((reason, i) =>
    Array.from({ length: 1000 * (i + 1) }, () => ({ path: "a.o", reason, detail: "why" })),
  ),
  kinds: Array.from({ length: 40 }, (_, i) => ({
    name: `kind-${i}`,
    artifacts: 1,
    bytes: 1,
    replaceable: 1,
    freeableBytes: 1,
  })),
  variants: Array.from({ length: 40 }, (_, i) => ({
    name: `O${i}`,
    artifacts: 1,
    bytes: 1,
    sharedBytes: 0,
  })),
});

describe("what follows fits 80 columns and 24 lines", () => {
  test.each([
    { it: "an action", report: LARGEST, check: false },
    { it: "a dry run", report: { ...LARGEST, dryRun: true }, check: false },
    { it: "an interruption", report: { ...LARGEST, interrupted: true }, check: false },
    { it: "no action", report: { ...LARGEST, action: "none" as const }, check: false },
    { it: "--check", report: { ...LARGEST, action: "none" as const }, check: true },
    { it: "no artifacts", report: reportOf({ totals: { files: HUGE } }), check: true },
  ])("$it", ({ report, check }) => {
    const lines = linesOf(report, "summary", check);
    expect(lines.slice(1).filter((line) => line.length > 80)).toEqual([]);
    expect(lines.length).toBeLessThan(24);
  });
});

test("--stats and -v add the tables", () => {
  for (const detail of ["tables", "paths"] as const)
    expect(linesOf(LARGEST, detail).filter((line) => /^(kind|variant) /.test(line))).toHaveLength(
      2,
    );
});

describe("left alone", () => {
  const skipped = (counts: Record<string, number>): Report["skipped"] =>
    Object.entries(counts).flatMap(([reason, times]) =>
      Array.from({ length: times }, () => ({
        path: "a.o",
        reason: reason as (typeof SKIP_REASONS)[number],
        detail: "why",
      })),
    );

  test.each([
    { counts: { mode: 1 }, note: "1 mode (-v lists them)" },
    { counts: { mode: 1, "in-place-kind": 3 }, note: "3 in-place-kind, 1 mode (-v lists them)" },
    {
      counts: { "would-rebuild": 1000, "in-place-kind": 30, mode: 2, owner: 2, scope: 1 },
      note: "1,000 would-rebuild, 35 others (-v lists them)",
    },
  ])("$counts: $note", ({ counts, note }) => {
    const lines = linesOf(reportOf({ skipped: skipped(counts) }));
    expect(lines.find((line) => line.startsWith("left alone"))).toContain(`  ${note}`);
  });
});

test.each([5, 16])("a matrix of %i variants with long names fits 80 columns", (size) => {
  const names = Array.from({ length: size }, (_, i) => `relwithdebinfo+pic${i}`);
  const variants = names.map((name) => ({ name, artifacts: 9_999_999, bytes: 1, sharedBytes: 0 }));
  const figures = { units: 10, identical: 10, bytes: 10, identicalBytes: 10 };
  const pairs = names.flatMap((a, i) => names.slice(i + 1).map((b) => ({ a, b, ...figures })));
  const lines = linesOf(reportOf({ variants, pairs, totals: FOUND }), "tables");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines).toContainEqual(expect.stringMatching(/^ *1 relwithd… +-( 100){4}/));
});

test("the names of variants are printed without control characters", () => {
  const variants = ["a\u001b", "日本"].map((name) => ({
    name,
    artifacts: 1,
    bytes: 1,
    sharedBytes: 0,
  }));
  const lines = linesOf(reportOf({ variants }), "tables");
  expect(lines.filter((line) => /^(a\\x1b|日本) /.test(line))).toHaveLength(2);
});
