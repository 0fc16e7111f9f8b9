import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Problem, Warning } from "../core/report.ts";
import { isErrno } from "../core/result.ts";
import { Note, type Notes, RebuiltState } from "./rebuilt-state.ts";
import type { Recollection } from "./recall.ts";
import { entryCount } from "./state.ts";
import { updateState } from "./update-state.ts";

/** What could not be written. */
export interface Unsaved {
  /** About files in the cache directory. */
  readonly warnings: readonly Warning[];
  /** With files that the user has named. */
  readonly problems: readonly Problem[];
}

export const NOTHING_UNSAVED: Unsaved = { warnings: [], problems: [] };

/**
 * Writes the states that have changed.
 *
 * Entries of directories that are not in the table stay as they are. If another run has written them meanwhile, they
 * are taken from its state.
 *
 * @param files The table that the rows of the notes refer to; it has at least the rows that were recalled.
 * @param settled What `SettledGroups.after` returns. A state is not made only for it.
 * @param linkLimits What `learnLinkLimits` returns.
 */
export function remember(
  files: FileTable,
  recollection: Recollection,
  notes: Notes,
  settled: readonly (Float64Array | undefined)[] = [],
  linkLimits: readonly (Float64Array | undefined)[] = [],
): Unsaved {
  const now = BigInt(Date.now()) * 1_000_000n;
  const unsaved = { warnings: [] as Warning[], problems: [] as Problem[] };
  for (const [i, home] of recollection.memory.homes.entries()) {
    const isWorthIt =
      linkLimits[i] !== undefined || (settled[i] !== undefined && entryCount(home.state) > 0);
    if (!home.isUnsaved && !isWorthIt && !hasChanged(files, recollection, notes, i)) continue;
    const failure = updateState(home, (newer) => {
      const before = (newer ?? home.state).savedAt;
      const savedAt = now > before ? now : before + 1n;
      const state = new RebuiltState(files, recollection, notes, i);
      return state.build(savedAt, newer, settled[i], linkLimits[i]);
    });
    if (!isErrno(failure)) continue;
    const { code } = failure;
    const path = home.file;
    const message = `what was linked is not remembered: ${describeErrno(code)}`;
    if (home.cache === undefined) unsaved.problems.push({ path, code, message });
    else unsaved.warnings.push({ code: "state", path, message });
  }
  return unsaved;
}

function hasChanged(
  { columns: { dir } }: FileTable,
  { memory, settled }: Recollection,
  { what }: Notes,
  home: number,
): boolean {
  let same = 0;
  for (let row = 0; row < what.length; row += 1) {
    if (what[row] === Note.nothing || memory.homeOf(dir[row]) !== home) continue;
    if (what[row] !== Note.same) return true;
    same += 1;
  }
  let before = 0;
  for (const each of settled[home]) before += each;
  return same !== before;
}
