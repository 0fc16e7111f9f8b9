import type { FileTable } from "../core/file-table.ts";
import { Verdict, skipVerdict } from "../core/model.ts";
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

/** The rows of a plan: parallel columns. */
export interface ExecutedRows {
  /** Rows of the file table. */
  readonly names: Uint32Array;
  /** What was planned for each, a `Verdict`. */
  readonly planned: Uint8Array;
  /** What happened to it. */
  readonly verdicts: Uint8Array;
}

/**
 * Restores the modification times of the directories in which entries were replaced, each on a thread that
 * still has it open, and closes the threads' directory handles. A directory in which another program has changed or
 * removed a file meanwhile keeps its new time: a build may depend on it.
 */
export async function restoreDirTimes(
  files: FileTable,
  { names, planned, verdicts }: ExecutedRows,
  pool: WorkerPool,
): Promise<void> {
  const { dir } = files.columns;
  const changed = new Set<number>();
  const disturbed = new Set<number>();
  const disturbances = [skipVerdict("changed"), skipVerdict("vanished")];
  names.forEach((file, row) => {
    if (planned[row] === Verdict.replace || planned[row] === Verdict.clone) changed.add(dir[file]);
    if (disturbances.includes(verdicts[row])) disturbed.add(dir[file]);
  });
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
