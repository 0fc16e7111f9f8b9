import { type BytePath, dirOf } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { type Result, isErrno } from "../core/result.ts";
import { ORIGINAL_MODE, readAttributes, removeAttribute, setAttribute } from "../fs/attributes.ts";
import { PERMISSIONS, closeFile, openFile, setMode, statOpen } from "../fs/open-file.ts";
import type { FileRef } from "./file-ref.ts";
import { whyChanged } from "./file-snapshot.ts";

export const WRITE_BITS = 0o222;
const OWNER_WRITE = 0o200;

/** Saves the mode of an open file that is about to become read-only. Best effort: it may have no attributes. */
export function saveOriginalMode(fd: number, mode: number): void {
  setAttribute(fd, ORIGINAL_MODE, Buffer.from((mode & PERMISSIONS).toString(8).padStart(4, "0")));
}

/** Finds out which modes read-only files had before they were protected. */
export class OriginalModes {
  readonly #files: FileTable;
  /** By device: whether its file system can save modes. */
  readonly #canSave = new Map<number, boolean>();

  constructor(files: FileTable) {
    this.#files = files;
  }

  /** The mode that was saved when the file was protected; undefined if it was not saved. */
  saved(file: number): number | undefined {
    return readOriginalMode(this.#files.path(file), this.#files.columns.mode[file]);
  }

  /**
   * The mode that unsharing gives to a file. A read-only file whose mode could have been saved, but was not, was
   * read-only before. If modes cannot be saved, it gets the owner's write bit.
   */
  of(file: number): number {
    const { mode, device } = this.#files.columns;
    if ((mode[file] & WRITE_BITS) !== 0) return mode[file];
    const saved = this.saved(file);
    if (saved !== undefined) return saved;
    let canSave = this.#canSave.get(device[file]);
    if (canSave === undefined) {
      canSave = canSaveModes(dirOf(this.#files.path(file)));
      this.#canSave.set(device[file], canSave);
    }
    return canSave ? mode[file] : mode[file] | OWNER_WRITE;
  }
}

/** The mode of a read-only file before it was protected; undefined if it was not protected. */
function readOriginalMode(file: BytePath, mode: number): number | undefined {
  if ((mode & WRITE_BITS) !== 0) return undefined;
  const attributes = readAttributes(file);
  if (isErrno(attributes)) return undefined;
  const saved = attributes.find(({ name }) => name === ORIGINAL_MODE)?.value.toString("latin1");
  if (saved === undefined || !/^[0-7]{1,4}$/.test(saved)) return undefined;
  // Only the write bits are restored: any other bit was changed on purpose since.
  return mode | (Number.parseInt(saved, 8) & WRITE_BITS);
}

/**
 * Whether the mode of files in this directory can be saved. Tries to remove an attribute that no file has: that changes
 * nothing, and its errno tells whether the file system has attributes.
 */
function canSaveModes(dir: BytePath): boolean {
  const removed = removeAttribute(dir, "user.dedupe.probe");
  return !isErrno(removed) || !["ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(removed.code);
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
