import { isErrno } from "../core/result.ts";
import { native } from "../native/native.ts";
import { closeFile, openFile, statOpen } from "../fs/open-file.ts";
import {
  type NotReplaced,
  keeperChanged,
  keeperUnavailable,
  targetChanged,
  targetUnavailable,
} from "../replace/replace-outcome.ts";
import type { FileRef } from "../replace/file-ref.ts";
import { whyChanged } from "../replace/file-snapshot.ts";

export type ShareOutcome =
  /** `bytes` of the target are on shared blocks now; 0 if the content takes no whole block. */
  | { readonly type: "shared"; readonly bytes: number }
  /** The kernel does not do this here, or not for this user; a clone may work. */
  | { readonly type: "refused"; readonly code: string }
  | NotReplaced;

/** The errnos of file systems that lack the call, of other users' files, and of files that it does not take (ioctl_fideduperange(2)). */
const REFUSED: ReadonlySet<string> = new Set([
  "ENOTSUP",
  "EOPNOTSUPP",
  "EINVAL",
  "ENOSYS",
  "ENOTTY",
  "EPERM",
  "EACCES",
  "EXDEV",
  "EBADF",
]);

/**
 * Has the kernel compare two files and let the target share the keeper's blocks (FIDEDUPERANGE). Both are locked, so
 * a write at the last moment is noticed. The target's inode, mode, owner, times and names do not change.
 */
export function shareBlocks(keeper: FileRef, target: FileRef): ShareOutcome {
  const calls = native();
  if (calls === undefined) return { type: "refused", code: "ENOSYS" };
  const source = openFile(keeper);
  if (isErrno(source)) return keeperUnavailable(source);
  const destination = openFile(target);
  try {
    if (isErrno(destination)) return targetUnavailable(destination);
    const why = whyNotSame(source, keeper);
    if (why !== undefined) return keeperChanged(why);
    const detail = whyNotSame(destination, target);
    if (detail !== undefined) return targetChanged(detail);
    const answer = calls.dedupeRange(source, destination, target.snapshot.size);
    if (answer === "differs") return targetChanged("its content changed");
    if (!isErrno(answer)) return { type: "shared", bytes: answer };
    return { type: REFUSED.has(answer.code) ? "refused" : "failed", code: answer.code };
  } finally {
    closeFile(source);
    if (!isErrno(destination)) closeFile(destination);
  }
}

function whyNotSame(fd: number, { snapshot }: FileRef): string | undefined {
  const stat = statOpen(fd);
  return isErrno(stat) ? "its attributes can no longer be read" : whyChanged(stat, snapshot);
}
