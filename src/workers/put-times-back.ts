import type { FileTable } from "../file-table.ts";
import { commonTimes, putTimesBack, timesToPutBack } from "../replacing/folder-times.ts";
import type { Crew } from "./crew.ts";

/**
 * Gives the folders in which names were replaced their modification time back, each by a thread that still
 * holds it, and lets them go.
 *
 * @param changed Folders in which names may have been replaced.
 * @param disturbed Folders that somebody else has changed meanwhile: they keep their new time.
 */
export async function putFolderTimesBack(
  files: FileTable,
  changed: ReadonlySet<number>,
  disturbed: ReadonlySet<number>,
  crew: Crew,
): Promise<void> {
  const held = await crew.everyone({ type: "times" });
  const times = timesToPutBack(files, held, changed, disturbed);
  const answers = await crew.everyone({ type: "put-back", times });
  const notHeld = answers.map(({ folders }) => folders);
  await crew.everyone({ type: "release" });
  putTimesBack(files, commonTimes(times, notHeld));
}
