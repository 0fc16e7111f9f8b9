import { dirOf } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import {
  WRITE_BITS,
  canSaveOriginalMode,
  modeIfNotSaved,
  readOriginalMode,
} from "../replace/original-mode.ts";
import type { DuplicateSets } from "../core/model.ts";
import type { Settings } from "../core/options.ts";

/**
 * For `--protect`: the modes that read-only files of the sets had before they were protected, by file
 * number of a member. A new copy of a protected file has that mode still.
 */
export function readOriginalModes(
  files: FileTable,
  sets: DuplicateSets,
  settings: Settings,
): ReadonlyMap<number, number> {
  const modes = new Map<number, number>();
  if (!settings.protect) return modes;
  const savers = new Map<number, boolean>();
  for (const member of sets.members) {
    const mode = files.columns.mode[member];
    if ((mode & WRITE_BITS) !== 0) continue;
    const path = files.path(member);
    const device = files.columns.device[member];
    const canSave = savers.get(device) ?? canSaveOriginalMode(dirOf(path));
    savers.set(device, canSave);
    modes.set(member, readOriginalMode(path, mode) ?? modeIfNotSaved(mode, canSave));
  }
  return modes;
}
