import type { FileTable } from "../core/file-table.ts";
import type { FileCalls } from "./file-calls.ts";
import { maxOpenDirs } from "./open-limit.ts";

/** Share of the descriptors that a process may have; as many are for the files that are read. */
const SHARE = 1 / 4;
const UNKNOWN = 0;
const NONE = -1;

/** Keeps the directories open whose files are read, so that a file is opened by its name instead of its path. */
export class DirFdCache {
  readonly #files: FileTable;
  readonly #calls: FileCalls;
  readonly #most: number;
  /** By directory: its descriptor plus one, `UNKNOWN` or `NONE`. */
  readonly #known: Int32Array;
  #held = 0;

  /** @param threads Threads that have a cache of their own. */
  constructor(files: FileTable, calls: FileCalls, threads: number) {
    this.#most = maxOpenDirs(threads, SHARE);
    this.#files = files;
    this.#calls = calls;
    this.#known = new Int32Array(files.dirCount).fill(UNKNOWN);
  }

  /** The descriptor; undefined if the directory cannot be opened or too many are open: paths are used then. */
  of(dir: number): number | undefined {
    let known = this.#known[dir];
    if (known === UNKNOWN) {
      if (this.#held >= this.#most) return undefined;
      const descriptor = this.#calls.openDir(this.#files.dirPath(dir));
      known = descriptor === undefined ? NONE : descriptor + 1;
      this.#known[dir] = known;
      if (known !== NONE) this.#held += 1;
    }
    return known === NONE ? undefined : known - 1;
  }

  closeAll(): void {
    if (this.#held === 0) return;
    for (const known of this.#known) if (known > UNKNOWN) this.#calls.close(known - 1);
    this.#known.fill(UNKNOWN);
    this.#held = 0;
  }
}
