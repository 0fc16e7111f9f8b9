import { type Result, isErrno } from "../core/result.ts";
import { closeFile, openFile, setMode, statOpen } from "../fs/open-file.ts";
import type { FileRef } from "../replace/file-ref.ts";
import { whyChanged } from "../replace/file-snapshot.ts";
import { WRITE_BITS, saveOriginalMode } from "../replace/original-mode.ts";

/**
 * Removes the write bits of a file, after saving its mode in an extended attribute. Only its ctime changes.
 *
 * @returns "changed": it is no longer the file in the snapshot.
 */
export function protectFile(file: FileRef): Result<"protected" | "changed"> {
  const fd = openFile(file);
  if (isErrno(fd)) return fd.code === "ENOENT" ? "changed" : fd;
  try {
    const stat = statOpen(fd);
    if (isErrno(stat)) return stat;
    if (whyChanged(stat, file.snapshot) !== undefined) return "changed";
    saveOriginalMode(fd, stat.mode);
    return setMode(fd, stat.mode & ~WRITE_BITS) ?? "protected";
  } finally {
    closeFile(fd);
  }
}
