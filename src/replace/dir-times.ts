import type { FileTable } from "../core/file-table.ts";
import { isErrno } from "../core/result.ts";
import type { DirCalls, DirHandle } from "../fs/dir-calls.ts";
import { dirCalls } from "../fs/native-dir-calls.ts";
import { DirOpener } from "./dir-opener.ts";

/** Modification times, in nanoseconds, of the directories that a thread has opened: at first, and at last. */
export interface DirTimes {
  readonly dirs: Uint32Array;
  readonly first: BigInt64Array;
  readonly last: BigInt64Array;
}

/** Directories whose modification time is set to `before` if it is still `expected`, as our own calls left it. */
export interface TimesToRestore {
  readonly dirs: Uint32Array;
  readonly before: BigInt64Array;
  readonly expected: BigInt64Array;
}

/**
 * Finds the directories whose modification time is to be restored, since a new time makes build tools rebuild.
 *
 * A directory may have several numbers (`d/x.o` and `/abs/d/y.o` as roots). The times are merged by identity.
 *
 * @param times Of every thread that may have replaced entries.
 * @param changed Directories in which our calls may have replaced entries. A new time of any other comes from another program.
 * @param disturbed Directories that another program has changed meanwhile. They keep their new time, which a build may
 *   depend on.
 */
export function timesToRestore(
  files: FileTable,
  times: readonly DirTimes[],
  changed: ReadonlySet<number>,
  disturbed: ReadonlySet<number>,
): TimesToRestore {
  const identityOf = (dir: number): string => {
    const { device, inode } = files.dirIdentity(dir);
    return `${device}:${inode}`;
  };
  const wanted = new Set(Array.from(changed, identityOf));
  for (const dir of disturbed) wanted.delete(identityOf(dir));
  const merged = new Map<string, MergedTimes>();
  for (const { dirs, first, last } of times) {
    dirs.forEach((dir, i) => {
      const identity = identityOf(dir);
      if (!wanted.has(identity)) return;
      const known = merged.get(identity);
      merged.set(identity, {
        dir,
        before: timeBefore(files.dirTime(dir), known?.before, first[i]),
        last: known === undefined || known.last < last[i] ? last[i] : known.last,
      });
    });
  }
  const moved = [...merged.values()].filter(({ before, last }) => before !== last);
  return {
    dirs: Uint32Array.from(moved, ({ dir }) => dir),
    before: BigInt64Array.from(moved, ({ before }) => before),
    expected: BigInt64Array.from(moved, ({ last }) => last),
  };
}

/** The times of a directory over all threads. */
interface MergedTimes {
  /** A number under which it was opened. */
  readonly dir: number;
  readonly before: bigint;
  readonly last: bigint;
}

/**
 * The time of a directory before any thread changed it: the time that the walk saw, if a thread saw it, too (it need
 * not be the earliest, as a directory's time may lie in the future); otherwise the earliest that a thread saw.
 */
function timeBefore(walked: bigint, known: bigint | undefined, first: bigint): bigint {
  if (known === undefined || first === walked) return first;
  return known === walked || known < first ? known : first;
}

/** Sets the time back if it is the expected one. Best effort: the directory may belong to another user. */
export function restoreDirTime(
  calls: DirCalls,
  handle: DirHandle,
  before: bigint,
  expected: bigint,
): void {
  const stat = calls.statDir(handle);
  if (!isErrno(stat) && stat.mtimeNs === expected) calls.setDirTime(handle, before);
}

/** `restoreDirTime` for directories that are no longer open. */
export function restoreClosedDirTimes(
  files: FileTable,
  { dirs, before, expected }: TimesToRestore,
  calls: DirCalls = dirCalls(),
): void {
  const opener = new DirOpener(files, calls);
  dirs.forEach((dir, i) => {
    const opened = opener.open(dir);
    if (isErrno(opened)) return; // removed or replaced
    restoreDirTime(calls, opened.handle, before[i], expected[i]);
    calls.close(opened.handle);
  });
  opener.close();
}

/** The times of those directories that are in each of the lists. */
export function timesInEach(times: TimesToRestore, lists: readonly Uint32Array[]): TimesToRestore {
  const counts = new Map<number, number>();
  for (const list of lists) for (const dir of list) counts.set(dir, (counts.get(dir) ?? 0) + 1);
  const rows = Array.from(times.dirs.keys()).filter(
    (i) => counts.get(times.dirs[i]) === lists.length,
  );
  return {
    dirs: Uint32Array.from(rows, (i) => times.dirs[i]),
    before: BigInt64Array.from(rows, (i) => times.before[i]),
    expected: BigInt64Array.from(rows, (i) => times.expected[i]),
  };
}
