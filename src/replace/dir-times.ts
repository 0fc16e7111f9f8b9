import type { FileTable } from "../core/file-table.ts";
import { isErrno } from "../core/result.ts";
import { type Dir, type DirCalls, dirCalls } from "../fs/dir-calls.ts";
import { DirOpener } from "./dir-opener.ts";

/** Times of the directories that one thread has held, in nanoseconds: when each was opened first, and when it was let go, or now. */
export interface HeldTimes {
  readonly dirs: Uint32Array;
  readonly first: BigInt64Array;
  readonly last: BigInt64Array;
}

/** Directories that are to get a time back, unless they have another one by now than our calls have left them with. */
export interface TimesToRestore {
  readonly dirs: Uint32Array;
  readonly before: BigInt64Array;
  readonly last: BigInt64Array;
}

/**
 * Finds out which directories get their modification time back: build tools take a directory's new time for a
 * reason to rebuild.
 *
 * A directory may have several numbers (`d/x.o` and `/abs/d/y.o` as roots): what threads have seen of it counts
 * for all of them.
 *
 * @param held Of every thread that may have changed names.
 * @param changed Directories in which our calls may have changed names; of others a new time is somebody else's.
 * @param disturbed Directories that somebody else has changed meanwhile: they keep their new time, which a build
 *   may wait for.
 */
export function timesToRestore(
  files: FileTable,
  held: readonly HeldTimes[],
  changed: ReadonlySet<number>,
  disturbed: ReadonlySet<number>,
): TimesToRestore {
  const identityOf = (dir: number): string => {
    const { device, inode } = files.dirIdentity(dir);
    return `${device}:${inode}`;
  };
  const wanted = new Map<string, Seen>();
  for (const dir of changed) wanted.set(identityOf(dir), { dir });
  for (const dir of disturbed) wanted.delete(identityOf(dir));
  for (const { dirs, first, last } of held) {
    dirs.forEach((dir, i) => {
      const seen = wanted.get(identityOf(dir));
      if (seen === undefined) return;
      seen.dir = dir;
      seen.before = earlier(files.dirTime(dir), seen.before, first[i]);
      if (seen.last === undefined || seen.last < last[i]) seen.last = last[i];
    });
  }
  const moved = [...wanted.values()].filter(({ before, last }) => before !== last);
  return {
    dirs: Uint32Array.from(moved, ({ dir }) => dir),
    before: BigInt64Array.from(moved, ({ before }) => before as bigint),
    last: BigInt64Array.from(moved, ({ last }) => last as bigint),
  };
}

/** What the threads together have seen of a directory; times are missing where none has held it. */
interface Seen {
  /** A number under which it was held. */
  dir: number;
  before?: bigint;
  last?: bigint;
}

/**
 * The time that a directory had before any thread changed it: what the walk saw, if a thread has found that
 * (it need not be the earliest: a directory may be dated in the future), else the earliest that one has found.
 */
function earlier(walked: bigint, known: bigint | undefined, found: bigint): bigint {
  if (known === undefined || found === walked) return found;
  return known === walked || known < found ? known : found;
}

/** Not every directory is ours to set; what it holds is right all the same. */
export function restoreDirTime(calls: DirCalls, dir: Dir, before: bigint, last: bigint): void {
  const stat = calls.statDir(dir);
  if (!isErrno(stat) && stat.mtimeNs === last) calls.setDirTime(dir, before);
}

/** The same for directories that are not held any more. */
export function restoreUnheldTimes(
  files: FileTable,
  { dirs, before, last }: TimesToRestore,
  calls: DirCalls = dirCalls(),
): void {
  const seen = new DirOpener(files, calls);
  dirs.forEach((dir, i) => {
    const opened = seen.open(dir);
    if (isErrno(opened)) return; // gone, or another one is in its place
    restoreDirTime(calls, opened.dir, before[i], last[i]);
    calls.close(opened.dir);
  });
  seen.close();
}

/** Those of the directories that are in each of the lists. */
export function commonTimes(times: TimesToRestore, lists: readonly Uint32Array[]): TimesToRestore {
  const counts = new Map<number, number>();
  for (const list of lists) for (const dir of list) counts.set(dir, (counts.get(dir) ?? 0) + 1);
  const rows = Array.from(times.dirs.keys()).filter(
    (i) => counts.get(times.dirs[i]) === lists.length,
  );
  return {
    dirs: Uint32Array.from(rows, (i) => times.dirs[i]),
    before: BigInt64Array.from(rows, (i) => times.before[i]),
    last: BigInt64Array.from(rows, (i) => times.last[i]),
  };
}
