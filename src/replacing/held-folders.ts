import type { FileTable } from "../file-table.ts";
import type { Folder, FolderCalls } from "../fs/folder-calls.ts";

/**
 * Folders held open at once in one thread: opening one takes six calls, and the names of one task lie in
 * some hundreds at most. A replacement needs two.
 */
const MOST_HELD = 256;
const LEAST_HELD = 2;
const TOO_MANY_OPEN: ReadonlySet<string> = new Set(["EMFILE", "ENFILE"]);

/**
 * The folders in which names are replaced, held as long as they are used. A folder is only given out if it
 * is the one that the walk read, and lies below its root without a symbolic link on the way: where a part
 * of its path was swapped, or another folder moved there, nothing is done in it.
 */
export class HeldFolders {
  /** Modification time (nanoseconds) of every folder when it was let go. */
  readonly lastTimes = new Map<number, bigint>();
  readonly #files: FileTable;
  readonly #calls: FolderCalls;
  readonly #held = new Map<number, Folder>();

  constructor(files: FileTable, calls: FolderCalls) {
    this.#files = files;
    this.#calls = calls;
  }

  /** The folder, or why it cannot be had: "ESTALE" where another one is in its place. */
  hold(folder: number): Folder | { readonly errno: string } {
    const held = this.#held.get(folder);
    if (held !== undefined) {
      this.#held.delete(folder);
      this.#held.set(folder, held);
      return held;
    }
    const opened = this.#open(folder);
    if (typeof opened === "object") return opened;
    this.#held.set(folder, opened);
    if (this.#held.size > MOST_HELD) this.#releaseOldest();
    return opened;
  }

  releaseAll(): void {
    for (const folder of [...this.#held.keys()]) this.#release(folder);
  }

  /** Where no more files may be open, the folders that are not needed now make room. */
  #open(folder: number): Folder | { readonly errno: string } {
    for (;;) {
      const opened = openAsSeen(this.#calls, this.#files, folder);
      const tooMany = typeof opened === "object" && TOO_MANY_OPEN.has(opened.errno);
      if (!tooMany || this.#held.size < LEAST_HELD) return opened;
      this.#releaseOldest();
    }
  }

  #releaseOldest(): void {
    this.#release(this.#held.keys().next().value as number);
  }

  #release(folder: number): void {
    const held = this.#held.get(folder) as Folder;
    const stat = this.#calls.statFolder(held);
    if (typeof stat !== "string") this.lastTimes.set(folder, stat.mtimeNs);
    this.#calls.close(held);
    this.#held.delete(folder);
  }
}

/** Opens a folder of the table if it is the one that the walk read. */
export function openAsSeen(
  calls: FolderCalls,
  files: FileTable,
  folder: number,
): Folder | { readonly errno: string } {
  const opened = calls.open(files.folderPath(folder), files.folderBase(folder));
  if (typeof opened === "object") return opened;
  const stat = calls.statFolder(opened);
  const seen = files.folderIdentity(folder);
  if (typeof stat !== "string" && stat.ino === seen.inode && stat.dev === Number(seen.device))
    return opened;
  calls.close(opened);
  return { errno: typeof stat === "string" ? stat : "ESTALE" };
}
