import type { FileTable } from "../file-table.ts";
import { type Folder, type FolderCalls, folderCalls } from "../fs/folder-calls.ts";
import { SeenFolders } from "./seen-folders.ts";

/** Times of the folders that one thread has held, in nanoseconds: when each was opened first, and when our calls had left it. */
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
 * @param held Of every thread that may have changed names.
 * @param disturbed Folders that somebody else has changed meanwhile: they keep their new time, which a build
 *   may wait for.
 */
export function timesToPutBack(
  files: FileTable,
  held: readonly HeldTimes[],
  disturbed: ReadonlySet<number>,
): TimesToPutBack {
  const before = new Map<number, bigint>();
  const last = new Map<number, bigint>();
  for (const times of held) {
    times.folders.forEach((folder, i) => {
      before.set(folder, earlier(files.folderTime(folder), before.get(folder), times.first[i]));
      const other = last.get(folder);
      if (other === undefined || other < times.last[i]) last.set(folder, times.last[i]);
    });
  }
  const folders = [...before.keys()].filter(
    (folder) => before.get(folder) !== last.get(folder) && !disturbed.has(folder),
  );
  return {
    folders: Uint32Array.from(folders),
    before: BigInt64Array.from(folders, (folder) => before.get(folder) as bigint),
    last: BigInt64Array.from(folders, (folder) => last.get(folder) as bigint),
  };
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
