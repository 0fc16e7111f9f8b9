import { dedupe } from "../../commands/dedupe.ts";
import { DedupeError } from "../../core/errors.ts";
import type { Options } from "../../commands/options.ts";
import type { Report, Warning } from "../../core/report.ts";
import { renderJson } from "../../render/dedupe/json.ts";
import { kindsToJson, renderKinds } from "../../render/dedupe/kinds.ts";
import { renderMarkdown } from "../../render/dedupe/markdown.ts";
import { jsonSchema } from "../../render/dedupe/schema.ts";
import { type Detail, renderText } from "../../render/dedupe/text.ts";
import { renderVerification } from "../../render/dedupe/verification.ts";
import { describeLeftOut } from "../../render/dedupe/left-out.ts";
import {
  renderProblem,
  renderUnmatched,
  renderWarning,
  summarizeUnmatched,
} from "../../render/messages.ts";
import { renderWrittenThrough } from "../../render/written-through.ts";
import type { CommandDefinition, FlagsOf, OptionTable, Streams } from "../command-definition.ts";
import { COMMON_EXIT_CODES, ExitCode, exitCodeOf } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { parseCount } from "../parse-values.ts";
import { printParts } from "../print-parts.ts";
import { runWithHooks } from "../run-with-hooks.ts";
import { appendSummary, checkSummaryFile } from "../summary-file.ts";
import {
  FILE_OPTIONS,
  JOBS_OPTION,
  JSON_OPTIONS,
  OUTPUT_OPTIONS,
  PATHS,
  STATE_OPTIONS,
  SUMMARY_OPTION,
  VARIANT_PATTERN_OPTION,
  toWalkOptions,
} from "./shared-options.ts";

const ACTION_OPTIONS = {
  hardlink: {
    flags: "--hardlink",
    description: "replace duplicates by hardlinks to the kept file",
  },
  reflink: {
    flags: "--reflink",
    description:
      "replace duplicates by copy-on-write clones, which keep their own mode, owner and times; with --hardlink, " +
      "make links where clones are not supported",
    manual:
      "Replace duplicates by copy-on-write clones (btrfs, XFS, APFS), which share the blocks of the kept file but " +
      "keep their own mode, owner and times. If the file system does not support clones, nothing is changed and the " +
      "exit status is 3; with --hardlink, links are made instead.",
  },
  dryRun: {
    flags: "-n, --dry-run",
    description: "print what the action would do; change nothing",
    needs: ["hardlink", "reflink"],
  },
  check: {
    flags: "--check",
    description: "change nothing; exit with 1 if a duplicate is left that an action would replace",
    conflicts: ["hardlink", "reflink"],
  },
} as const satisfies OptionTable;

const SELECTION_OPTIONS = {
  ...FILE_OPTIONS,
  kind: {
    ...FILE_OPTIONS.kind,
    manual: "Include only artifacts of this kind, and link it even if it is not linked by default.",
  },
  minSize: { ...FILE_OPTIONS.minSize, defaultText: "1 byte" },
  variant: {
    flags: "-o, --variant <name>",
    description: "include only these variants; give at least two: -o 0 -o 1 -o 2",
    manual:
      "Include only these optimization variants; give at least two. For example, '-o 0 -o 1 -o 2' selects the levels " +
      "of Python bytecode, and '-o O2 -o O3' directories of these names. Files of other variants are not changed.",
    repeatable: true,
  },
  ...VARIANT_PATTERN_OPTION,
  listKinds: {
    flags: "--list-kinds",
    description: "print the known kinds of artifacts, and exit",
    manual: "Print the known kinds of artifacts, and exit. With --json, print them in full detail.",
  },
} as const satisfies OptionTable;

export const LINK_OPTIONS = {
  scope: {
    flags: "--scope <where>",
    description:
      "where the kept file may be: anywhere, among variants of the same unit, in the same directory",
    manual:
      "Where the kept file may be: `tree` (anywhere, the default), `unit` (among variants of what was compiled from " +
      "the same source) or `directory` (in the same directory).",
    choices: ["tree", "unit", "directory"],
    default: "tree",
  },
  ignoreMode: {
    flags: "--ignore-mode",
    description: "link files even if their permission bits differ",
  },
  ignoreOwner: {
    flags: "--ignore-owner",
    description: "link files even if their owners differ",
  },
  respectTime: {
    flags: "--respect-time",
    description: "link only files with the same modification time",
  },
  respectName: {
    flags: "--respect-name",
    description: "link only files with the same name",
  },
  respectXattrs: {
    flags: "--respect-xattrs",
    description: "link only files with the same extended attributes",
  },
  maxLinks: {
    flags: "--max-links <n>",
    description: "never give a file more than n links",
    manual: "Never give a file more than <n> links.",
    parse: parseCount(2),
  },
  protect: {
    flags: "--protect",
    description: "make linked files read-only, so that tools that write in place fail",
    manual:
      "With --hardlink, make linked files read-only, so that tools that write in place fail. The original mode is " +
      "stored in the extended attribute 'user.dedupe.mode'; `dedupe unshare` restores it. Where it cannot be stored, " +
      "nothing is made read-only; a file that also has a name elsewhere stays writable, and a warning names it.",
    needs: ["hardlink"],
  },
  mtime: {
    flags: "--mtime <which>",
    description: "modification time of the shared file; the oldest never hides a needed rebuild",
    manual:
      "The modification time of the shared file: `oldest` (the default, which never hides a needed rebuild of a " +
      "complete build), `newest` or `equal` (link only files whose times agree).",
    choices: ["oldest", "newest", "equal"],
    default: "oldest",
  },
  writer: {
    flags: "--writer <command=effect>",
    description:
      "what a command of this build does to an existing output: replace, or write in-place; comes before the " +
      "built-in table",
    manual:
      "What a command of this build does to an existing output: `replace` it by a new file, or write `in-place`. By " +
      "default, a file is linked only if what writes it is known to replace it. The command is named without its " +
      "directory; '*' stands for all commands.",
    repeatable: true,
  },
  final: {
    flags: "--final",
    description:
      "nothing is built here any more: link all kinds of artifacts, whatever writes them and whatever their times",
    manual:
      "Nothing is built here any more, as in an install root, the build root of a package or a CI artifact: link all " +
      "kinds of artifacts, whatever writes them and whatever their times. No build files are read.",
  },
  verify: {
    flags: "--verify <command>",
    description:
      "command that reports whether the build is up to date ('make -q', 'ninja -n'); run before and after linking, " +
      "to revert links that cause rebuilds",
    manual:
      "A command that reports whether the build is up to date, such as 'make -q' or 'ninja -n'. The shell runs it in " +
      "the current directory, before and after linking. If the build is out of date before, nothing is changed and " +
      "the exit status is 2. If it is out of date after, the links that caused it are reverted and reported, and the " +
      "exit status is 1.",
    needs: ["hardlink", "reflink"],
  },
} as const satisfies OptionTable;

const STORE_OPTIONS = {
  store: {
    flags: "--store [dir]",
    description:
      "share files with other trees, too, through a content store in this directory ($DEDUPE_STORE)",
    manual:
      "Share files with other trees, too, through a content store: files are linked to what the store has, and what it " +
      "lacks is put in. The store is in this directory, else in $DEDUPE_STORE, else in the user's cache directory, and " +
      "on the same file system as the tree. See `dedupe store`.",
    conflicts: ["respectName"],
  },
} as const satisfies OptionTable;

const REPORT_OPTIONS = {
  ...JSON_OPTIONS,
  ...SUMMARY_OPTION,
  stats: {
    flags: "--stats",
    description: "print tables by kind, by variant and by pair of variants, too",
    conflicts: ["brief"],
  },
  ...OUTPUT_OPTIONS,
  verbose: {
    ...OUTPUT_OPTIONS.verbose,
    description:
      "print the tables, every replacement, and the reason for every duplicate that is skipped",
  },
} as const satisfies OptionTable;

type Flags = FlagsOf<
  typeof ACTION_OPTIONS &
    typeof SELECTION_OPTIONS &
    typeof LINK_OPTIONS &
    typeof STORE_OPTIONS &
    typeof STATE_OPTIONS &
    typeof JOBS_OPTION &
    typeof REPORT_OPTIONS
>;

export const dedupeCommand: CommandDefinition = {
  name: "dedupe",
  summary: "replace identical build artifacts by hardlinks",
  description:
    "Finds build artifacts with identical contents and, with --hardlink, replaces redundant copies by hardlinks. " +
    "Contents are compared byte for byte, and files are replaced atomically. By default, dedupe only reports.",
  usage: "[options] <path...>",
  operands: [PATHS],
  groups: [
    { title: "Actions", options: ACTION_OPTIONS },
    { title: "Which files", options: SELECTION_OPTIONS },
    { title: "What may be linked", options: LINK_OPTIONS },
    { title: "Store", options: STORE_OPTIONS },
    { title: "State", options: STATE_OPTIONS },
    { title: "Performance", options: JOBS_OPTION },
    { title: "Output", options: REPORT_OPTIONS },
  ],
  exitCodes: {
    ...COMMON_EXIT_CODES,
    1: "--check found duplicates or links that were written through, or --verify reverted links",
    2: "the command line is wrong, a path does not exist, an option of --check matches nothing, or --verify found the build out of date; nothing was changed",
    3: "completed, but some files could not be read or replaced, or links were written through since the last run; or the file system does not support --reflink, and nothing was changed",
  },
  examples: {
    "dedupe build/": "report what could be saved",
    "dedupe --hardlink build/": "replace the duplicates",
    "dedupe --hardlink -o 0 -o 1 -o 2 --scope unit .": "like compileall --hardlink-dupes",
    "dedupe --check dist/": "fail a CI job if duplicates are left",
  },
  run,
};

async function run(flags: Flags, paths: readonly string[], { out, err }: Streams): Promise<number> {
  if (flags.jsonSchema) {
    out.writeJson(jsonSchema());
    return ExitCode.ok;
  }
  if (flags.listKinds) {
    if (flags.json) out.writeJson(kindsToJson());
    else out.writeLines(renderKinds());
    return ExitCode.ok;
  }
  const options = toOptions(flags, paths);
  checkSummaryFile(flags.summary);
  const { report, color, signal } = await runWithHooks(flags, err, (hooks) =>
    dedupe(options, hooks),
  );
  if (flags.check) refuseVacuousCheck(report, err);
  let summaryFault: string | undefined;
  const failed = printParts(err, {
    "written through": () => err.writeLines(renderWrittenThrough(report.writtenThrough)),
    problems: () => err.writeLines(report.problems.map(renderProblem)),
    verification: () => err.writeLines(renderVerification(report)),
    report: () => printReport(report, flags, out, color),
    warnings: () => {
      if (!flags.json && !flags.quiet) err.writeLines(renderUnmatched(report.unmatched));
      err.writeLines(warningsFor(report, flags).map(renderWarning));
    },
    "--summary": () => {
      summaryFault = appendSummary(flags.summary, () => renderMarkdown(report));
      if (summaryFault !== undefined) err.writeLines([summaryFault]);
    },
  });
  const code = exitCodeOf({
    failures: report.problems.length + (flags.check ? 0 : report.writtenThrough.length) + failed,
    findings: hasFindings(report, flags.check),
    signal,
  });
  return code === ExitCode.ok && summaryFault !== undefined ? ExitCode.failed : code;
}

function printReport(report: Report, flags: Flags, out: Output, color: boolean): void {
  try {
    if (flags.json) {
      for (const piece of renderJson(report)) out.write(piece);
    } else if (!flags.quiet) {
      out.writeLines(renderText(report, { detail: detailOf(flags), check: flags.check, color }));
    }
  } catch (error) {
    const { replaced, failed } = report.totals;
    if (!flags.json) out.writeLines([`${replaced} files replaced, ${failed} failed`]);
    throw error;
  }
}

function warningsFor({ warnings }: Report, { json, quiet, verbose }: Flags): readonly Warning[] {
  if (json || quiet) return [];
  const hidden: readonly Warning["code"][] = verbose ? [] : ["foreign-build-file", "state"];
  return warnings.filter(({ code }) => !hidden.includes(code));
}

/**
 * A check must not pass if it looks at no file because of what the options name, or if an option names nothing. The
 * limits of size do not count: a tree may be below them.
 *
 * @throws DedupeError that names the options.
 */
function refuseVacuousCheck(report: Report, err: Output): void {
  const { unmatched, leftOut, totals, problems, interrupted } = report;
  if (interrupted) return;
  const { empty, minSize, maxSize, ...named } = leftOut;
  const isAnyLeft = totals.selected + empty + minSize + maxSize > 0;
  const isVacuous = !isAnyLeft && Object.values(named).some((count) => count > 0);
  if (unmatched.length === 0 && !isVacuous) return;
  err.writeLines(problems.map(renderProblem));
  throw new DedupeError(
    "no-match",
    unmatched.length > 0
      ? summarizeUnmatched(unmatched)
      : `nothing is left to check: ${describeLeftOut(leftOut)}`,
  );
}

function detailOf({ brief, stats, verbose }: Flags): Detail {
  if (brief) return "brief";
  return verbose ? "paths" : stats ? "tables" : "summary";
}

/** @throws DedupeError that names the option. */
export function toOptions(flags: Flags, paths: readonly string[]): Options {
  const walkOptions = toWalkOptions(flags, paths);
  if (flags.check && flags.filesFrom !== undefined && walkOptions.listedPaths?.length === 0)
    throw new DedupeError("no-match", `--files-from ${flags.filesFrom}: it lists no path`);
  return {
    ...walkOptions,
    action: flags.reflink ? "reflink" : flags.hardlink ? "hardlink" : "none",
    linkElsewhere: flags.reflink && flags.hardlink,
    dryRun: flags.dryRun,
    protect: flags.protect,
    variants: flags.variant,
    variantPatterns: flags.variantPattern,
    scope: flags.scope,
    ignoreMode: flags.ignoreMode,
    ignoreOwner: flags.ignoreOwner,
    respectTime: flags.respectTime,
    respectName: flags.respectName,
    respectXattrs: flags.respectXattrs,
    maxLinks: flags.maxLinks,
    mtime: flags.mtime,
    writers: flags.writer,
    final: flags.final,
    verify: flags.verify,
    store: flags.store === false ? undefined : flags.store,
    hashes: flags.json,
  };
}

/** Whether the run found what exit code 1 reports. */
export function hasFindings(
  report: Pick<Report, "verification" | "writtenThrough" | "store"> & {
    readonly totals: Pick<Report["totals"], "replaceable">;
  },
  check: boolean,
): boolean {
  const { verification, writtenThrough, store } = report;
  if (check) {
    // Counted when first read, which a quiet run without --check need not wait for.
    const replaceable = report.totals.replaceable + (store?.replaceable ?? 0);
    if (replaceable + writtenThrough.length > 0) return true;
  }
  if (verification === undefined) return false;
  const { reverted, rebuilt, quiet } = verification;
  return reverted.length + rebuilt.length > 0 || quiet === false;
}
