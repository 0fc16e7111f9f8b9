import { diff } from "../../commands/diff.ts";
import type { DiffOptions } from "../../commands/diff-options.ts";
import { diffNear } from "../../commands/near.ts";
import { DedupeError } from "../../core/errors.ts";
import type { Problem, Unmatched } from "../../core/report.ts";
import { renderJson } from "../../render/diff/json.ts";
import { renderMarkdown } from "../../render/diff/markdown.ts";
import { jsonSchema } from "../../render/diff/schema.ts";
import { nearJsonSchema, renderNearJson } from "../../render/diff/near-json.ts";
import { renderNearMarkdown, renderNearText } from "../../render/diff/near-text.ts";
import { type Detail, renderText } from "../../render/diff/text.ts";
import { renderProblem, renderUnmatched } from "../../render/messages.ts";
import { plural } from "../../render/numbers.ts";
import type { CommandDefinition, FlagsOf, OptionTable, Streams } from "../command-definition.ts";
import { COMMON_EXIT_CODES, ExitCode, exitCodeOf } from "../exit-code.ts";
import { printParts } from "../print-parts.ts";
import { type HookedRun, runWithHooks } from "../run-with-hooks.ts";
import { appendSummary, checkSummaryFile } from "../summary-file.ts";
import {
  FILE_OPTIONS,
  JOBS_OPTION,
  JSON_OPTIONS,
  OUTPUT_OPTIONS,
  SUMMARY_OPTION,
  VARIANT_PATTERN_OPTION,
} from "./shared-options.ts";

const MODE_OPTIONS = {
  near: {
    flags: "--near",
    description:
      "in one or more trees, find the variants of a unit that differ only in noise, and what would make them linkable",
    conflicts: ["map"],
  },
  suspicious: {
    flags: "--suspicious",
    description:
      "in one or more trees, find objects that a parallel build may have linked into the wrong module",
    manual:
      "In one or more trees, find objects that more than one module contains, where setuptools builds several modules. A " +
      "parallel build mixes up sources that two modules compile with different options.",
    conflicts: ["map", "near"],
  },
  commands: {
    flags: "--commands <file>",
    description: "with --suspicious: also find objects that different commands in this log write",
    manual:
      "With --suspicious, also find objects that different commands write. The <file> is a build log with one command a " +
      "line (of <make V=1> or <ninja -v>), or a <compile_commands.json>; - stands for standard input.",
    needs: ["suspicious"],
  },
} as const satisfies OptionTable;
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
const SELECTION_OPTIONS = {
  all: FILE_OPTIONS.all,
  kind: FILE_OPTIONS.kind,
  include: FILE_OPTIONS.include,
  exclude: FILE_OPTIONS.exclude,
  minSize: FILE_OPTIONS.minSize,
  maxSize: FILE_OPTIONS.maxSize,
  oneFileSystem: FILE_OPTIONS.oneFileSystem,
  variantPattern: { ...VARIANT_PATTERN_OPTION.variantPattern, needs: ["near"] },
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
  typeof MODE_OPTIONS &
    typeof PAIR_OPTIONS &
    typeof SELECTION_OPTIONS &
    typeof JOBS_OPTION &
    typeof REPORT_OPTIONS
>;

export const diffCommand: CommandDefinition = {
  name: "diff",
  summary: "compare two build trees, and tell why they differ",
  description:
    "Compares two build trees artifact by artifact, byte for byte, and finds out why they differ: in code, in data, or " +
    "only in noise such as times. Nothing is changed.",
  usage: "[options] <treeA> <treeB>",
  operands: [
    {
      syntax: "[tree...]",
      description: "two directories, or two files; with --near or --suspicious, one or more",
    },
  ],
  groups: [
    { title: "What is looked for", options: MODE_OPTIONS },
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
    0: "the trees are equal, or --near or --suspicious found nothing",
    1: "the trees differ, even if only in noise, or --near or --suspicious found something",
    2: "the command line is wrong, or a path does not exist",
    3: "some files could not be read, or changed during the comparison",
  },
  examples: {
    "dedupe diff build-1/ build-2/": "check whether two builds give the same artifacts",
    "dedupe diff -k shared-library old/ new/": "compare only shared libraries",
    "dedupe diff --map O2=release a/ b/": "compare a/O2 with b/release",
    "dedupe diff --near build/": "find what reproducible settings would make linkable",
    "dedupe diff --suspicious .": "look for modules that a parallel build has mixed up",
  },
  run,
};

async function run(flags: Flags, trees: readonly string[], streams: Streams): Promise<number> {
  if (flags.jsonSchema) {
    streams.out.writeJson(await schemaOf(flags));
    return ExitCode.ok;
  }
  checkTrees(flags, trees);
  checkSummaryFile(flags.summary);
  if (flags.suspicious) return runSuspicious(flags, trees, streams);
  return flags.near ? runNear(flags, trees, streams) : runDiff(flags, trees, streams);
}

async function schemaOf({ near, suspicious }: Flags): Promise<object> {
  if (suspicious) return (await import("./diff-suspicious.ts")).jsonSchema();
  return near ? nearJsonSchema() : jsonSchema();
}

async function runDiff(flags: Flags, trees: readonly string[], streams: Streams): Promise<number> {
  const options = { ...toSelection(flags, trees), maps: flags.map };
  const done = await runWithHooks(flags, streams.err, (hooks) => diff(options, hooks));
  const { report } = done;
  const { different, onlyA, onlyB } = report.totals;
  return finish(flags, streams, done, {
    findings: different + onlyA + onlyB > 0,
    json: () => renderJson(report),
    text: (style) => renderText(report, style),
    markdown: () => renderMarkdown(report),
  });
}

async function runNear(flags: Flags, trees: readonly string[], streams: Streams): Promise<number> {
  const options = { ...toSelection(flags, trees), variantPatterns: flags.variantPattern };
  const done = await runWithHooks(flags, streams.err, (hooks) => diffNear(options, hooks));
  const { report } = done;
  return finish(flags, streams, done, {
    findings: report.totals.near > 0,
    json: () => renderNearJson(report),
    text: (style) => renderNearText(report, style),
    markdown: () => renderNearMarkdown(report),
  });
}

async function runSuspicious(
  flags: Flags,
  trees: readonly string[],
  streams: Streams,
): Promise<number> {
  const { examine } = await import("./diff-suspicious.ts");
  const { done, printer } = await examine(
    toSelection(flags, trees),
    flags.commands,
    flags,
    streams.err,
  );
  return finish(flags, streams, done, printer);
}

/** How a mode prints its report. */
interface Printer {
  /** It found what exit code 1 reports. */
  readonly findings: boolean;
  readonly json: () => Iterable<string>;
  readonly text: (style: { detail: Detail; color: boolean }) => Iterable<string>;
  readonly markdown: () => string;
}

/** What the reports of all modes have. */
interface AnyReport {
  readonly totals: { readonly failed: number };
  readonly unmatched: readonly Unmatched[];
  readonly problems: readonly Problem[];
}

/** Prints the report and returns the exit code. */
function finish(
  flags: Flags,
  { out, err }: Streams,
  { report, color, signal }: HookedRun<AnyReport>,
  { findings, json, text, markdown }: Printer,
): number {
  let summaryFault: string | undefined;
  const failed = printParts(err, {
    problems: () => err.writeLines(report.problems.map(renderProblem)),
    warnings: () => {
      if (!flags.json && !flags.quiet) err.writeLines(renderUnmatched(report.unmatched));
    },
    report: () => {
      const detail = flags.brief ? "brief" : flags.verbose ? "paths" : "summary";
      if (flags.json) for (const piece of json()) out.write(piece);
      else if (!flags.quiet) out.writeLines(text({ detail, color }));
    },
    "--summary": () => {
      summaryFault = appendSummary(flags.summary, markdown);
      if (summaryFault !== undefined) err.writeLines([summaryFault]);
    },
  });
  const code = exitCodeOf({ failures: report.totals.failed + failed, findings, signal });
  return code === ExitCode.ok && summaryFault !== undefined ? ExitCode.failed : code;
}

/** @throws DedupeError that names the option. */
function checkTrees(
  { near, suspicious, minSize, maxSize }: Flags,
  { length }: readonly string[],
): void {
  const mode = near ? "--near" : suspicious ? "--suspicious" : undefined;
  if (mode !== undefined && length === 0)
    throw new DedupeError(
      "no-path",
      "no tree was given",
      `for example: dedupe diff ${mode} build/`,
    );
  if (mode === undefined && length !== 2) {
    const given = length === 0 ? "no trees" : plural(length, "tree");
    const verb = length === 1 ? "was" : "were";
    throw new DedupeError(
      "no-path",
      `${given} ${verb} given`,
      "name two: dedupe diff build-1/ build-2/",
    );
  }
  if (maxSize !== undefined && maxSize < (minSize ?? 0))
    throw new DedupeError("bad-size", "--max-size is smaller than --min-size");
}

function toSelection(flags: Flags, trees: readonly string[]): Omit<DiffOptions, "maps"> {
  return {
    paths: trees,
    all: flags.all,
    kinds: flags.kind,
    include: flags.include,
    exclude: flags.exclude,
    minSize: flags.minSize,
    maxSize: flags.maxSize,
    oneFileSystem: flags.oneFileSystem,
    jobs: flags.jobs,
  };
}
