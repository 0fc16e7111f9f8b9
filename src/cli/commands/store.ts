import { availableParallelism } from "node:os";
import * as commands from "../../commands/store.ts";
import { toText } from "../../core/byte-path.ts";
import type { Problem } from "../../core/report.ts";
import { renderProblem } from "../../render/messages.ts";
import { pathToJson, statusToJson, trimToJson, verifyToJson } from "../../render/store/json.ts";
import { printable } from "../../render/printable.ts";
import { pathSchema, statusSchema, trimSchema, verifySchema } from "../../render/store/schema.ts";
import { renderStatus, renderTrim, renderVerify } from "../../render/store/text.ts";
import type {
  CommandDefinition,
  CommandGroup,
  FlagsOf,
  OptionTable,
  Streams,
} from "../command-definition.ts";
import { COMMON_EXIT_CODES, ExitCode, exitCodeOf } from "../exit-code.ts";
import { parseAge, parseSize } from "../parse-values.ts";
import { type StopSignal, runWithHooks } from "../run-with-hooks.ts";
import { JOBS_OPTION, JSON_OPTIONS, OUTPUT_OPTIONS } from "./shared-options.ts";

const PLACE = {
  store: {
    flags: "--store <dir>",
    description: "the directory of the store",
    manual:
      "The directory of the store. Default: $DEDUPE_STORE, else one in the user's cache directory.",
  },
} as const satisfies OptionTable;
const { quiet, progress, color } = OUTPUT_OPTIONS;
const PRINT_OPTIONS = { ...JSON_OPTIONS, quiet, progress, color } as const satisfies OptionTable;
const TRIM_OPTIONS = {
  maxAge: {
    flags: "--max-age <age>",
    description: "remove entries that were not used for this long: 5d, 12h, 30m (default: 5d)",
    manual:
      "Remove entries that no tree has used for this long: '5d' (the default, unless --max-size is given), '12h', '30m'.",
    parse: parseAge,
  },
  maxSize: {
    flags: "--max-size <size>",
    description: "remove unused entries, the oldest first, until the others take at most this size",
    parse: parseSize,
  },
  unused: {
    flags: "--unused",
    description: "remove all entries that no tree uses, however young",
    conflicts: ["maxAge", "maxSize"],
  },
  dryRun: {
    flags: "-n, --dry-run",
    description: "print what would be removed; change nothing",
  },
} as const satisfies OptionTable;

type CommonFlags = FlagsOf<typeof PLACE & typeof PRINT_OPTIONS>;

const EXIT_CODES = {
  ...COMMON_EXIT_CODES,
  2: "the command line is wrong, or there is no store",
};

const path: CommandDefinition = {
  name: "path",
  summary: "print the path of the store",
  description: "Prints the path of the store, which need not exist.",
  usage: "[options]",
  operands: [],
  groups: [{ title: "Options", options: { ...PLACE, ...JSON_OPTIONS } }],
  exitCodes: EXIT_CODES,
  examples: { 'du -sh "$(dedupe store path)"': "how much the store takes" },
  run(flags: FlagsOf<typeof PLACE & typeof JSON_OPTIONS>, _, { out }) {
    if (flags.jsonSchema) out.writeJson(pathSchema());
    else {
      const found = commands.storePathOf(flags);
      if (flags.json) out.writeJson(pathToJson(found));
      else out.writeLines([toText(found)]);
    }
    return Promise.resolve(ExitCode.ok);
  },
};

const status: CommandDefinition = {
  name: "status",
  summary: "print what is in the store, and what a trim would free",
  description:
    "Prints what is in the store, how many links trees have to it, and what a trim would free.",
  usage: "[options]",
  operands: [],
  groups: [{ title: "Options", options: { ...PLACE, ...PRINT_OPTIONS } }],
  exitCodes: {
    ...EXIT_CODES,
    3: "completed, but something in the store is no entry, or unreadable",
  },
  examples: { "dedupe store status": "what is in the store" },
  async run(flags: CommonFlags, _, streams) {
    if (flags.jsonSchema) return printSchema(statusSchema(), streams);
    const { report, signal } = await runWithHooks(flags, streams.err, (hooks) =>
      commands.status(flags, hooks),
    );
    print(
      flags,
      streams,
      () => statusToJson(report),
      () => renderStatus(report, Date.now()),
    );
    const problems = report.strangers.map(
      (stranger) =>
        `dedupe: ${printable(stranger)}: it is no entry of the store, or cannot be read`,
    );
    streams.err.writeLines(problems);
    return exitCodeOf({ failures: problems.length, findings: false, signal });
  },
};

const trim: CommandDefinition = {
  name: "trim",
  summary: "remove entries that no tree uses any more",
  description:
    "Removes entries that no tree has used for five days. Files of trees are not touched. A run with --store does this " +
    "once a day by itself.",
  usage: "[options]",
  operands: [],
  groups: [
    { title: "What to remove", options: TRIM_OPTIONS },
    { title: "Options", options: { ...PLACE, ...PRINT_OPTIONS } },
  ],
  notes:
    "An entry is unused since the last tree has removed its link. Clones (--reflink) have no link: they count as used " +
    "when a run finds them.",
  exitCodes: {
    ...EXIT_CODES,
    3: "some entries could not be removed, or another run was using the store and nothing was removed",
  },
  examples: {
    "dedupe store trim": "remove what was not used for five days",
    "dedupe store trim --max-size 10GiB": "bound what unused entries take",
    "dedupe store trim --unused": "remove everything that no tree uses, as before a cache is saved",
  },
  async run(flags: CommonFlags & FlagsOf<typeof TRIM_OPTIONS>, _, streams) {
    if (flags.jsonSchema) return printSchema(trimSchema(), streams);
    const { report, signal } = await runWithHooks(flags, streams.err, (hooks) =>
      commands.trim(flags, hooks),
    );
    print(
      flags,
      streams,
      () => trimToJson(report),
      () => renderTrim(report),
    );
    return finish(report.problems, signal, streams);
  },
};

const verify: CommandDefinition = {
  name: "verify",
  summary: "read all entries again, and remove those that are damaged",
  description:
    "Computes the digest of every entry again. An entry whose contents are not what its name says was changed through " +
    "a link, or the disk has damaged it: it is removed from the store, and its path is printed. Trees keep their files.",
  usage: "[options]",
  operands: [],
  groups: [
    { title: "Performance", options: JOBS_OPTION },
    { title: "Options", options: { ...PLACE, ...PRINT_OPTIONS } },
  ],
  exitCodes: { ...EXIT_CODES, 3: "entries are damaged, or could not be read" },
  examples: { "dedupe store verify": "check the store" },
  async run(flags: CommonFlags & FlagsOf<typeof JOBS_OPTION>, _, streams) {
    if (flags.jsonSchema) return printSchema(verifySchema(), streams);
    const jobs = flags.jobs ?? availableParallelism();
    const { report, signal } = await runWithHooks(flags, streams.err, (hooks) =>
      commands.verify({ ...flags, jobs }, hooks),
    );
    print(
      flags,
      streams,
      () => verifyToJson(report),
      () => renderVerify(report),
    );
    const damaged = report.damaged.map((each): Problem => {
      return { path: each, code: "EIO", message: "it was damaged, and was removed from the store" };
    });
    return finish([...damaged, ...report.problems], signal, streams);
  },
};

function printSchema(schema: object, { out }: Streams): number {
  out.writeJson(schema);
  return ExitCode.ok;
}

function print(
  { json, quiet: isQuiet }: CommonFlags,
  { out }: Streams,
  toJson: () => object,
  toLines: () => Iterable<string>,
): void {
  if (json) out.writeJson(toJson());
  else if (!isQuiet) out.writeLines(toLines());
}

function finish(
  problems: readonly Problem[],
  signal: StopSignal | undefined,
  { err }: Streams,
): number {
  err.writeLines(problems.map(renderProblem));
  return exitCodeOf({ failures: problems.length, findings: false, signal });
}

export const storeCommands: CommandGroup = {
  name: "store",
  summary: "inspect and clean the store of several trees",
  description: "Commands for the content store of --store.",
  commands: [status, trim, verify, path],
};
