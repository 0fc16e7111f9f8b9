import type { BytePath } from "../core/byte-path.ts";
import { OPEN_FOR_WRITING } from "../core/model.ts";
import { type Result, isErrno } from "../core/result.ts";
import type { FileStat } from "../fs/disk.ts";
import type { DirCalls, DirHandle } from "../fs/dir-calls.ts";

/**
 * Compares two files again because their inodes have changed since the first comparison: another run linked them,
 * their permissions changed, or they were written to and their times reset.
 *
 * @param stats The attributes of both, read just before.
 * @returns Undefined if they are equal, have no writer, and did not change during the comparison; otherwise the reason.
 */
export function recompare(
  calls: DirCalls,
  dir: DirHandle,
  names: readonly [BytePath, BytePath],
  stats: readonly [FileStat, FileStat],
): Result<string | undefined> {
  for (const name of names) {
    const writer = calls.writerOf(dir, name);
    if (isErrno(writer)) return writer;
    if (writer === "writer") return OPEN_FOR_WRITING;
  }
  const compared = calls.compare(dir, ...names);
  if (isErrno(compared)) return compared;
  if (compared === "different") return "its content changed, though not its modification time";
  const unchanged = names.every((name, i) => {
    const now = calls.stat(dir, name);
    return (
      !isErrno(now) &&
      now.ino === stats[i].ino &&
      now.size === stats[i].size &&
      now.mtimeNs === stats[i].mtimeNs &&
      now.ctimeNs === stats[i].ctimeNs
    );
  });
  return unchanged ? undefined : "it is being changed";
}
