import type { BytePath } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { type Result, errno, isErrno } from "../core/result.ts";
import type { Dir, DirCalls } from "../fs/dir-calls.ts";

export interface OpenedDir {
  readonly dir: Dir;
  /** Its modification time when it was opened, nanoseconds. */
  readonly mtime: bigint;
}

/**
 * Opens the directories of a table. A directory is only given out if it is the one that the walk read, and lies
 * below its root without a symbolic link on the way: where a part of its path was swapped, or another
 * directory moved there, nothing is done in it.
 */
export class DirOpener {
  readonly #files: FileTable;
  readonly #calls: DirCalls;
  /** The roots, and where followed links lead: held, so that each is looked up once. */
  readonly #bases = new Map<BytePath, Dir>();

  constructor(files: FileTable, calls: DirCalls) {
    this.#files = files;
    this.#calls = calls;
  }

  /** The directory, which the caller closes, or why it cannot be had: "ESTALE" where another one is in its place. */
  open(dir: number): Result<OpenedDir> {
    const path = this.#files.dirPath(dir);
    const length = this.#files.dirBase(dir);
    const opened =
      path.length <= length
        ? this.#calls.openBase(path)
        : this.#openBelow(path.slice(0, length), path.slice(length));
    if (isErrno(opened)) return opened;
    const stat = this.#calls.statDir(opened);
    const seen = this.#files.dirIdentity(dir);
    if (!isErrno(stat) && stat.ino === seen.inode && stat.dev === Number(seen.device))
      return { dir: opened, mtime: stat.mtimeNs };
    this.#calls.close(opened);
    return isErrno(stat) ? stat : errno("ESTALE");
  }

  /** To be called when no more directories are opened. */
  close(): void {
    for (const base of this.#bases.values()) this.#calls.close(base);
    this.#bases.clear();
  }

  #openBelow(basePath: BytePath, path: BytePath): Result<Dir> {
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
