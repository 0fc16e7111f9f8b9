import { describe, expect, test } from "vitest";
import type { UnshareReport, UnshareTotals } from "../../../src/core/unshare-report.ts";
import { renderText } from "../../../src/render/unshare/text.ts";

const TOTALS: UnshareTotals = {
  files: 40,
  shared: 3,
  names: 8,
  unshared: 5,
  takenBytes: 8192,
  restored: 0,
  skipped: 0,
  failed: 0,
  seconds: 0.05,
};
const MANY = Object.fromEntries(
  Object.keys(TOTALS).map((key) => [key, 9_999_999]),
) as unknown as UnshareTotals;

function reportOf({
  totals,
  ...fields
}: Partial<Omit<UnshareReport, "totals">> & {
  readonly totals?: Partial<UnshareTotals>;
}): UnshareReport {
  return {
    schema: 1,
    command: "unshare",
    dryRun: false,
    interrupted: false,
    roots: ["build"],
    totals: { ...TOTALS, ...totals },
    methods: { clone: 0, copy: 5 },
    warnings: [],
    unmatched: [],
    files: [],
    writtenThrough: [],
    problems: [],
    ...fields,
  };
}

describe("the first line says the result", () => {
  test.each<{ it: string; report: Parameters<typeof reportOf>[0]; line: string }>([
    { it: "copies", report: {}, line: "5 files separated, 8.0 KiB taken, 0.05 s" },
    {
      it: "a dry run",
      report: { dryRun: true, totals: { restored: 2 } },
      line: "5 files to separate, 2 to make writable, 8.0 KiB to take, 0.05 s",
    },
    {
      it: "files that are writable again, and failures",
      report: { totals: { restored: 2, failed: 1 } },
      line: "5 files separated, 2 made writable, 8.0 KiB taken, 1 failure, 0.05 s",
    },
    {
      it: "an interruption",
      report: { interrupted: true },
      line: "Interrupted: 5 files separated, 8.0 KiB taken, 0.05 s (partial)",
    },
  ])("$it: $line", ({ report, line }) => {
    for (const detail of ["brief", "summary", "paths"] as const)
      expect([...renderText(reportOf(report), { detail, color: false })][0]).toBe(line);
    const brief = [...renderText(reportOf(report), { detail: "brief", color: false })];
    expect(brief).toHaveLength(1);
  });
});

test.each([{ dryRun: true }, { interrupted: true }, { totals: { shared: 0, restored: 0 } }])(
  "what follows fits 80 columns and 24 lines: %j",
  (fields) => {
    const report = reportOf({ ...fields, totals: { ...MANY, ...fields.totals } });
    const [, ...rest] = renderText(report, { detail: "summary", color: false });
    expect(rest.filter((line) => line.length > 80)).toEqual([]);
    expect(rest.length).toBeLessThan(23);
  },
);

test.each([
  [false, "Nothing to do: no artifact has more than one link (-a includes every file)."],
  [true, "Nothing to do: no file has more than one link."],
])("with every file included (%s), nothing is left to include", (all, closing) => {
  const report = reportOf({ totals: { ...MANY, shared: 0, restored: 0, failed: 0 } });
  expect([...renderText(report, { detail: "summary", color: false, all })].at(-1)).toBe(closing);
});
