import type { FileTable } from "../file-table.ts";
import { commonTimes, putTimesBack, timesToPutBack } from "../replacing/folder-times.ts";
import type { Crew } from "./crew.ts";

/**
 * Gives the folders in which names were replaced their modification time back, each by a thread that still
 * holds it, and lets them go.
 *
 * @param disturbed Folders that somebody else has changed meanwhile: they keep their new time.
 */
export async function putFolderTimesBack(
  files: FileTable,
  disturbed: ReadonlySet<number>,
  crew: Crew,
): Promise<void> {
  const held = await crew.everyone({ type: "times" });
  const times = timesToPutBack(files, held, disturbed);
  const notHeld = await crew.everyone({ type: "put-back", times });
  await crew.everyone({ type: "release" });
  putTimesBack(files, commonTimes(times, notHeld));
}
