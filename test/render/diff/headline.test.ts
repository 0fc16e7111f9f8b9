import { describe, expect, test } from "vitest";
import type { DiffReport, DiffTotals } from "../../../src/core/diff-report.ts";
import { groupTitle } from "../../../src/render/diff/group-lines.ts";
import { headline } from "../../../src/render/diff/headline.ts";
import { renderText } from "../../../src/render/diff/text.ts";

const NONE = { code: 0, data: 0, names: 0, other: 0, noise: 0 };

function reportOf(totals: Partial<DiffTotals>, more: Partial<DiffReport> = {}): DiffReport {
  return {
    schema: 1,
    command: "diff",
    interrupted: false,
    roots: ["a", "b"],
    totals: {
      ...{ artifactsA: 0, artifactsB: 0, pairs: 0, equal: 0, equalBytes: 0, different: 0 },
      ...{ classes: NONE, onlyA: 0, onlyB: 0, unknown: 0, bytesRead: 0, failed: 0, seconds: 0.5 },
      ...totals,
    },
    groups: [],
    onlyA: [],
    onlyB: [],
    unmatched: [],
    problems: [],
    ...more,
  };
}

describe("the first line", () => {
  test.each<[Partial<DiffTotals>, string]>([
    [{ pairs: 592, equal: 592, equalBytes: 8_700_000 }, "Equal: 592 artifacts, 8.3 MiB, 0.50 s"],
    [{}, "Nothing to compare: no artifacts, 0.50 s"],
    [
      { pairs: 592, equal: 587, different: 5, classes: { ...NONE, code: 2, other: 3 }, onlyA: 3 },
      "Different: 5 of 592 artifacts, 2 in code, 3 in one tree only, 0.50 s",
    ],
    [
      { pairs: 592, equal: 180, different: 412, classes: { ...NONE, noise: 412 } },
      "Equal but for noise: 412 of 592 artifacts differ, 0.50 s",
    ],
    [
      { pairs: 592, equal: 180, different: 412, classes: { ...NONE, noise: 412 }, onlyB: 1 },
      "Different: 412 of 592 artifacts, only in noise, 1 in one tree only, 0.50 s",
    ],
    [
      { pairs: 592, equal: 592, onlyB: 1 },
      "Different: 1 in one tree only, 592 artifacts equal, 0.50 s",
    ],
    [
      { pairs: 2, equal: 1, unknown: 1, failed: 1 },
      "Not all compared: 1 of 2 artifacts equal, 1 failure, 0.50 s",
    ],
  ])("%o", (totals, line) => {
    expect(headline(reportOf(totals))).toBe(line);
  });

  test("says that the figures are partial", () => {
    expect(headline(reportOf({ pairs: 1, equal: 1 }, { interrupted: true }))).toBe(
      "Interrupted: Equal: 1 artifact, 0 B, 0.50 s (partial)",
    );
  });

  test("fits 80 columns with any figures", () => {
    const many = { pairs: 9_999_999, different: 8_888_888, onlyA: 7_777_777, onlyB: 6_666_666 };
    const classes = { ...NONE, code: 5_555_555, data: 3_333_333 };
    const line = headline(reportOf({ ...many, classes, failed: 1_111_111, seconds: 99_999 }));
    expect(line).toBe(
      "Different: 8,888,888 of 9,999,999 artifacts, 1,111,111 failures, 99999.00 s",
    );
    expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe("the title of a group", () => {
  test.each([
    ["static-library", "differ only in members' times", 1, "1 static-library file differs only"],
    ["static-library", "differ only in members' times", 2, "2 static-library files differ only"],
    ["object", "code differs", 1200, "1,200 object files: code differs"],
    ["symbolic-link", "targets differ", 1, "1 symbolic link: targets differ"],
    ["other", "text differs", 2, "2 files: text differs"],
  ])("%s, %s, %i", (kind, verdict, count, title) => {
    const group = { kind, verdict, remedy: undefined, pairs: Array.from({ length: count }) };
    expect(groupTitle(group)).toMatch(new RegExp(`^${title}`));
    const remedy = "build with ar D";
    expect(groupTitle({ ...group, remedy })).toMatch(/: build with ar D$/);
  });
});

test("more parts than fit a line are counted", () => {
  const parts = Array.from({ length: 30 }, (_, i) => ({
    label: `.section${i}`,
    class: "code" as const,
    bytes: 1000 + i,
  }));
  const pairs = [{ path: "lib/mod1.so", parts }];
  const group = { kind: "shared-library", format: "elf", class: "code" as const, pairs };
  const report = reportOf(
    { pairs: 1, different: 1, classes: { ...NONE, code: 1 } },
    { groups: [{ ...group, verdict: "code differs", remedy: undefined }] },
  );
  const lines = [...renderText(report, { detail: "summary", color: false })];
  expect(lines).toContain("  lib/mod1.so: .section0 1,000 bytes, .section1 1,001 bytes, 28 more");
  expect(lines.every((line) => line.length <= 80)).toBe(true);
});
