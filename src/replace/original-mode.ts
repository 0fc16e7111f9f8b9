import type { FileTable } from "../core/file-table.ts";
import { type Result, isErrno } from "../core/result.ts";
import { ORIGINAL_MODE, readAttributes, removeAttribute, setAttribute } from "../fs/attributes.ts";
import { PERMISSIONS, closeFile, openFile, setMode, statOpen } from "../fs/open-file.ts";
import type { FileRef } from "./file-ref.ts";
import { whyChanged } from "./file-snapshot.ts";

export const WRITE_BITS = 0o222;

/** Saves the mode of an open file that is about to become read-only. */
export function saveOriginalMode(fd: number, mode: number): Result {
  const octal = (mode & PERMISSIONS).toString(8).padStart(4, "0");
  return setAttribute(fd, ORIGINAL_MODE, Buffer.from(octal));
}

/**
 * The mode that a file had before it was protected; undefined if it was not protected, or that cannot be known: the
 * native calls are missing, or the file cannot be read.
 */
export function originalMode(files: FileTable, file: number): number | undefined {
  const mode = files.columns.mode[file];
  if ((mode & WRITE_BITS) !== 0) return undefined;
  const attributes = readAttributes(files.path(file));
  if (isErrno(attributes)) return undefined;
  const saved = attributes.find(({ name }) => name === ORIGINAL_MODE)?.value.toString("latin1");
  if (saved === undefined || !/^[0-7]{1,4}$/.test(saved)) return undefined;
  // Only the write bits are restored: any other bit was changed on purpose since.
  return mode | (Number.parseInt(saved, 8) & WRITE_BITS);
}

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
    removeAttribute(fd, ORIGINAL_MODE);
    return "restored";
  } finally {
    closeFile(fd);
  }
}
