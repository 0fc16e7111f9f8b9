import type { FileTable } from "../file-table.ts";
import { type Folder, type FolderCalls, folderCalls } from "../fs/folder-calls.ts";
import { mostHeldFolders } from "../fs/open-limit.ts";
import { type HeldTimes, type TimesToPutBack, putTimeBack } from "./folder-times.ts";
import { type OpenFolder, SeenFolders } from "./seen-folders.ts";

const TOO_MANY_OPEN: ReadonlySet<string> = new Set(["EMFILE", "ENFILE"]);
/** Nothing else is open for long where names are replaced. */
const SHARE = 1 / 2;
/** A replacement needs two folders. */
const LEAST_HELD = 2;

/**
 * The folders in which names are replaced, held as long as there is room. The two that were asked for last are
 * always held.
 */
export class HeldFolders {
  readonly calls: FolderCalls;
  readonly #seen: SeenFolders;
  #most: number;
  readonly #held = new Map<number, Folder>();
  /** Those that are held, in the order in which they were opened, from `#oldest` on. */
  #opened: number[] = [];
  #oldest = 0;
  /** The folder that was asked for last. */
  #last = -1;
  /** Modification time (nanoseconds) of every folder when it was opened first, and when it was looked at last. */
  readonly #firstTimes = new Map<number, bigint>();
  readonly #lastTimes = new Map<number, bigint>();

  constructor(files: FileTable, { calls = folderCalls(), threads = 1 }: HoldingOptions = {}) {
    this.calls = calls;
    this.#seen = new SeenFolders(files, calls);
    this.#most = Math.max(LEAST_HELD, mostHeldFolders(threads, SHARE));
  }

  /** The folder, or why it cannot be had: "ESTALE" where another one is in its place. */
  hold(folder: number): Folder | { readonly errno: string } {
    const held = this.#held.get(folder) ?? this.#add(folder);
    if (typeof held !== "object") this.#last = folder;
    return held;
  }

  /** The times of all folders that were held since the last `releaseAll`. */
  times(): HeldTimes {
    for (const [folder, held] of this.#held) this.#noteLast(folder, held);
    const timeIn = (times: ReadonlyMap<number, bigint>, folder: number): bigint =>
      times.get(folder) as bigint;
    // A folder of a time that a column does not hold (after the year 2262) keeps the time that it has.
    const folders = Uint32Array.from(this.#lastTimes.keys()).filter(
      (folder) => fits(timeIn(this.#firstTimes, folder)) && fits(timeIn(this.#lastTimes, folder)),
    );
    return {
      folders,
      first: BigInt64Array.from(folders, (folder) => timeIn(this.#firstTimes, folder)),
      last: BigInt64Array.from(folders, (folder) => timeIn(this.#lastTimes, folder)),
    };
  }

  /** Puts the times of the folders back that are held; the others. */
  putBack({ folders, before, last }: TimesToPutBack): Uint32Array {
    return folders.filter((folder, i) => {
      const held = this.#held.get(folder);
      if (held !== undefined) putTimeBack(this.calls, held, before[i], last[i]);
      return held === undefined;
    });
  }

  /** Lets all of them go. */
  releaseAll(): void {
    for (const held of this.#held.values()) this.calls.close(held);
    this.#held.clear();
    this.#opened = [];
    this.#oldest = 0;
    this.#last = -1;
    this.#firstTimes.clear();
    this.#lastTimes.clear();
    this.#seen.close();
  }

  #add(folder: number): Folder | { readonly errno: string } {
    while (this.#held.size >= this.#most) this.#releaseOldest();
    const opened = this.#open(folder);
    if ("errno" in opened) return opened;
    this.#held.set(folder, opened.folder);
    this.#opened.push(folder);
    if (!this.#firstTimes.has(folder)) this.#firstTimes.set(folder, opened.mtime);
    return opened.folder;
  }

  /** Where no more files may be open, folders that are not needed now make room: for this one, and for the files that are looked at. */
  #open(folder: number): OpenFolder | { readonly errno: string } {
    for (;;) {
      const opened = this.#seen.open(folder);
      const tooMany = "errno" in opened && TOO_MANY_OPEN.has(opened.errno);
      if (!tooMany || this.#held.size < LEAST_HELD) return opened;
      this.#most = Math.max(LEAST_HELD, this.#held.size >> 1);
      do this.#releaseOldest();
      while (this.#held.size >= this.#most);
    }
  }

  /** The oldest but the one that was asked for last, which the caller still needs. Of two or more. */
  #releaseOldest(): void {
    if (this.#opened[this.#oldest] === this.#last) {
      this.#opened.push(this.#last);
      this.#oldest += 1;
    }
    const folder = this.#opened[this.#oldest];
    this.#oldest += 1;
    if (this.#oldest > this.#most) {
      this.#opened = this.#opened.slice(this.#oldest);
      this.#oldest = 0;
    }
    const held = this.#held.get(folder) as Folder;
    this.#noteLast(folder, held);
    this.calls.close(held);
    this.#held.delete(folder);
  }

  #noteLast(folder: number, held: Folder): void {
    const stat = this.calls.statFolder(held);
    if (typeof stat !== "string") this.#lastTimes.set(folder, stat.mtimeNs);
  }
}

/** What may be said of holding folders. */
interface HoldingOptions {
  readonly calls?: FolderCalls;
  /** How many threads hold folders of their own. */
  readonly threads?: number;
}

function fits(time: bigint): boolean {
  return BigInt.asIntN(64, time) === time;
}
