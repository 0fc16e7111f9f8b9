import { DedupeError } from "../core/errors.ts";
import type { WalkOptions } from "../core/options.ts";
import type { SharedFlags } from "./option-groups.ts";
import { parseSize } from "./parse-size.ts";

/**
 * What the flags mean that every command has which walks directories.
 *
 * @param listed Paths that `--files-from` named.
 * @throws DedupeError that names the option.
 */
export function parseShared(
  flags: SharedFlags,
  paths: readonly string[],
  listed: readonly Uint8Array[],
): WalkOptions {
  if (paths.length === 0 && flags.filesFrom === undefined) {
    throw new DedupeError(
      "no-path",
      "no path given",
      "name a directory to look through, such as build/; --help prints all that can be said",
    );
  }
  if (flags.within !== undefined && !flags.followSymlinks) {
    throw new DedupeError(
      "bad-option",
      "--within says how far symbolic links are followed",
      "add -L to follow them",
    );
  }
  if (flags.null && flags.filesFrom === undefined) {
    throw new DedupeError(
      "bad-option",
      "--null goes with --files-from",
      "for example: find build -print0 | dedupe --files-from - -0",
    );
  }
  const { kind: kinds = [], include = [], exclude = [] } = flags;
  checkGlobs("--include", include);
  checkGlobs("--exclude", exclude);
  const minSize = flags.minSize === undefined ? undefined : parseSize("--min-size", flags.minSize);
  const maxSize = flags.maxSize === undefined ? undefined : parseSize("--max-size", flags.maxSize);
  if (maxSize !== undefined && maxSize < (minSize ?? 0)) {
    throw new DedupeError(
      "bad-size",
      "--max-size is smaller than --min-size",
      "no file can be both",
    );
  }
  return {
    paths: [...paths, ...listed],
    dryRun: flags.dryRun ?? false,
    all: flags.all ?? false,
    kinds,
    include,
    exclude,
    ...(minSize === undefined ? {} : { minSize }),
    ...(maxSize === undefined ? {} : { maxSize }),
    followSymlinks: flags.followSymlinks ?? false,
    ...(flags.within === undefined ? {} : { within: flags.within }),
    oneFileSystem: flags.oneFileSystem ?? false,
    ...(flags.jobs === undefined ? {} : { jobs: parseCount("--jobs", flags.jobs, 1) }),
  };
}

export function parseCount(option: string, text: string, least: number): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw new DedupeError(
    "bad-option",
    `${option}: '${text}' is no whole number of at least ${least}`,
  );
}

/** A glob with an open bracket matches nothing, silently; its giver meant something. */
function checkGlobs(option: string, globs: readonly string[]): void {
  for (const glob of globs) {
    const bare = glob.replace(/\\./g, "");
    const open = ["[]", "{}", "()"].find(
      ([left, right]) => bare.split(left).length !== bare.split(right).length,
    );
    if (glob.trim() !== "" && open === undefined) continue;
    const why =
      open === undefined ? "is empty" : `has a ${open[0]} or ${open[1]} that has no partner`;
    throw new DedupeError(
      "bad-glob",
      `${option}: '${glob}' ${why}`,
      "a bracket that is meant as such is written \\[",
    );
  }
}
