import { type BytePath, join } from "../core/byte-path.ts";
import { type Errno, isErrno, tryErrno } from "../core/result.ts";
import type { DirCalls, DirHandle } from "./dir-calls.ts";
import { disk } from "./disk.ts";

/** No file has this name. */
const ABSENT = ".dedupe-absent";
const TYPE_BITS = 0o170000;
const REGULAR = 0o100000;

/**
 * Asks the system whether a file may be removed from its directory, with calls that cannot remove it. Answers the errno
 * that the removal of any file there would meet, or undefined if none is known.
 *
 * rename(2) of a name to itself does nothing, but access rules such as those of Landlock are checked first. rmdir(2)
 * fails for a file, with ENOTDIR only after what forbids its removal was checked: flags (chattr +a and +i), the sticky
 * bit, and the capabilities of the process.
 */
export function probeRemoval(calls: DirCalls, dir: DirHandle, name: BytePath): Errno | undefined {
  const renamed = calls.rename(dir, name, name);
  if (isErrno(renamed) && (renamed.code === "EACCES" || renamed.code === "EPERM")) return renamed;
  const stat = calls.stat(dir, name);
  if (isErrno(stat) || (stat.mode & TYPE_BITS) !== REGULAR) return undefined;
  const removed = calls.removeEmptyDir(dir, name);
  if (!isErrno(removed) || removed.code !== "EPERM") return undefined;
  // The file itself may be immutable or append-only, which forbids to open it for writing.
  const path = join(typeof dir === "number" ? `/proc/self/fd/${dir}` : dir, name);
  const opened = tryErrno(() => disk.close(disk.openForWriting(path)));
  if (isErrno(opened) && opened.code === "EPERM") return undefined;
  // A filter of system calls may forbid the call itself.
  const absent = calls.removeEmptyDir(dir, ABSENT);
  return isErrno(absent) && absent.code === "EPERM" ? undefined : removed;
}
