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

/** What the kernel made of two files. */
export type Shared =
  | { readonly type: "shared"; readonly bytes: number }
  /** It does not do that here, or not for us: a clone may work. */
  | { readonly type: "refused"; readonly code: string }
  | NotReplaced;

/** ioctl_fideduperange(2): file systems without it, files of others, and files that it does not take. */
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
 * Lets the kernel compare two files and share their blocks, under lock (FIDEDUPERANGE): inode, mode,
 * owner, times and all names of the file stay, and a write in the last instant is seen.
 */
export function shareBlocks(keeper: FileRef, target: FileRef): Shared {
  const calls = native();
  if (calls === undefined) return { type: "refused", code: "ENOSYS" };
  const source = openFile(keeper);
  if (isErrno(source)) return keeperUnavailable(source);
  const goal = openFile(target);
  try {
    if (isErrno(goal)) return targetUnavailable(goal);
    const keeperWhy = whyNot(source, keeper);
    if (keeperWhy !== undefined) return keeperChanged(keeperWhy);
    const detail = whyNot(goal, target);
    if (detail !== undefined) return targetChanged(detail);
    const answer = calls.dedupeRange(source, goal, target.snapshot.size);
    if (answer === "differs") return targetChanged("its content changed");
    if (!isErrno(answer)) return { type: "shared", bytes: answer };
    return { type: REFUSED.has(answer.code) ? "refused" : "failed", code: answer.code };
  } finally {
    closeFile(source);
    if (!isErrno(goal)) closeFile(goal);
  }
}

function whyNot(fd: number, { snapshot }: FileRef): string | undefined {
  const stat = statOpen(fd);
  return isErrno(stat) ? "its attributes can no longer be read" : whyChanged(stat, snapshot);
}
