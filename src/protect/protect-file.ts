import { type Result, isErrno } from "../core/result.ts";
import { closeFile, openFile, setMode, statOpen } from "../fs/open-file.ts";
import type { FileRef } from "../replace/file-ref.ts";
import { whyChanged } from "../replace/file-snapshot.ts";
import { WRITE_BITS, saveOriginalMode } from "../replace/original-mode.ts";

/** What setting an attribute fails with where there are none: no native calls, or a file system without attributes. */
const NOT_SAVED: ReadonlySet<string> = new Set(["ENOSYS", "ENOTSUP", "EOPNOTSUPP"]);

/**
 * Removes the write bits of a file, after saving its mode in an extended attribute. Only its ctime changes.
 *
 * @returns "changed": it is no longer the file in the snapshot; "not-saved": the mode cannot be saved here, so it was
 *   left as it is.
 */
export function protectFile(file: FileRef): Result<"protected" | "changed" | "not-saved"> {
  const fd = openFile(file);
  if (isErrno(fd)) return fd.code === "ENOENT" ? "changed" : fd;
  try {
    const stat = statOpen(fd);
    if (isErrno(stat)) return stat;
    if (whyChanged(stat, file.snapshot) !== undefined) return "changed";
    const saved = saveOriginalMode(fd, stat.mode);
    if (isErrno(saved)) return NOT_SAVED.has(saved.code) ? "not-saved" : saved;
    return setMode(fd, stat.mode & ~WRITE_BITS) ?? "protected";
  } finally {
    closeFile(fd);
  }
}
