import type { FileTable } from "../file-table.ts";
import { type Folder, type FolderCalls, folderCalls } from "../fs/folder-calls.ts";
import { SeenFolders } from "./seen-folders.ts";

/** Times of the folders that one thread has held, in nanoseconds: when each was opened first, and when it was let go, or now. */
export interface HeldTimes {
  readonly folders: Uint32Array;
  readonly first: BigInt64Array;
  readonly last: BigInt64Array;
}

/** Folders that are to get a time back, unless they have another one by now than our calls have left them with. */
export interface TimesToPutBack {
  readonly folders: Uint32Array;
  readonly before: BigInt64Array;
  readonly last: BigInt64Array;
}

/**
 * Finds out which folders get their modification time back: build tools take a folder's new time for a
 * reason to rebuild.
 *
 * A folder may have several numbers (`d/x.o` and `/abs/d/y.o` as roots): what threads have seen of it counts
 * for all of them.
 *
 * @param held Of every thread that may have changed names.
 * @param changed Folders in which our calls may have changed names; of others a new time is somebody else's.
 * @param disturbed Folders that somebody else has changed meanwhile: they keep their new time, which a build
 *   may wait for.
 */
export function timesToPutBack(
  files: FileTable,
  held: readonly HeldTimes[],
  changed: ReadonlySet<number>,
  disturbed: ReadonlySet<number>,
): TimesToPutBack {
  const identityOf = (folder: number): string => {
    const { device, inode } = files.folderIdentity(folder);
    return `${device}:${inode}`;
  };
  const wanted = new Map<string, Seen>();
  for (const folder of changed) wanted.set(identityOf(folder), { folder });
  for (const folder of disturbed) wanted.delete(identityOf(folder));
  for (const { folders, first, last } of held) {
    folders.forEach((folder, i) => {
      const seen = wanted.get(identityOf(folder));
      if (seen === undefined) return;
      seen.folder = folder;
      seen.before = earlier(files.folderTime(folder), seen.before, first[i]);
      if (seen.last === undefined || seen.last < last[i]) seen.last = last[i];
    });
  }
  const moved = [...wanted.values()].filter(({ before, last }) => before !== last);
  return {
    folders: Uint32Array.from(moved, ({ folder }) => folder),
    before: BigInt64Array.from(moved, ({ before }) => before as bigint),
    last: BigInt64Array.from(moved, ({ last }) => last as bigint),
  };
}

/** What the threads together have seen of a folder; times are missing where none has held it. */
interface Seen {
  /** A number under which it was held. */
  folder: number;
  before?: bigint;
  last?: bigint;
}

/**
 * The time that a folder had before any thread changed it: what the walk saw, if a thread has found that
 * (it need not be the earliest: a folder may be dated in the future), else the earliest that one has found.
 */
function earlier(walked: bigint, known: bigint | undefined, found: bigint): bigint {
  if (known === undefined || found === walked) return found;
  return known === walked || known < found ? known : found;
}

/** Not every folder is ours to set; what it holds is right all the same. */
export function putTimeBack(
  calls: FolderCalls,
  folder: Folder,
  before: bigint,
  last: bigint,
): void {
  const stat = calls.statFolder(folder);
  if (typeof stat !== "string" && stat.mtimeNs === last) calls.setFolderTime(folder, before);
}

/** The same for folders that are not held any more. */
export function putTimesBack(
  files: FileTable,
  { folders, before, last }: TimesToPutBack,
  calls: FolderCalls = folderCalls(),
): void {
  const seen = new SeenFolders(files, calls);
  folders.forEach((folder, i) => {
    const opened = seen.open(folder);
    if ("errno" in opened) return; // gone, or another one is in its place
    putTimeBack(calls, opened.folder, before[i], last[i]);
    calls.close(opened.folder);
  });
  seen.close();
}

/** Those of the folders that are in each of the lists. */
export function commonTimes(times: TimesToPutBack, lists: readonly Uint32Array[]): TimesToPutBack {
  const counts = new Map<number, number>();
  for (const list of lists)
    for (const folder of list) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  const rows = Array.from(times.folders.keys()).filter(
    (i) => counts.get(times.folders[i]) === lists.length,
  );
  return {
    folders: Uint32Array.from(rows, (i) => times.folders[i]),
    before: BigInt64Array.from(rows, (i) => times.before[i]),
    last: BigInt64Array.from(rows, (i) => times.last[i]),
  };
}
