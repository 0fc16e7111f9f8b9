import { type BytePath, compareBytes, toText } from "../core/byte-path.ts";
import { whyNoNative } from "../native/native.ts";
import { type Tree, Verdict, skipReasonOf } from "../core/model.ts";
import { type MemoryFindings, NO_MEMORY, type Problem, type Unmatched } from "../core/report.ts";
import { eachGroup } from "../core/groups.ts";
import { copiedBytes } from "./check-space.ts";
import { WRITE_BITS } from "../replace/original-mode.ts";
import type { FileTable } from "../core/file-table.ts";
import type { SharedInode } from "./find-shared.ts";
import type { UnshareOutcomes, UnsharePlan } from "./plan-unshare.ts";
import type {
  UnshareOutcome,
  UnshareReport,
  UnshareWarning,
  UnsharedFile,
} from "../core/unshare-report.ts";

/** The results of a run of `unshare`. */
export interface UnshareFindings {
  readonly tree: Tree;
  readonly inodes: readonly SharedInode[];
  readonly plan: UnsharePlan;
  readonly outcomes: UnshareOutcomes;
  /** Default: the run remembers nothing. */
  readonly memory?: MemoryFindings;
  readonly options: {
    /** The roots, as given by the user. */
    readonly paths: readonly BytePath[];
    readonly dryRun: boolean;
  };
  /** Bugs that parts of the run have met since files were changed. */
  readonly defects: readonly Problem[];
  /** Options that nothing matches. */
  readonly unmatched: readonly Unmatched[];
  readonly seconds: number;
}

const LEFT_ALONE: ReadonlySet<UnshareOutcome> = new Set(["changed", "vanished", "forbidden"]);

/** Combines the results of `unshare` into its report. */
export function summarizeUnshared(findings: UnshareFindings): UnshareReport {
  const { tree, inodes, plan, outcomes, options, memory = NO_MEMORY, seconds } = findings;
  const { files } = tree;
  const problems = allProblems(findings);
  const totals = { shared: 0, names: 0, unshared: 0, takenBytes: 0, restored: 0, skipped: 0 };
  const methods = { clone: 0, copy: 0 };
  const listed: UnsharedFile[] = [];
  for (const { from, to } of eachGroup(plan.starts)) {
    const isShared = files.columns.links[plan.names[from]] > 1;
    if (isShared) totals.shared += 1;
    for (let row = from; row < to; row += 1) {
      const file = describeRow(findings, row);
      if (isShared) totals.names += 1;
      if (file.outcome === "unshared") totals.unshared += 1;
      if (LEFT_ALONE.has(file.outcome)) totals.skipped += 1;
      if (file.by !== undefined) methods[file.by] += 1;
      if (file.by === "copy") totals.takenBytes += copiedBytes(files, plan.names[row]);
      if (file.restored) totals.restored += 1;
      listed.push(file);
    }
  }
  return {
    schema: 1,
    command: "unshare",
    dryRun: options.dryRun,
    interrupted: outcomes.interrupted,
    roots: options.paths,
    totals: { files: tree.fileCount, ...totals, failed: problems.length, seconds },
    methods,
    unmatched: findings.unmatched,
    warnings: [...warningsOf(files, inodes, totals.unshared), ...stateWarnings(memory)],
    files: listed.sort((a, b) => compareBytes(a.path, b.path)),
    writtenThrough: memory.writtenThrough,
    problems,
  };
}

function stateWarnings({ warnings }: MemoryFindings): UnshareWarning[] {
  return warnings.map(({ path, message }) => ({
    code: "state",
    message: toText(`${path}: ${message}`),
  }));
}

function allProblems({ tree, outcomes, memory = NO_MEMORY, defects }: UnshareFindings): Problem[] {
  return [tree.problems, outcomes.problems, memory.problems, defects]
    .flat()
    .sort((a, b) => compareBytes(a.path, b.path));
}

/** The report if `summarizeUnshared` fails: only how many files got copies, and what failed. */
export function summarizeBriefly(findings: UnshareFindings): UnshareReport {
  const { tree, plan, outcomes, options, seconds } = findings;
  const problems = allProblems(findings);
  let clone = 0;
  let copy = 0;
  for (const verdict of outcomes.verdicts) {
    if (verdict === Verdict.cloned) clone += 1;
    if (verdict === Verdict.replaced) copy += 1;
  }
  return {
    schema: 1,
    command: "unshare",
    dryRun: options.dryRun,
    interrupted: outcomes.interrupted,
    roots: options.paths,
    totals: {
      files: tree.fileCount,
      shared: plan.starts.length - 1,
      names: plan.names.length,
      unshared: clone + copy,
      takenBytes: 0,
      restored: 0,
      skipped: 0,
      failed: problems.length,
      seconds,
    },
    methods: { clone, copy },
    unmatched: findings.unmatched,
    warnings: [],
    files: [],
    writtenThrough: findings.memory?.writtenThrough ?? [],
    problems,
  };
}

/** Without the native calls: warns about the metadata that new files lack, and about files that stay read-only. */
function warningsOf(
  { columns: { mode } }: FileTable,
  inodes: readonly SharedInode[],
  unshared: number,
): UnshareWarning[] {
  const why = whyNoNative();
  if (why === undefined) return [];
  const lacks: string[] = [];
  if (unshared > 0)
    lacks.push(
      "the new files have no extended attributes, and times are exact to the microsecond only",
    );
  if (inodes.some(([first]) => (mode[first] & WRITE_BITS) === 0))
    lacks.push("read-only files stay read-only, as it is unknown which of them --protect made so");
  if (lacks.length === 0) return [];
  const message = `${lacks.join("; ")}: the native calls are missing (${why})`;
  return [{ code: "no-native", message }];
}

function describeRow(
  { tree: { files }, plan, outcomes }: UnshareFindings,
  row: number,
): UnsharedFile {
  const verdict = outcomes.verdicts[row];
  const detail = outcomes.details.get(row);
  return {
    path: files.path(plan.names[row]),
    outcome: wordOf(verdict),
    ...(verdict === Verdict.cloned
      ? { by: "clone" }
      : verdict === Verdict.replaced
        ? { by: "copy" }
        : {}),
    restored: outcomes.restored[row] === 1,
    ...(detail === undefined ? {} : { detail }),
  };
}

function wordOf(verdict: number): UnshareOutcome {
  if (verdict === Verdict.cloned || verdict === Verdict.replaced) return "unshared";
  if (verdict === Verdict.keep) return "kept";
  if (verdict === Verdict.failed) return "failed";
  const reason = skipReasonOf(verdict);
  return reason === "changed" || reason === "vanished" || reason === "forbidden"
    ? reason
    : "pending";
}
