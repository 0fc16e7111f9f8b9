import { type BytePath, join } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import type { LookUp } from "./look-up.ts";
import { TEMPORARY_DIR, temporaryPath } from "./temporaries.ts";

/** Nanoseconds within which an entry is not marked as used again, as in the build cache of Go. */
const MARK_INTERVAL = 3_600_000_000_000n;

/**
 * Marks the entries as used that files of the tree equal and may share blocks with: no link says so. A link that is made
 * and removed sets the change time and leaves all other times.
 *
 * @param now Nanoseconds since 1970.
 */
export function refreshEntries(
  store: BytePath,
  { files, entries: { entries } }: Pick<LookUp, "files" | "entries">,
  now: bigint,
): void {
  const { ctime, links } = files.columns;
  for (const rows of entries.values()) {
    for (const row of rows) {
      if (links[row] > 1 || now - ctime[row] < MARK_INTERVAL) continue;
      const temporary = temporaryPath(join(store, TEMPORARY_DIR), files.name(row));
      const linked = tryErrno(() => disk.link(files.path(row), temporary));
      if (!isErrno(linked)) tryErrno(() => disk.unlink(temporary));
    }
  }
}
