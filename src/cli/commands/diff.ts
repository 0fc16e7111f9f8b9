import { diff } from "../../commands/diff.ts";
import type { DiffOptions } from "../../commands/diff-options.ts";
import type { DiffReport } from "../../core/diff-report.ts";
import { DedupeError } from "../../core/errors.ts";
import { renderJson } from "../../render/diff/json.ts";
import { renderMarkdown } from "../../render/diff/markdown.ts";
import { jsonSchema } from "../../render/diff/schema.ts";
import { renderText } from "../../render/diff/text.ts";
import { renderProblem, renderUnmatched } from "../../render/messages.ts";
import type { CommandDefinition, FlagsOf, OptionTable, Streams } from "../command-definition.ts";
import { COMMON_EXIT_CODES, ExitCode, exitCodeOf } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { printParts } from "../print-parts.ts";
import { runWithHooks } from "../run-with-hooks.ts";
import { appendSummary, checkSummaryFile } from "../summary-file.ts";
import {
  FILE_OPTIONS,
  JOBS_OPTION,
  JSON_OPTIONS,
  OUTPUT_OPTIONS,
  SUMMARY_OPTION,
} from "./shared-options.ts";

const PAIR_OPTIONS = {
  map: {
    flags: "--map <pair>",
    description: "<from>=<to>: what is in <from> in the first tree is in <to> in the second",
    manual:
      "A <pair> is <from>=<to>, two paths relative to the trees: a file or directory of the first tree that has " +
      "another path in the second. It applies to artifacts that have no counterpart under their own path.",
    repeatable: true,
  },
} as const satisfies OptionTable;
const { all, kind, include, exclude, minSize, maxSize, oneFileSystem } = FILE_OPTIONS;
const SELECTION_OPTIONS = {
  all,
  kind,
  include,
  exclude,
  minSize,
  maxSize,
  oneFileSystem,
} as const satisfies OptionTable;
const REPORT_OPTIONS = {
  ...JSON_OPTIONS,
  ...SUMMARY_OPTION,
  ...OUTPUT_OPTIONS,
  verbose: {
    ...OUTPUT_OPTIONS.verbose,
    description: "print every path that differs, instead of three of each group",
  },
} as const satisfies OptionTable;

type Flags = FlagsOf<
  typeof PAIR_OPTIONS & typeof SELECTION_OPTIONS & typeof JOBS_OPTION & typeof REPORT_OPTIONS
>;

export const diffCommand: CommandDefinition = {
  name: "diff",
  summary: "compare two build trees, and tell why they differ",
  description:
    "Compares two build trees artifact by artifact, byte for byte, and finds out why they differ: in code, in data, or " +
    "only in noise such as times. Nothing is changed.",
  usage: "[options] <treeA> <treeB>",
  operands: [{ syntax: "[tree...]", description: "two directories, or two files" }],
  groups: [
    { title: "Which files", options: SELECTION_OPTIONS },
    { title: "What is compared with what", options: PAIR_OPTIONS },
    { title: "Performance", options: JOBS_OPTION },
    { title: "Output", options: REPORT_OPTIONS },
  ],
  notes:
    "Artifacts are compared with those that have the same path in the other tree. Of the others, those that are the " +
    "only one of their unit and variant in both trees are compared, then those that --map pairs. Contents, permission " +
    "bits and the targets of symbolic links are compared; times and owners are not.",
  exitCodes: {
    ...COMMON_EXIT_CODES,
    0: "the trees are equal",
    1: "the trees differ, even if only in noise",
    2: "the command line is wrong, or a path does not exist",
    3: "some files could not be read, or changed during the comparison",
  },
  examples: {
    "dedupe diff build-1/ build-2/": "check whether two builds give the same artifacts",
    "dedupe diff -k shared-library old/ new/": "compare only shared libraries",
    "dedupe diff --map O2=release a/ b/": "compare a/O2 with b/release",
  },
  run,
};

async function run(flags: Flags, trees: readonly string[], { out, err }: Streams): Promise<number> {
  if (flags.jsonSchema) {
    out.writeJson(jsonSchema());
    return ExitCode.ok;
  }
  const options = toOptions(flags, trees);
  checkSummaryFile(flags.summary);
  const { report, color, signal } = await runWithHooks(flags, err, (hooks) => diff(options, hooks));
  let summaryFault: string | undefined;
  const failed = printParts(err, {
    problems: () => err.writeLines(report.problems.map(renderProblem)),
    warnings: () => {
      if (!flags.json && !flags.quiet) err.writeLines(renderUnmatched(report.unmatched));
    },
    report: () => printReport(report, flags, out, color),
    "--summary": () => {
      summaryFault = appendSummary(flags.summary, () => renderMarkdown(report));
      if (summaryFault !== undefined) err.writeLines([summaryFault]);
    },
  });
  const { totals } = report;
  const findings = totals.different + totals.onlyA + totals.onlyB > 0;
  const code = exitCodeOf({ failures: totals.failed + failed, findings, signal });
  return code === ExitCode.ok && summaryFault !== undefined ? ExitCode.failed : code;
}

function printReport(report: DiffReport, flags: Flags, out: Output, color: boolean): void {
  if (flags.json) {
    for (const piece of renderJson(report)) out.write(piece);
  } else if (!flags.quiet) {
    const detail = flags.brief ? "brief" : flags.verbose ? "paths" : "summary";
    out.writeLines(renderText(report, { detail, color }));
  }
}

function toOptions(flags: Flags, trees: readonly string[]): DiffOptions {
  if (trees.length !== 2) {
    const given =
      trees.length === 0
        ? "no trees were"
        : trees.length === 1
          ? "one tree was"
          : `${trees.length} trees were`;
    throw new DedupeError("no-path", `${given} given`, "name two: dedupe diff build-1/ build-2/");
  }
  if (flags.maxSize !== undefined && flags.maxSize < (flags.minSize ?? 0))
    throw new DedupeError("bad-size", "--max-size is smaller than --min-size");
  return {
    paths: trees,
    all: flags.all,
    kinds: flags.kind,
    include: flags.include,
    exclude: flags.exclude,
    minSize: flags.minSize,
    maxSize: flags.maxSize,
    oneFileSystem: flags.oneFileSystem,
    maps: flags.map,
    jobs: flags.jobs,
  };
}
