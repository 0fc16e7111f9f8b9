import type { BytePath } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { type Result, errno, isErrno } from "../core/result.ts";
import type { FileStat } from "../fs/disk.ts";
import type { DirCalls, DirHandle } from "../fs/dir-calls.ts";

export interface OpenedDir {
  readonly handle: DirHandle;
  /** The modification time when it was opened, in nanoseconds. */
  readonly mtimeNs: bigint;
  readonly stat: FileStat;
}

/**
 * Opens the directories of a table: only those that the walk read, and without following a symbolic link below their
 * root. If a path component was swapped, or another directory was moved there, the directory is not opened.
 */
export class DirOpener {
  readonly #files: FileTable;
  readonly #calls: DirCalls;
  /** Open roots and targets of followed symbolic links, by path. */
  readonly #bases = new Map<BytePath, DirHandle>();

  constructor(files: FileTable, calls: DirCalls) {
    this.#files = files;
    this.#calls = calls;
  }

  /** Opens a directory, which the caller closes; ESTALE if another directory took its place. */
  open(dir: number): Result<OpenedDir> {
    const path = this.#files.dirPath(dir);
    const length = this.#files.dirBase(dir);
    const handle =
      path.length <= length
        ? this.#calls.openBase(path)
        : this.#openBelow(path.slice(0, length), path.slice(length));
    if (isErrno(handle)) return handle;
    const stat = this.#calls.statDir(handle);
    const { inode, device } = this.#files.dirIdentity(dir);
    if (!isErrno(stat) && stat.ino === inode && stat.dev === Number(device))
      return { handle, mtimeNs: stat.mtimeNs, stat };
    this.#calls.close(handle);
    return isErrno(stat) ? stat : errno("ESTALE");
  }

  /** Closes the bases; directories that were opened stay open. */
  close(): void {
    for (const base of this.#bases.values()) this.#calls.close(base);
    this.#bases.clear();
  }

  #openBelow(basePath: BytePath, path: BytePath): Result<DirHandle> {
    let base = this.#bases.get(basePath);
    if (base === undefined) {
      const opened = this.#calls.openBase(basePath);
      if (isErrno(opened)) return opened;
      this.#bases.set(basePath, opened);
      base = opened;
    }
    return this.#calls.openBelow(base, path);
  }
}
