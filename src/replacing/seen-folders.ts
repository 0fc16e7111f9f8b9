import type { BytePath } from "../byte-path.ts";
import type { FileTable } from "../file-table.ts";
import type { Folder, FolderCalls } from "../fs/folder-calls.ts";

export interface OpenFolder {
  readonly folder: Folder;
  /** Its modification time when it was opened, nanoseconds. */
  readonly mtime: bigint;
}

/**
 * Opens the folders of a table. A folder is only given out if it is the one that the walk read, and lies
 * below its root without a symbolic link on the way: where a part of its path was swapped, or another
 * folder moved there, nothing is done in it.
 */
export class SeenFolders {
  readonly #files: FileTable;
  readonly #calls: FolderCalls;
  /** The roots, and where followed links lead: held, so that each is looked up once. */
  readonly #bases = new Map<BytePath, Folder>();

  constructor(files: FileTable, calls: FolderCalls) {
    this.#files = files;
    this.#calls = calls;
  }

  /** The folder, which the caller closes, or why it cannot be had: "ESTALE" where another one is in its place. */
  open(folder: number): OpenFolder | { readonly errno: string } {
    const path = this.#files.folderPath(folder);
    const length = this.#files.folderBase(folder);
    const opened =
      path.length <= length
        ? this.#calls.openBase(path)
        : this.#openBelow(path.slice(0, length), path.slice(length));
    if (typeof opened === "object") return opened;
    const stat = this.#calls.statFolder(opened);
    const seen = this.#files.folderIdentity(folder);
    if (typeof stat !== "string" && stat.ino === seen.inode && stat.dev === Number(seen.device))
      return { folder: opened, mtime: stat.mtimeNs };
    this.#calls.close(opened);
    return { errno: typeof stat === "string" ? stat : "ESTALE" };
  }

  /** To be called when no more folders are opened. */
  close(): void {
    for (const base of this.#bases.values()) this.#calls.close(base);
    this.#bases.clear();
  }

  #openBelow(basePath: BytePath, path: BytePath): Folder | { readonly errno: string } {
    let base = this.#bases.get(basePath);
    if (base === undefined) {
      const opened = this.#calls.openBase(basePath);
      if (typeof opened === "object") return opened;
      this.#bases.set(basePath, opened);
      base = opened;
    }
    return this.#calls.openBelow(base, path);
  }
}
