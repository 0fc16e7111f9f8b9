import { forgetMode } from "../fs/mode-note.ts";
import { closeFile, openFile, statOpen } from "../fs/open-file.ts";
import { setMode } from "../fs/set-mode.ts";
import type { FileRef } from "./file-ref.ts";
import { whyChanged } from "./file-snapshot.ts";

/**
 * Gives a file that was protected the mode back that it had.
 *
 * @returns "restored"; "shared" where it has another name still; "changed" where it is not the file that
 *   was seen; an errno.
 */
export function restoreFile(place: FileRef, mode: number): string {
  const fd = openFile(place);
  if (typeof fd === "string") return fd === "ENOENT" ? "changed" : fd;
  try {
    const stat = statOpen(fd);
    if (typeof stat === "string") return stat;
    if (whyChanged(stat, place.seen) !== undefined) return "changed";
    if (stat.nlink > 1) return "shared";
    const done = setMode(fd, mode);
    if (done !== "") return done;
    forgetMode(fd);
    return "restored";
  } finally {
    closeFile(fd);
  }
}
