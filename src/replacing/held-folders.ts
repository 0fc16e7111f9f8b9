import type { FileTable } from "../file-table.ts";
import { type Folder, type FolderCalls, folderCalls } from "../fs/folder-calls.ts";
import { mostOpenFiles } from "../fs/open-limit.ts";
import type { LastTimes } from "./folder-times.ts";
import { SeenFolders } from "./seen-folders.ts";

/** Folders held open at once in one thread, and the share of what the process may open. A replacement needs two. */
const MOST_HELD = 4096;
const SHARE = 16;
const LEAST_HELD = 2;
const TOO_MANY_OPEN: ReadonlySet<string> = new Set(["EMFILE", "ENFILE"]);

/** The folders in which names are replaced, held as long as they are used. */
export class HeldFolders {
  readonly calls: FolderCalls;
  readonly #seen: SeenFolders;
  readonly #most: number;
  readonly #held = new Map<number, Folder>();
  /** Modification time (nanoseconds) of every folder when it was let go. */
  readonly #lastTimes = new Map<number, bigint>();

  constructor(files: FileTable, calls: FolderCalls = folderCalls()) {
    this.calls = calls;
    this.#seen = new SeenFolders(files, calls);
    this.#most = Math.min(MOST_HELD, Math.max(LEAST_HELD, mostOpenFiles() / SHARE));
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
    if (this.#held.size > this.#most) this.#releaseOldest();
    return opened;
  }

  /** Lets all of them go; the modification times that our calls have left them with. */
  releaseAll(): LastTimes {
    for (const folder of [...this.#held.keys()]) this.#release(folder);
    this.#seen.close();
    const times = [...this.#lastTimes];
    this.#lastTimes.clear();
    return times;
  }

  /** Where no more files may be open, the folders that are not needed now make room. */
  #open(folder: number): Folder | { readonly errno: string } {
    for (;;) {
      const opened = this.#seen.open(folder);
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
    const stat = this.calls.statFolder(held);
    if (typeof stat !== "string") this.#lastTimes.set(folder, stat.mtimeNs);
    this.calls.close(held);
    this.#held.delete(folder);
  }
}
