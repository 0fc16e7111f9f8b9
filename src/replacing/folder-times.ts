import { errnoOf } from "../errors.ts";
import type { FileTable } from "../file-table.ts";
import { folderCalls } from "../fs/folder-calls.ts";
import { disk } from "../fs/disk.ts";
import { SeenFolders } from "./seen-folders.ts";

/** Times that our calls have left folders with, in nanoseconds. */
export type LastTimes = readonly (readonly [folder: number, mtime: bigint])[];

/**
 * The modification times of folders in which names are replaced, to be put back: build tools take a
 * folder's new time for a reason to rebuild.
 */
export class FolderTimes {
  readonly #files: FileTable;
  readonly #before = new Map<number, bigint>();
  readonly #after = new Map<number, bigint>();
  readonly #disturbed = new Set<number>();

  constructor(files: FileTable) {
    this.#files = files;
  }

  /** To be called before anything in the folder is changed. */
  remember(folder: number): void {
    if (this.#before.has(folder)) return;
    try {
      const stat = disk.stat(this.#files.folderPath(folder));
      if (stat.ino === this.#files.folderIdentity(folder).inode)
        this.#before.set(folder, stat.mtimeNs);
    } catch (error) {
      errnoOf(error); // it vanished: its names will say so
    }
  }

  addLastTimes(times: LastTimes): void {
    for (const [folder, mtime] of times) {
      const other = this.#after.get(folder);
      if (other === undefined || other < mtime) this.#after.set(folder, mtime);
    }
  }

  /** Somebody else changed the folder meanwhile: it keeps its new time, which a build may wait for. */
  disturb(folder: number): void {
    this.#disturbed.add(folder);
  }

  putBack(): void {
    const calls = folderCalls();
    const folders = new SeenFolders(this.#files, calls);
    for (const [folder, mtime] of this.#before) {
      const last = this.#after.get(folder);
      if (last === undefined || last === mtime || this.#disturbed.has(folder)) continue;
      const opened = folders.open(folder);
      if (typeof opened === "object") continue; // gone, or another one is in its place
      const stat = calls.statFolder(opened);
      // Not ours to set: what it holds is right all the same.
      if (typeof stat !== "string" && stat.mtimeNs === last) calls.setFolderTime(opened, mtime);
      calls.close(opened);
    }
    folders.close();
  }
}
