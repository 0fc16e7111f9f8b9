import { setMode } from "../fs/set-mode.ts";
import { WRITE_BITS, noteMode } from "../fs/mode-note.ts";
import { closeFile, openFile, statOpen } from "../fs/open-file.ts";
import type { FileRef } from "../replace/file-ref.ts";
import { whyChanged } from "../replace/file-snapshot.ts";

/**
 * Takes the write bits of a file away, and notes on it which it had. Only its ctime moves.
 *
 * @returns "protected"; "changed" where it is not the file that was seen; an errno.
 */
export function protectFile(place: FileRef): string {
  const fd = openFile(place);
  if (typeof fd === "string") return fd === "ENOENT" ? "changed" : fd;
  try {
    const stat = statOpen(fd);
    if (typeof stat === "string") return stat;
    if (whyChanged(stat, place.seen) !== undefined) return "changed";
    noteMode(fd, stat.mode);
    return setMode(fd, stat.mode & ~WRITE_BITS) || "protected";
  } finally {
    closeFile(fd);
  }
}
