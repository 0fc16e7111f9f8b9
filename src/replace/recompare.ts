import type { BytePath } from "../core/byte-path.ts";
import { type Result, isErrno } from "../core/result.ts";
import type { FileStat } from "../fs/disk.ts";
import type { Dir, DirCalls } from "../fs/dir-calls.ts";

/**
 * Two files whose inodes were touched since they were compared: another run made links of them, a
 * permission was set, or they were written to and their times put back. They are read once more.
 *
 * @param stats Of both, taken just before.
 * @returns undefined where they are equal still, else why not.
 */
export function recompare(
  calls: DirCalls,
  dir: Dir,
  names: readonly [BytePath, BytePath],
  stats: readonly [FileStat, FileStat],
): Result<{ readonly detail: string } | undefined> {
  const compared = calls.compare(dir, ...names);
  if (compared === "different")
    return { detail: "it was changed (its ctime moved, and it is not equal any more)" };
  if (isErrno(compared)) return compared;
  const unmoved = names.every((name, i) => {
    const now = calls.stat(dir, name);
    return (
      !isErrno(now) &&
      now.ino === stats[i].ino &&
      now.size === stats[i].size &&
      now.mtimeNs === stats[i].mtimeNs &&
      now.ctimeNs === stats[i].ctimeNs
    );
  });
  return unmoved ? undefined : { detail: "it is being changed right now" };
}
