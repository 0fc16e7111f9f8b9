import type { FileTable } from "../core/file-table.ts";
import { type Result, isErrno } from "../core/result.ts";
import type { DirCalls, DirHandle } from "../fs/dir-calls.ts";
import { dirCalls } from "../fs/native-dir-calls.ts";
import { tableOf } from "../workers/shared-table.ts";
import { type ThreadState, ThreadSlot } from "../workers/task.ts";
import { maxOpenDirs } from "../fs/open-limit.ts";
import { type DirTimes, type TimesToRestore, restoreDirTime } from "./dir-times.ts";
import { type RemovalRules, removalRules } from "./removal-rules.ts";
import { type OpenedDir, DirOpener } from "./dir-opener.ts";

const TOO_MANY_OPEN: ReadonlySet<string> = new Set(["EMFILE", "ENFILE"]);
/** Little else is open for long while entries are replaced. */
const SHARE = 1 / 2;
/** A replacement uses two directories. */
const MIN_OPEN = 2;

interface CacheOptions {
  readonly calls?: DirCalls;
  /** The number of threads that have a cache of their own. */
  readonly threads?: number;
}

/**
 * The open directories in which entries are replaced, and their modification times. When too many are open, the cache
 * closes the one that was opened first, but never the two that were requested last.
 */
export class DirHandleCache {
  readonly calls: DirCalls;
  readonly #opener: DirOpener;
  #maxOpen: number;
  readonly #handles = new Map<number, DirHandle>();
  /** By directory that was opened: what restricts the removal of its entries. */
  readonly #rules = new Map<number, RemovalRules>();
  /** Iterates over `#handles` as they were inserted; continues where it stopped, also after insertions. */
  #oldestFirst = this.#handles.entries();
  /** The directory that was requested last. */
  #last = -1;
  /** Modification times (nanoseconds) of all directories since `closeAll`: when first opened, and when last closed. */
  readonly #times = new Map<number, { readonly first: bigint; last: bigint }>();

  constructor(files: FileTable, { calls = dirCalls(), threads = 1 }: CacheOptions = {}) {
    this.calls = calls;
    this.#opener = new DirOpener(files, calls);
    this.#maxOpen = Math.max(MIN_OPEN, maxOpenDirs(threads, SHARE));
  }

  /** The handle of a directory, valid until two others have been requested; ESTALE if another one took its place. */
  open(dir: number): Result<DirHandle> {
    const handle = this.#handles.get(dir) ?? this.#add(dir);
    if (!isErrno(handle)) this.#last = dir;
    return handle;
  }

  /** The rules of a directory that was opened. */
  rulesOf(dir: number): RemovalRules | undefined {
    return this.#rules.get(dir);
  }

  /** The times of all directories that were opened since the last `closeAll`. */
  times(): DirTimes {
    for (const [dir, handle] of this.#handles) this.#updateTime(dir, handle);
    // A time that does not fit into 64 bits (after the year 2262) is not restored.
    const known = [...this.#times].filter(([, { first, last }]) => fits(first) && fits(last));
    return {
      dirs: Uint32Array.from(known, ([dir]) => dir),
      first: BigInt64Array.from(known, ([, { first }]) => first),
      last: BigInt64Array.from(known, ([, { last }]) => last),
    };
  }

  /** Restores the times of those directories that are open, and answers the others. */
  restoreTimes({ dirs, before, expected }: TimesToRestore): Uint32Array {
    return dirs.filter((dir, i) => {
      const handle = this.#handles.get(dir);
      if (handle !== undefined) restoreDirTime(this.calls, handle, before[i], expected[i]);
      return handle === undefined;
    });
  }

  closeAll(): void {
    for (const handle of this.#handles.values()) this.calls.close(handle);
    this.#handles.clear();
    this.#oldestFirst = this.#handles.entries();
    this.#last = -1;
    this.#times.clear();
    this.#opener.close();
  }

  #add(dir: number): Result<DirHandle> {
    while (this.#handles.size >= this.#maxOpen) this.#closeOldest();
    const opened = this.#openOrMakeRoom(dir);
    if (isErrno(opened)) return opened;
    const { handle, mtimeNs } = opened;
    this.#handles.set(dir, handle);
    this.#rules.set(dir, removalRules(opened.stat));
    if (!this.#times.has(dir)) this.#times.set(dir, { first: mtimeNs, last: mtimeNs });
    return handle;
  }

  /** If the limit on open files is reached, closes half of the directories, which leaves room for files, too. */
  #openOrMakeRoom(dir: number): Result<OpenedDir> {
    for (;;) {
      const opened = this.#opener.open(dir);
      const isFull = isErrno(opened) && TOO_MANY_OPEN.has(opened.code);
      if (!isFull || this.#handles.size < MIN_OPEN) return opened;
      this.#maxOpen = Math.max(MIN_OPEN, this.#handles.size >> 1);
      do this.#closeOldest();
      while (this.#handles.size >= this.#maxOpen);
    }
  }

  /** Closes the oldest directory except `#last`, which the caller still uses. Needs at least two. */
  #closeOldest(): void {
    for (const [dir, handle] of this.#oldestFirst) {
      this.#handles.delete(dir);
      if (dir === this.#last) {
        this.#handles.set(dir, handle);
        continue;
      }
      this.#updateTime(dir, handle);
      this.calls.close(handle);
      return;
    }
  }

  #updateTime(dir: number, handle: DirHandle): void {
    const stat = this.calls.statDir(handle);
    const times = this.#times.get(dir);
    if (!isErrno(stat) && times !== undefined) times.last = stat.mtimeNs;
  }
}

function fits(time: bigint): boolean {
  return BigInt.asIntN(64, time) === time;
}

const DIR_HANDLES = new ThreadSlot<DirHandleCache>((handles) => handles.closeAll());

/** The cache of a thread: successive tasks often work in the same directories. */
export function dirHandlesOf(thread: ThreadState): DirHandleCache {
  return thread.getOrCreate(
    DIR_HANDLES,
    () => new DirHandleCache(tableOf(thread), { threads: thread.threads }),
  );
}
