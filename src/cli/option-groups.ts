import type { Command } from "commander";

/** The flags that every command has which walks directories, as typed. */
export interface SharedFlags {
  readonly dryRun?: true;
  readonly all?: true;
  readonly kind?: readonly string[];
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly minSize?: string;
  readonly maxSize?: string;
  readonly followSymlinks?: true;
  readonly within?: string;
  readonly oneFileSystem?: true;
  readonly filesFrom?: string;
  readonly null?: true;
  readonly jobs?: string;
  readonly json?: true;
  readonly jsonSchema?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly progress?: boolean;
  readonly color?: boolean;
}

/** Gathers what a repeatable option is given. */
export const again = (value: string, before: readonly string[] = []): string[] => [
  ...before,
  value,
];

/** Which files take part. */
export function addFileOptions(command: Command, smallest: string): Command {
  return command
    .option("-a, --all", "every regular file, not only build artifacts")
    .option("-k, --kind <kind>", "only artifacts of this kind (repeatable)", again)
    .option(
      "-i, --include <glob>",
      "only files, and all in directories, that match; relative to the path given (repeatable)",
      again,
    )
    .option("-x, --exclude <glob>", "never what matches; wins over --include (repeatable)", again)
    .option(
      "-s, --min-size <size>",
      `only files of at least this size: 4096, 64K, 1.5M, 2GiB (default: ${smallest})`,
    )
    .option("-S, --max-size <size>", "only files of at most this size")
    .option("-L, --follow-symlinks", "follow symbolic links")
    .option("-e, --within <dir>", "with -L: only while they lead inside this directory")
    .option("--one-file-system", "do not cross mount points")
    .option(
      "--files-from <file>",
      "take further paths from a file, one a line; - is standard input",
    )
    .option("-0, --null", "the paths of --files-from are separated by NUL");
}

export function addJobsOption(command: Command): Command {
  return command.option(
    "-j, --jobs <n>",
    "threads that do the work (default: one a processor); the result never depends on it",
  );
}

export function addJsonOptions(command: Command): Command {
  return command
    .option("--json", "one JSON document on stdout")
    .option("--json-schema", "print the JSON Schema of that document, and exit");
}

export function addOutputOptions(command: Command, verbose: string): Command {
  return command
    .option("-q, --quiet", "print only errors")
    .option("-v, --verbose", verbose)
    .option("--progress", "show progress (default: on a terminal)")
    .option("--no-progress", "show none")
    .option("--color", "use colours (default: on a terminal)")
    .option("--no-color", "use none");
}
