import type { BytePath } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { type FileStat, disk } from "../fs/disk.ts";

/** What keeps this process from removing entries of a directory, although it may add some. */
export interface RemovalRules {
  /** What the directory is, if it is for this that nothing can be removed. */
  readonly flag: "append-only (chattr +a)" | "immutable (chattr +i)" | undefined;
  /** Only files of this user can be removed (sticky bit); undefined: any. */
  readonly onlyOf: number | undefined;
  /** A temporary could not be removed: no more are made. */
  hasFailed: boolean;
}

const STICKY = 0o1000;
/** capabilities(7): the sticky bit does not hold for who has it. */
const CAP_FOWNER = 3n;

export function removalRules(dir: FileStat): RemovalRules {
  const user = (dir.mode & STICKY) === 0 ? undefined : process.geteuid?.();
  const isFree = user === undefined || user === dir.uid || ownsEveryFile();
  return {
    flag:
      dir.isImmutable === true
        ? "immutable (chattr +i)"
        : dir.isAppendOnly === true
          ? "append-only (chattr +a)"
          : undefined,
    onlyOf: isFree ? undefined : user,
    hasFailed: false,
  };
}

let isPrivileged: boolean | undefined;

/** Whether this process may treat files of other users as its own. Root in a container may lack the capability. */
function ownsEveryFile(): boolean {
  isPrivileged ??= readCapability() ?? process.geteuid?.() === 0;
  return isPrivileged;
}

function readCapability(): boolean | undefined {
  const status = tryErrno(() => disk.readWhole("/proc/self/status").toString("latin1"));
  const effective = isErrno(status) ? undefined : /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  if (effective === undefined) return undefined;
  return ((BigInt(`0x${effective}`) >> CAP_FOWNER) & 1n) === 1n;
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
  if (rules.flag !== undefined)
    return `its directory is ${rules.flag}: no file in it can be replaced`;
  if (rules.hasFailed) return "a temporary file could not be removed from its directory again";
  if (rules.onlyOf === undefined || owners.every((owner) => owner === rules.onlyOf))
    return undefined;
  return "its directory is sticky: only the owner of a file can replace it";
}

/** After a temporary could not be removed, no further one is made in its directory. */
export function noteFailedRemoval(
  rules: RemovalRules | undefined,
  outcome: { readonly type: string; readonly left?: BytePath },
): void {
  if (outcome.left !== undefined && rules !== undefined) rules.hasFailed = true;
}
