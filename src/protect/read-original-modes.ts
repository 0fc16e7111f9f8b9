import type { FileTable } from "../core/file-table.ts";
import type { DuplicateSets } from "../core/model.ts";
import { originalMode } from "../replace/original-mode.ts";

/** The modes from before `--protect`, by the row of a set's member; only the members that it made read-only. */
export function readOriginalModes(
  files: FileTable,
  { members }: DuplicateSets,
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const member of members) {
    const mode = originalMode(files, member);
    if (mode !== undefined) found.set(member, mode);
  }
  return found;
}
