import { type Result, isErrno } from "../core/result.ts";
import { forgetMode } from "../fs/mode-note.ts";
import { closeFile, openFile, setMode, statOpen } from "../fs/open-file.ts";
import type { FileRef } from "./file-ref.ts";
import { whyChanged } from "./file-snapshot.ts";

/**
 * Gives a file that was protected the mode back that it had.
 *
 * @returns "restored"; "shared" where it has another name still; "changed" where it is not the file that
 *   was seen.
 */
export function restoreFile(
  place: FileRef,
  mode: number,
): Result<"restored" | "shared" | "changed"> {
  const fd = openFile(place);
  if (isErrno(fd)) return fd.code === "ENOENT" ? "changed" : fd;
  try {
    const stat = statOpen(fd);
    if (isErrno(stat)) return stat;
    if (whyChanged(stat, place.seen) !== undefined) return "changed";
    if (stat.nlink > 1) return "shared";
    const done = setMode(fd, mode);
    if (isErrno(done)) return done;
    forgetMode(fd);
    return "restored";
  } finally {
    closeFile(fd);
  }
}
