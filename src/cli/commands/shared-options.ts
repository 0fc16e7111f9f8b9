/** Options that several commands have, ready for their tables. */
import { DedupeError } from "../../core/errors.ts";
import type { WalkOptions } from "../../commands/options.ts";
import type { FlagsOf, OptionTable } from "../command-definition.ts";
import { parseCount, parseGlob, parseSize } from "../parse-values.ts";
import { readList } from "../read-list.ts";

export const PATHS = { syntax: "[path...]", description: "directories to search, and files" };

/** Which files take part. */
export const FILE_OPTIONS = {
  all: {
    flags: "-a, --all",
    description: "include every regular file, not only build artifacts",
  },
  kind: {
    flags: "-k, --kind <kind>",
    description: "include only artifacts of this kind",
    repeatable: true,
  },
  include: {
    flags: "-i, --include <glob>",
    description: "include only matching files, and everything in matching directories",
    manual:
      "Include only matching files, and everything in matching directories. Patterns are relative to the given path; " +
      "a pattern without a slash matches at any depth. '*', '**', '?', '[a-z]', '{a,b}', '{1..9}' and '+(a|b)' work as " +
      "in shells, and a backslash escapes the next character.",
    repeatable: true,
    parse: parseGlob,
  },
  exclude: {
    flags: "-x, --exclude <glob>",
    description: "exclude matching files and directories; overrides --include",
    repeatable: true,
    parse: parseGlob,
  },
  minSize: {
    flags: "-s, --min-size <size>",
    description: "include only files of at least this size: 4096, 64K, 1.5M, 2GiB",
    manual:
      "Include only files of at least this size: 4096, 64K, 1.5M, 2GiB. The units are powers of 1024.",
    parse: parseSize,
  },
  maxSize: {
    flags: "-S, --max-size <size>",
    description: "include only files of at most this size",
    parse: parseSize,
  },
  followSymlinks: {
    flags: "-L, --follow-symlinks",
    description: "follow symbolic links",
  },
  within: {
    flags: "-e, --within <dir>",
    description: "with -L, follow only links that lead inside this directory",
    needs: ["followSymlinks"],
  },
  oneFileSystem: {
    flags: "--one-file-system",
    description: "do not cross mount points",
  },
  filesFrom: {
    flags: "--files-from <file>",
    description: "read more paths from a file, one per line; - means standard input",
    manual:
      "Read more paths from a file, one per line; '-' means standard input. These paths are not patterns, and those " +
      "that do not exist are reported as a warning.",
  },
  null: {
    flags: "-0, --null",
    description: "paths in --files-from are separated by NUL characters",
    needs: ["filesFrom"],
  },
} as const satisfies OptionTable;

export const VARIANT_PATTERN_OPTION = {
  variantPattern: {
    flags: "--variant-pattern <pattern>",
    description: "how paths name their variant, tried before the built-in rules: '{variant}/**'",
    manual:
      "How paths name their variant, tried before the built-in rules. A glob in which '{variant}' stands for the name " +
      "of the variant, such as '{variant}/**' or '**/*.{variant}.o'.",
    repeatable: true,
  },
} as const satisfies OptionTable;

export const JOBS_OPTION = {
  jobs: {
    flags: "-j, --jobs <n>",
    description: "number of threads; does not affect the result",
    defaultText: "number of processors",
    parse: parseCount(1),
  },
} as const satisfies OptionTable;

export const STATE_OPTIONS = {
  state: {
    flags: "--state <file>",
    description: "remember in this file what was linked, instead of the user's cache directory",
    manual:
      "Remember in this file what was linked, instead of a file in the user's cache directory. Paths in it are " +
      "relative to its directory, so that a tree can be moved together with the file.",
    negation: "remember nothing, and ignore what earlier runs have remembered",
  },
} as const satisfies OptionTable;

export const JSON_OPTIONS = {
  json: {
    flags: "--json",
    description: "print one JSON document on standard output",
  },
  jsonSchema: {
    flags: "--json-schema",
    description: "print the JSON Schema of that document, and exit",
  },
} as const satisfies OptionTable;

export const SUMMARY_OPTION = {
  summary: {
    flags: "--summary <file>",
    description: "append a Markdown summary to a file, such as $GITHUB_STEP_SUMMARY",
  },
} as const satisfies OptionTable;

export const OUTPUT_OPTIONS = {
  quiet: {
    flags: "-q, --quiet",
    description: "print errors only",
  },
  brief: {
    flags: "--brief",
    description: "print the result in one line, for Makefiles and CI logs",
    conflicts: ["verbose"],
  },
  verbose: {
    flags: "-v, --verbose",
    description: "print every path and what was done with it",
  },
  progress: {
    flags: "--progress",
    description: "show progress on standard error; without a terminal, a line every five seconds",
    defaultText: "on a terminal",
    negation: "do not show progress",
  },
  color: {
    flags: "--color",
    description: "use colours",
    defaultText: "on a terminal, unless NO_COLOR or CI is set",
    negation: "do not use colours",
  },
} as const satisfies OptionTable;

/**
 * What `FILE_OPTIONS`, `STATE_OPTIONS`, `JOBS_OPTION` and the paths mean. Reads the list of `--files-from`.
 *
 * @throws DedupeError that names the option.
 */
export function toWalkOptions(
  flags: FlagsOf<typeof FILE_OPTIONS & typeof STATE_OPTIONS & typeof JOBS_OPTION>,
  paths: readonly string[],
): WalkOptions {
  const { minSize, maxSize, filesFrom } = flags;
  if (paths.length === 0 && filesFrom === undefined) {
    throw new DedupeError(
      "no-path",
      "no path given",
      "name a directory to search, such as build/; --help lists all options",
    );
  }
  if (maxSize !== undefined && maxSize < (minSize ?? 0)) {
    throw new DedupeError("bad-size", "--max-size is smaller than --min-size");
  }
  return {
    paths,
    listedPaths: filesFrom === undefined ? [] : readList(filesFrom, flags.null),
    all: flags.all,
    kinds: flags.kind,
    include: flags.include,
    exclude: flags.exclude,
    minSize,
    maxSize,
    followSymlinks: flags.followSymlinks,
    within: flags.within,
    oneFileSystem: flags.oneFileSystem,
    remember: flags.state !== false,
    stateFile: flags.state === false ? undefined : flags.state,
    jobs: flags.jobs,
  };
}
