import type { FileTable } from "../core/file-table.ts";
import { commonTimes, restoreUnheldTimes, timesToRestore } from "./dir-times.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";

/**
 * Gives the directories in which names were replaced their modification time back, each by a thread that still
 * holds it, and lets them go.
 *
 * @param changed Directories in which names may have been replaced.
 * @param disturbed Directories that somebody else has changed meanwhile: they keep their new time.
 */
export async function restoreDirTimes(
  files: FileTable,
  changed: ReadonlySet<number>,
  disturbed: ReadonlySet<number>,
  pool: WorkerPool,
): Promise<void> {
  const held = await pool.broadcast({ type: "times" });
  const times = timesToRestore(files, held, changed, disturbed);
  const answers = await pool.broadcast({ type: "put-back", times });
  const notHeld = answers.map(({ dirs }) => dirs);
  await pool.broadcast({ type: "release" });
  restoreUnheldTimes(files, commonTimes(times, notHeld));
}
