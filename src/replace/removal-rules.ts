import type { FileStat } from "../fs/disk.ts";

/** What keeps this process from removing entries of a directory, although it may add some. */
export interface RemovalRules {
  /** Nothing can be removed (chattr +a). */
  readonly isAppendOnly: boolean;
  /** Only files of this user can be removed (sticky bit); undefined: any. */
  readonly onlyOf: number | undefined;
}

const STICKY = 0o1000;

export function removalRules(dir: FileStat): RemovalRules {
  const user = process.geteuid?.();
  const isFree = (dir.mode & STICKY) === 0 || user === 0 || user === dir.uid;
  return { isAppendOnly: dir.isAppendOnly === true, onlyOf: isFree ? undefined : user };
}

/**
 * Why a temporary could not be removed again, so that none must be made; undefined if nothing is known to prevent it.
 *
 * @param owners Of the files that get or lose a name in the directory.
 */
export function whyNotRemovable(
  rules: RemovalRules | undefined,
  owners: readonly number[],
): string | undefined {
  if (rules === undefined) return undefined;
  if (rules.isAppendOnly)
    return "its directory is append-only (chattr +a): no file can be replaced";
  if (rules.onlyOf === undefined || owners.every((owner) => owner === rules.onlyOf))
    return undefined;
  return "its directory is sticky: only the owner of a file can replace it";
}
