import type { FileTable } from "../core/file-table.ts";
import type { DuplicateSets } from "../core/model.ts";
import { OriginalModes, WRITE_BITS } from "../replace/original-mode.ts";

/**
 * For `--protect`: the modes that the read-only files of the sets had before they were protected, by the row of a
 * member. A new copy of a protected file still has that mode, so the two can be linked.
 */
export function readOriginalModes(
  files: FileTable,
  { members }: DuplicateSets,
  options: { readonly protect: boolean },
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  if (!options.protect) return found;
  const modes = new OriginalModes(files);
  for (const member of members)
    if ((files.columns.mode[member] & WRITE_BITS) === 0) found.set(member, modes.of(member));
  return found;
}
