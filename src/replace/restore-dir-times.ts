import type { FileTable } from "../core/file-table.ts";
import { releaseResources, defineTask } from "../workers/task.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { dirHandlesOf } from "./dir-handle-cache.ts";
import {
  type TimesToRestore,
  commonTimes,
  restoreUnheldTimes,
  timesToRestore,
} from "./dir-times.ts";

/** Reads the times of the directories in which this thread has replaced entries. */
export const collectDirTimes = defineTask("collectDirTimes", (_: undefined, thread) =>
  dirHandlesOf(thread).times(),
);

/** Restores the times of directories that this thread holds open; answers which of them it does not hold. */
export const restoreHeldDirTimes = defineTask(
  "restoreHeldDirTimes",
  (times: TimesToRestore, thread) => ({ dirs: dirHandlesOf(thread).restoreTimes(times) }),
);

/**
 * Restores the modification times of the directories in which entries were replaced, each on a thread that
 * still holds it open, and releases the threads' directory handles.
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
  const held = await pool.broadcast(collectDirTimes, undefined);
  const times = timesToRestore(files, held, changed, disturbed);
  const answers = await pool.broadcast(restoreHeldDirTimes, times);
  const notHeld = answers.map(({ dirs }) => dirs);
  await pool.broadcast(releaseResources, undefined);
  restoreUnheldTimes(files, commonTimes(times, notHeld));
}
