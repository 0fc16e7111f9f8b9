import type { Report } from "../core/report.ts";
import { Verdict } from "../core/model.ts";
import type { Findings } from "./findings.ts";
import { allProblems } from "./summarize.ts";

/** The report if `summarize` fails: only how many files were replaced, and what failed. */
export function summarizeBriefly(findings: Findings): Report {
  const { tree, outcomes, options, warnings, verification, seconds } = findings;
  let replaced = 0;
  let cloned = 0;
  for (const verdict of outcomes.verdicts) {
    if (verdict === Verdict.cloned) cloned += 1;
    if (verdict === Verdict.replaced || verdict === Verdict.cloned) replaced += 1;
  }
  const problems = allProblems(findings);
  return {
    schema: 1,
    command: "dedupe",
    action: options.action,
    dryRun: options.dryRun,
    interrupted: outcomes.interrupted,
    roots: options.paths,
    totals: {
      files: tree.fileCount,
      selected: 0,
      artifacts: 0,
      bytes: 0,
      allocatedBytes: 0,
      inodes: 0,
      sets: 0,
      duplicates: 0,
      duplicateBytes: 0,
      replaceable: 0,
      freeableBytes: 0,
      replaced,
      cloned,
      savedBytes: 0,
      protected: findings.protection.count,
      skipped: 0,
      failed: problems.length,
      bytesRead: findings.sets.bytesRead,
      seconds,
    },
    variants: [],
    pairs: [],
    uniform: { several: 0, bytes: 0, count: 0, units: [] },
    conflicts: [],
    kinds: [],
    aliases: [],
    sets: [],
    skipped: [],
    writtenThrough: findings.memory?.writtenThrough ?? [],
    methods: outcomes.methods,
    unmatched: findings.unmatched,
    leftOut: { ...tree.leftOut, variant: 0 },
    store: undefined,
    verification,
    warnings,
    problems,
  };
}
