import { type Result, isErrno } from "../core/result.ts";
import { WRITE_BITS, saveOriginalMode } from "../replace/original-mode.ts";
import { closeFile, openFile, setMode, statOpen } from "../fs/open-file.ts";
import type { FileRef } from "../replace/file-ref.ts";
import { whyChanged } from "../replace/file-snapshot.ts";

/**
 * Takes the write bits of a file away, and notes on it which it had. Only its ctime moves.
 *
 * @returns "protected"; "changed" where it is not the file that was seen.
 */
export function protectFile(place: FileRef): Result<"protected" | "changed"> {
  const fd = openFile(place);
  if (isErrno(fd)) return fd.code === "ENOENT" ? "changed" : fd;
  try {
    const stat = statOpen(fd);
    if (isErrno(stat)) return stat;
    if (whyChanged(stat, place.snapshot) !== undefined) return "changed";
    saveOriginalMode(fd, stat.mode);
    return setMode(fd, stat.mode & ~WRITE_BITS) ?? "protected";
  } finally {
    closeFile(fd);
  }
}
