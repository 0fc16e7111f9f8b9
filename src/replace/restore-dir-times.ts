import type { FileTable } from "../core/file-table.ts";
import { releaseResources, defineTask } from "../workers/task.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { type DirHandleCache, dirHandlesOf } from "./dir-handle-cache.ts";
import {
  type TimesToRestore,
  restoreClosedDirTimes,
  timesInEach,
  timesToRestore,
} from "./dir-times.ts";

/** Reads the times of the directories in which this thread has replaced entries. */
export const collectDirTimes = defineTask("collectDirTimes", (_: undefined, thread) =>
  dirHandlesOf(thread).times(),
);

/** Restores the times of those directories that this thread has open, and answers the others. */
export const restoreOpenDirTimes = defineTask(
  "restoreOpenDirTimes",
  (times: TimesToRestore, thread) => ({ others: dirHandlesOf(thread).restoreTimes(times) }),
);

/**
 * Restores the modification times of the directories in which entries were replaced, each on a thread that
 * still has it open, and closes the threads' directory handles.
 *
 * @param changed Directories in which entries may have been replaced.
 * @param disturbed Directories that another program has changed meanwhile: they keep their new time.
 */
export async function restoreDirTimes(
  files: FileTable,
  changed: ReadonlySet<number>,
  disturbed: ReadonlySet<number>,
  pool: WorkerPool,
): Promise<void> {
  const collected = await pool.broadcast(collectDirTimes, undefined);
  const times = timesToRestore(files, collected, changed, disturbed);
  const answers = await pool.broadcast(restoreOpenDirTimes, times);
  await pool.broadcast(releaseResources, undefined);
  const closed = answers.map(({ others }) => others);
  restoreClosedDirTimes(files, timesInEach(times, closed));
}

/** `restoreDirTimes` for entries that were replaced through a single cache, which is emptied. */
export function restoreDirTimesOf(
  handles: DirHandleCache,
  files: FileTable,
  changed: ReadonlySet<number>,
): void {
  const times = timesToRestore(files, [handles.times()], changed, new Set());
  const closed = handles.restoreTimes(times);
  handles.closeAll();
  restoreClosedDirTimes(files, timesInEach(times, [closed]), handles.calls);
}
