import { status } from "../../commands/status.ts";
import { DedupeError } from "../../core/errors.ts";
import { renderProblem, renderWarning } from "../../render/messages.ts";
import { renderJson } from "../../render/status/json.ts";
import { jsonSchema } from "../../render/status/schema.ts";
import { renderText } from "../../render/status/text.ts";
import { renderWrittenThrough } from "../../render/written-through.ts";
import type { CommandDefinition, FlagsOf, OptionTable, Streams } from "../command-definition.ts";
import { COMMON_EXIT_CODES, ExitCode, exitCodeOf } from "../exit-code.ts";
import { printParts } from "../print-parts.ts";
import { runWithHooks } from "../run-with-hooks.ts";
import { LINK_OPTIONS } from "./dedupe.ts";
import {
  FILE_OPTIONS,
  JOBS_OPTION,
  JSON_OPTIONS,
  OUTPUT_OPTIONS,
  PATHS,
  STATE_OPTIONS,
  toWalkOptions,
} from "./shared-options.ts";

const ACTION_OPTIONS = {
  forget: {
    flags: "--forget",
    description:
      "forget that the paths were written in place or rebuilt, so that they are linked again",
    manual:
      "Forget that the paths were written in place while they were linked, or rebuilt whenever they were linked, so " +
      "that they are linked again. What was linked stays remembered.",
  },
} as const satisfies OptionTable;
const { writer, final } = LINK_OPTIONS;
const RULE_OPTIONS = { writer, final } as const satisfies OptionTable;
const REPORT_OPTIONS = {
  ...JSON_OPTIONS,
  ...OUTPUT_OPTIONS,
  verbose: {
    ...OUTPUT_OPTIONS.verbose,
    description: "print every linked file, and every path that is marked not to be linked",
  },
} as const satisfies OptionTable;

type Flags = FlagsOf<
  typeof ACTION_OPTIONS &
    typeof FILE_OPTIONS &
    typeof RULE_OPTIONS &
    typeof STATE_OPTIONS &
    typeof JOBS_OPTION &
    typeof REPORT_OPTIONS
>;

export const statusCommand: CommandDefinition = {
  name: "status",
  summary: "show what is linked, and what became of it",
  description:
    "Shows which artifacts are linked, and whether dedupe has linked them; which links were written through; what " +
    "--hardlink would link, and what it would leave alone and why; where the state is; and whether clones, the " +
    "exchange of names and native calls work here. No file of the tree is changed.",
  usage: "[options] <path...>",
  operands: [PATHS],
  groups: [
    { title: "Actions", options: ACTION_OPTIONS },
    { title: "Which files", options: FILE_OPTIONS },
    { title: "What may be linked", options: RULE_OPTIONS },
    { title: "State", options: STATE_OPTIONS },
    { title: "Performance", options: JOBS_OPTION },
    { title: "Output", options: REPORT_OPTIONS },
  ],
  exitCodes: {
    ...COMMON_EXIT_CODES,
    1: "links were written through since the last run",
    2: "the command line is wrong, or a path does not exist",
    3: "completed, but some files could not be read, or the state could not be written",
  },
  examples: {
    "dedupe status build/": "show what is linked, and what is not and why",
    "dedupe status -v build/": "list every linked file",
    "dedupe status --forget build/": "let dedupe link again what a tool has written in place",
  },
  run,
};

async function run(flags: Flags, paths: readonly string[], { out, err }: Streams): Promise<number> {
  if (flags.jsonSchema) {
    out.writeJson(jsonSchema());
    return ExitCode.ok;
  }
  if (flags.forget && flags.state === false)
    throw new DedupeError("bad-option", "--forget cannot be used with --no-state");
  const options = {
    ...toWalkOptions(flags, paths),
    writers: flags.writer,
    final: flags.final,
    forget: flags.forget,
  };
  const { report, color, signal } = await runWithHooks(flags, err, (hooks) =>
    status(options, hooks),
  );
  const failed = printParts(err, {
    "written through": () => err.writeLines(renderWrittenThrough(report.writtenThrough)),
    problems: () => err.writeLines(report.problems.map(renderProblem)),
    warnings: () => {
      if (!flags.json && !flags.quiet) err.writeLines(report.warnings.map(renderWarning));
    },
    report: () => {
      const detail = flags.brief ? "brief" : flags.verbose ? "paths" : "summary";
      if (flags.json) for (const piece of renderJson(report)) out.write(piece);
      else if (!flags.quiet) out.writeLines(renderText(report, { detail, color, now: Date.now() }));
    },
  });
  const failures = report.totals.failed + failed;
  return exitCodeOf({ failures, findings: report.writtenThrough.length > 0, signal });
}
