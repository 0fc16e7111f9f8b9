import { unshare } from "../../commands/unshare.ts";
import type { UnshareReport } from "../../core/unshare-report.ts";
import { renderProblem, renderUnmatched } from "../../render/messages.ts";
import { renderWrittenThrough } from "../../render/written-through.ts";
import { renderJson } from "../../render/unshare/json.ts";
import { jsonSchema } from "../../render/unshare/schema.ts";
import { renderText } from "../../render/unshare/text.ts";
import type { CommandDefinition, FlagsOf, OptionTable, Streams } from "../command-definition.ts";
import { COMMON_EXIT_CODES, ExitCode, exitCodeOf } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { printParts } from "../print-parts.ts";
import { runWithHooks } from "../run-with-hooks.ts";
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
  dryRun: {
    flags: "-n, --dry-run",
    description: "print what would be done; change nothing",
  },
} as const satisfies OptionTable;

const REPORT_OPTIONS = { ...JSON_OPTIONS, ...OUTPUT_OPTIONS } as const satisfies OptionTable;

type Flags = FlagsOf<
  typeof ACTION_OPTIONS &
    typeof FILE_OPTIONS &
    typeof STATE_OPTIONS &
    typeof JOBS_OPTION &
    typeof REPORT_OPTIONS
>;

export const unshareCommand: CommandDefinition = {
  name: "unshare",
  summary: "give every linked artifact its own copy again",
  description:
    "Replaces hardlinks by separate files again: before a build step that writes in place, or to undo links. " +
    "Mode, owner, times and extended attributes are preserved. Files that --protect made read-only become writable " +
    "again.",
  usage: "[options] <path...>",
  operands: [PATHS],
  groups: [
    { title: "Actions", options: ACTION_OPTIONS },
    { title: "Which files", options: FILE_OPTIONS },
    { title: "State", options: STATE_OPTIONS },
    { title: "Performance", options: JOBS_OPTION },
    { title: "Output", options: REPORT_OPTIONS },
  ],
  notes:
    "If all paths of a file are among those given, the first one keeps the file. The others get a clone if the file " +
    "system supports it (btrfs, XFS), otherwise a copy. If the copies do not fit on the disk, nothing is changed.",
  exitCodes: {
    ...COMMON_EXIT_CODES,
    2: "the command line is wrong, or a path does not exist; nothing was changed",
    3: "completed, but some files could not be read or copied, or links were written through since the last run; or the copies do not fit on the disk, and nothing was changed",
  },
  examples: {
    "dedupe unshare build/": "separate all linked artifacts, before a step that writes in place",
    "dedupe unshare -k static-library build/":
      "separate only static libraries, before ar adds to them",
    "dedupe unshare -n -a tree/": "list every linked file, whatever tool linked it",
  },
  run,
};

async function run(flags: Flags, paths: readonly string[], { out, err }: Streams): Promise<number> {
  if (flags.jsonSchema) {
    out.writeJson(jsonSchema());
    return ExitCode.ok;
  }
  const options = { ...toWalkOptions(flags, paths), dryRun: flags.dryRun };
  const { report, color, signal } = await runWithHooks(flags, err, (hooks) =>
    unshare(options, hooks),
  );
  const failed = printParts(err, {
    "written through": () => err.writeLines(renderWrittenThrough(report.writtenThrough)),
    problems: () => err.writeLines(report.problems.map(renderProblem)),
    warnings: () => {
      if (flags.json || flags.quiet) return;
      err.writeLines(renderUnmatched(report.unmatched));
      const shown = report.warnings.filter(({ code }) => flags.verbose || code !== "state");
      err.writeLines(shown.map(({ message }) => `dedupe: ${message}`));
    },
    report: () => printReport(report, flags, out, color),
  });
  const failures = report.totals.failed + report.writtenThrough.length + failed;
  return exitCodeOf({ failures, findings: false, signal });
}

function printReport(report: UnshareReport, flags: Flags, out: Output, color: boolean): void {
  try {
    if (flags.json) {
      for (const piece of renderJson(report)) out.write(piece);
    } else if (!flags.quiet) {
      const detail = flags.brief ? "brief" : flags.verbose ? "paths" : "summary";
      out.writeLines(renderText(report, { detail, color, all: flags.all }));
    }
  } catch (error) {
    const { unshared, failed } = report.totals;
    if (!flags.json) out.writeLines([`${unshared} files separated, ${failed} failed`]);
    throw error;
  }
}
