import { type BytePath, join } from "../core/byte-path.ts";
import { type Errno, isErrno, tryErrno } from "../core/result.ts";
import type { DirHandle } from "./dir-calls.ts";
import { disk } from "./disk.ts";

/** No file has this name. */
const ABSENT = ".dedupe-absent";

/**
 * Asks the system whether a file may be removed from its directory, with calls that cannot remove it. Answers the errno
 * that the removal of any file there would meet, or undefined if none is known.
 *
 * rename(2) of a name to itself does nothing, but access rules such as those of Landlock are checked first. rmdir(2)
 * fails for a file, with ENOTDIR only after what forbids its removal was checked: flags (chattr +a and +i), the sticky
 * bit, and the capabilities of the process.
 */
export function probeRemoval(dir: DirHandle, name: BytePath): Errno | undefined {
  const pathOf = (entry: BytePath): BytePath =>
    join(typeof dir === "number" ? `/proc/self/fd/${dir}` : dir, entry);
  const renamed = tryErrno(() => disk.rename(pathOf(name), pathOf(name)));
  if (isErrno(renamed) && (renamed.code === "EACCES" || renamed.code === "EPERM")) return renamed;
  const stat = tryErrno(() => disk.lstat(pathOf(name)));
  if (isErrno(stat) || !stat.isFile()) return undefined;
  const removed = tryErrno(() => disk.removeEmptyDir(pathOf(name)));
  if (!isErrno(removed) || removed.code !== "EPERM") return undefined;
  // The file itself may be immutable or append-only, which forbids to open it for writing.
  const opened = tryErrno(() => disk.close(disk.openForWriting(pathOf(name))));
  if (isErrno(opened) && opened.code === "EPERM") return undefined;
  // A filter of system calls may forbid rmdir itself.
  const absent = tryErrno(() => disk.removeEmptyDir(pathOf(ABSENT)));
  return isErrno(absent) && absent.code === "EPERM" ? undefined : removed;
}
