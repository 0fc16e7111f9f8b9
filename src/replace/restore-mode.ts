import { type Result, isErrno } from "../core/result.ts";
import { forgetMode } from "../fs/mode-note.ts";
import { closeFile, openFile, setMode, statOpen } from "../fs/open-file.ts";
import type { FileRef } from "./file-ref.ts";
import { whyChanged } from "./file-snapshot.ts";

/**
 * Restores the mode that a file had before it was protected.
 *
 * @returns "shared": it still has another name, and keeps its mode; "changed": it is no longer the file in the snapshot.
 */
export function restoreMode(
  file: FileRef,
  mode: number,
): Result<"restored" | "shared" | "changed"> {
  const fd = openFile(file);
  if (isErrno(fd)) return fd.code === "ENOENT" ? "changed" : fd;
  try {
    const stat = statOpen(fd);
    if (isErrno(stat)) return stat;
    if (whyChanged(stat, file.snapshot) !== undefined) return "changed";
    if (stat.nlink > 1) return "shared";
    const done = setMode(fd, mode);
    if (isErrno(done)) return done;
    forgetMode(fd);
    return "restored";
  } finally {
    closeFile(fd);
  }
}
