import { DedupeError } from "../core/errors.ts";
import type { Options } from "../core/options.ts";
import type { Flags } from "./program.ts";
import { parseCount, parseShared } from "./parse-shared.ts";

/**
 * What the flags mean.
 *
 * @param listed Paths that `--files-from` named.
 * @throws DedupeError that names the option.
 */
export function parseOptions(
  flags: Flags,
  paths: readonly string[],
  listed: readonly Uint8Array[],
): Options {
  const shared = parseShared(flags, paths, listed);
  const action = flags.reflink ? "reflink" : flags.hardlink ? "hardlink" : "none";
  if (flags.check && action !== "none") {
    throw new DedupeError(
      "bad-option",
      `--check changes nothing, --${action} does`,
      "give one of the two",
    );
  }
  if (flags.dryRun && action === "none") {
    throw new DedupeError("bad-option", "--dry-run needs an action to try", "add --hardlink");
  }
  if (flags.protect && !flags.hardlink) {
    throw new DedupeError(
      "bad-option",
      "--protect is for files with several names",
      "add --hardlink",
    );
  }
  if (flags.verify !== undefined && !flags.hardlink && !flags.reflink) {
    throw new DedupeError(
      "bad-option",
      "--verify looks whether linking gave the build work",
      "add --hardlink",
    );
  }
  return {
    ...shared,
    minSize: shared.minSize ?? 1,
    action,
    linkElsewhere: action === "reflink" && flags.hardlink === true,
    protect: flags.protect ?? false,
    variants: flags.variant ?? [],
    variantPatterns: flags.variantPattern ?? [],
    scope: flags.scope,
    ignoreMode: flags.ignoreMode ?? false,
    ignoreOwner: flags.ignoreOwner ?? false,
    respectTime: flags.respectTime ?? false,
    respectName: flags.respectName ?? false,
    respectXattrs: flags.respectXattrs ?? false,
    ...(flags.maxLinks === undefined
      ? {}
      : { maxLinks: parseCount("--max-links", flags.maxLinks, 2) }),
    mtime: flags.mtime,
    ...(flags.verify === undefined ? {} : { verify: flags.verify }),
    hashes: flags.json ?? false,
  };
}
