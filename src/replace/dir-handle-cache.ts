import type { FileTable } from "../core/file-table.ts";
import { type Result, isErrno } from "../core/result.ts";
import { type Dir, type DirCalls, dirCalls } from "../fs/dir-calls.ts";
import { tableOf } from "../workers/shared-table.ts";
import { type ThreadState, ThreadSlot } from "../workers/task.ts";
import { mostHeldDirs } from "../fs/open-limit.ts";
import { type HeldTimes, type TimesToRestore, restoreDirTime } from "./dir-times.ts";
import { type OpenedDir, DirOpener } from "./dir-opener.ts";

const TOO_MANY_OPEN: ReadonlySet<string> = new Set(["EMFILE", "ENFILE"]);
/** Nothing else is open for long where names are replaced. */
const SHARE = 1 / 2;
/** A replacement needs two directories. */
const LEAST_HELD = 2;

/**
 * The directories in which names are replaced, held as long as there is room. The two that were asked for last are
 * always held.
 */
export class DirHandleCache {
  readonly calls: DirCalls;
  readonly #seen: DirOpener;
  #most: number;
  readonly #held = new Map<number, Dir>();
  /** Those that are held, in the order in which they were opened, from `#oldest` on. */
  #opened: number[] = [];
  #oldest = 0;
  /** The directory that was asked for last. */
  #last = -1;
  /** Modification time (nanoseconds) of every directory when it was opened first, and when it was looked at last. */
  readonly #firstTimes = new Map<number, bigint>();
  readonly #lastTimes = new Map<number, bigint>();

  constructor(files: FileTable, { calls = dirCalls(), threads = 1 }: HoldingOptions = {}) {
    this.calls = calls;
    this.#seen = new DirOpener(files, calls);
    this.#most = Math.max(LEAST_HELD, mostHeldDirs(threads, SHARE));
  }

  /** The directory, or why it cannot be had: "ESTALE" where another one is in its place. */
  hold(dir: number): Result<Dir> {
    const held = this.#held.get(dir) ?? this.#add(dir);
    if (!isErrno(held)) this.#last = dir;
    return held;
  }

  /** The times of all directories that were held since the last `releaseAll`. */
  times(): HeldTimes {
    for (const [dir, held] of this.#held) this.#noteLast(dir, held);
    const timeIn = (times: ReadonlyMap<number, bigint>, dir: number): bigint =>
      times.get(dir) as bigint;
    // A directory of a time that a column does not hold (after the year 2262) keeps the time that it has.
    const dirs = Uint32Array.from(this.#lastTimes.keys()).filter(
      (dir) => fits(timeIn(this.#firstTimes, dir)) && fits(timeIn(this.#lastTimes, dir)),
    );
    return {
      dirs,
      first: BigInt64Array.from(dirs, (dir) => timeIn(this.#firstTimes, dir)),
      last: BigInt64Array.from(dirs, (dir) => timeIn(this.#lastTimes, dir)),
    };
  }

  /** Puts the times of the directories back that are held; the others. */
  restoreTimes({ dirs, before, last }: TimesToRestore): Uint32Array {
    return dirs.filter((dir, i) => {
      const held = this.#held.get(dir);
      if (held !== undefined) restoreDirTime(this.calls, held, before[i], last[i]);
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

  #add(dir: number): Result<Dir> {
    while (this.#held.size >= this.#most) this.#releaseOldest();
    const opened = this.#open(dir);
    if (isErrno(opened)) return opened;
    this.#held.set(dir, opened.dir);
    this.#opened.push(dir);
    if (!this.#firstTimes.has(dir)) this.#firstTimes.set(dir, opened.mtime);
    return opened.dir;
  }

  /** Where no more files may be open, directories that are not needed now make room: for this one, and for the files that are looked at. */
  #open(dir: number): Result<OpenedDir> {
    for (;;) {
      const opened = this.#seen.open(dir);
      const tooMany = isErrno(opened) && TOO_MANY_OPEN.has(opened.code);
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
    const dir = this.#opened[this.#oldest];
    this.#oldest += 1;
    if (this.#oldest > this.#most) {
      this.#opened = this.#opened.slice(this.#oldest);
      this.#oldest = 0;
    }
    const held = this.#held.get(dir) as Dir;
    this.#noteLast(dir, held);
    this.calls.close(held);
    this.#held.delete(dir);
  }

  #noteLast(dir: number, held: Dir): void {
    const stat = this.calls.statDir(held);
    if (!isErrno(stat)) this.#lastTimes.set(dir, stat.mtimeNs);
  }
}

/** What may be said of holding directories. */
interface HoldingOptions {
  readonly calls?: DirCalls;
  /** How many threads hold directories of their own. */
  readonly threads?: number;
}

function fits(time: bigint): boolean {
  return BigInt.asIntN(64, time) === time;
}

const DIR_HANDLES = new ThreadSlot<DirHandleCache>((handles) => handles.releaseAll());

/** The cache of a thread: successive tasks often work in the same directories. */
export function dirHandlesOf(thread: ThreadState): DirHandleCache {
  return thread.getOrCreate(
    DIR_HANDLES,
    () => new DirHandleCache(tableOf(thread), { threads: thread.threads }),
  );
}
