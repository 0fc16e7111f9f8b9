import { Command, Option, type OutputConfiguration } from "commander";
import {
  type SharedFlags,
  addFileOptions,
  addJobsOption,
  addJsonOptions,
  addOutputOptions,
  again,
} from "./option-groups.ts";
import { type UnshareFlags, addUnshareCommand } from "./unshare-command.ts";

/** The flags of the main command as typed; `parse-options` says what they mean. */
export interface Flags extends SharedFlags {
  readonly hardlink?: true;
  readonly reflink?: true;
  readonly check?: true;
  readonly listKinds?: true;
  readonly variant?: readonly string[];
  readonly variantPattern?: readonly string[];
  readonly scope: "tree" | "unit" | "directory";
  readonly ignoreMode?: true;
  readonly ignoreOwner?: true;
  readonly respectTime?: true;
  readonly respectName?: true;
  readonly respectXattrs?: true;
  readonly maxLinks?: string;
  readonly protect?: true;
  readonly mtime: "oldest" | "newest" | "equal";
  readonly verify?: string;
  readonly summary?: string;
}

/** What was typed: which command, its flags, its paths. */
export type Typed =
  | { readonly command: "dedupe"; readonly flags: Flags; readonly paths: readonly string[] }
  | {
      readonly command: "unshare";
      readonly flags: UnshareFlags;
      readonly paths: readonly string[];
    };

/** Names that are kept for commands to come: a directory called like one is written `./store`. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(["diff", "store"]);

/**
 * The option tables: names, words, defaults. `--help`, the README and the man page say the same.
 *
 * @param found Told what was typed, where nothing is wrong with it.
 */
export function makeProgram(
  version: string,
  output: OutputConfiguration = {},
  found: (typed: Typed) => void = () => undefined,
): Command {
  const program = new Command("dedupe").configureOutput(output).exitOverride();
  // The options of a command stand behind its name.
  program.enablePositionalOptions().helpCommand(false).showSuggestionAfterError();
  addMainOptions(program)
    .version(version, "-V, --version", "print the version, and exit")
    .helpOption("-h, --help", "print this help, and exit")
    .action((paths: string[], flags: Flags) => found({ command: "dedupe", flags, paths }));
  addUnshareCommand(program).action((paths: string[], flags: UnshareFlags) => {
    refuseEarlyOptions(program);
    found({ command: "unshare", flags, paths });
  });
  return program;
}

function addMainOptions(program: Command): Command {
  program
    .usage("[options] <path...>")
    .description(
      "Finds build artifacts whose bytes are identical and, with --hardlink, replaces the extra copies by " +
        "hardlinks: proven byte for byte, atomically. Without an action it only reports.",
    )
    .argument("[path...]", "directories to walk, and files")
    .optionsGroup("What to do (default: report only):")
    .option("--hardlink", "replace duplicates by hardlinks to the file that is kept")
    .option(
      "--reflink",
      "make them copy-on-write clones: own file, mode and time, shared blocks; with --hardlink too, links where that cannot be",
    )
    .option("-n, --dry-run", "say exactly what the action would do, and change nothing")
    .option(
      "--check",
      "change nothing; exit 1 if a duplicate is left that an action would replace",
    );
  addFileOptions(program.optionsGroup("Which files:"), "1 byte")
    .option(
      "-o, --variant <name>",
      "only these optimization variants, at least two (repeatable): -o 0 -o 1 -o 2",
      again,
    )
    .option(
      "--variant-pattern <pattern>",
      "how a path names its variant, before the rules built in (repeatable): '{variant}/**'",
      again,
    )
    .option("--list-kinds", "print the kinds of artifacts that are known, and exit");
  program
    .optionsGroup("What may be linked:")
    .addOption(
      new Option(
        "--scope <where>",
        "where a duplicate may be kept: anywhere, among variants of one unit, in one directory",
      )
        .choices(["tree", "unit", "directory"])
        .default("tree"),
    )
    .option("--ignore-mode", "link files whose permission bits differ")
    .option("--ignore-owner", "link files whose owners differ")
    .option("--respect-time", "link only files whose modification times agree")
    .option("--respect-name", "link only files whose names agree")
    .option("--respect-xattrs", "link only files whose extended attributes all agree")
    .option("--max-links <n>", "never more than n names on one inode")
    .option(
      "--protect",
      "make files with several names read-only, so that a tool that writes in place fails",
    )
    .addOption(
      new Option(
        "--mtime <which>",
        "the time that the shared file carries; oldest never hides a needed rebuild",
      )
        .choices(["oldest", "newest", "equal"])
        .default("oldest"),
    )
    .option(
      "--verify <command>",
      "tells whether the build has work ('make -q', 'ninja -n'): run before and after linking; links that caused work are taken back",
    );
  addJobsOption(program.optionsGroup("How:"));
  addJsonOptions(program.optionsGroup("What to print:")).option(
    "--summary <file>",
    "append a Markdown summary to a file, such as $GITHUB_STEP_SUMMARY",
  );
  return addOutputOptions(
    program,
    "print every replacement, and every reason for not replacing",
  ).addHelpText(
    "after",
    `
Exit codes:
  0     it ran to its end and nothing failed
  1     --check found duplicates; --verify took links back
  2     the command line is wrong, a path does not exist, or --verify found the
        build unfinished; nothing was changed
  3     it ran to its end, but some files could not be read or replaced
  130   interrupted (SIGINT); 143: terminated (SIGTERM)

Examples:
  dedupe build/                                     see what could be gained
  dedupe --hardlink build/                          gain it
  dedupe --hardlink -o 0 -o 1 -o 2 --scope unit .   as compileall --hardlink-dupes does
  dedupe --check dist/                              fail a CI job where copies are left`,
  );
}

/** `dedupe --json unshare x`: the option would be the main command's. */
function refuseEarlyOptions(program: Command): void {
  const early = program.options.find(
    (option) => program.getOptionValueSource(option.attributeName()) === "cli",
  );
  if (early !== undefined) {
    program.error(
      `error: ${early.long} stands before the command: write dedupe unshare ${early.long} …`,
    );
  }
}
