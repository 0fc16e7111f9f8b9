import { type BytePath, dirOf } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { type Stat, disk } from "../fs/disk.ts";
import { outermostOf } from "./paths.ts";

const ROOT = 0n;
const WRITABLE_BY_ALL = 0o002n;

/** Tells whether the owner of a file may change the tree anyway. */
export type IsTrusted = (path: BytePath, stat: Pick<Stat, "uid">) => boolean;

/**
 * A build file counts only if its owner may change the tree: the caller, root, the owner of a root, the owner of the
 * directory that the file is in, or, below a root, anybody unless everybody may write to that directory. So nobody
 * can mislead a run by a Makefile in `/tmp`.
 *
 * @param roots Absolute.
 */
export function trustedOwners(roots: ReadonlySet<BytePath>): IsTrusted {
  const caller = process.geteuid?.();
  if (caller === undefined) return () => true; // Windows has no owners of this kind
  let rootOwners: ReadonlySet<bigint | undefined> | undefined;
  return (path, { uid }) => {
    if (uid === ROOT || uid === BigInt(caller)) return true;
    rootOwners ??= new Set(Array.from(roots, (root) => statOf(root)?.uid));
    if (rootOwners.has(uid)) return true;
    const dir = statOf(dirOf(path));
    if (dir === undefined || dir.uid === uid) return dir !== undefined;
    const isInTree = outermostOf(roots, dirOf(path)) !== undefined;
    return isInTree && (dir.mode & WRITABLE_BY_ALL) === 0n;
  };
}

function statOf(path: BytePath): Stat | undefined {
  const stat = tryErrno(() => disk.stat(path));
  return isErrno(stat) ? undefined : stat;
}
