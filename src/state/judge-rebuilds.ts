import type { FileTable } from "../core/file-table.ts";
import { eachGroup, groupAt, linksOf } from "../core/groups.ts";
import type { DuplicateSets } from "../core/model.ts";
import { Fate } from "./fate.ts";
import type { Recollection } from "./recall.ts";
import type { RemadeCounts } from "./state-builder.ts";
import type { State } from "./state.ts";

/**
 * Paths that their builds remake after they were linked. A link gives a path another modification time, which a
 * build can take for a reason to make the path again. Linked again, it would be made again after every run.
 */
export interface Rebuilds {
  /** Rows that must not be linked again. */
  readonly apart: ReadonlySet<number>;
  /** By row; rows that were never remade have no entry. */
  readonly counts: ReadonlyMap<number, RemadeCounts>;
}

/** How often in a row a path is remade after it was linked until it stays apart. */
const ENOUGH = 2;
/** Beyond this, the number of remakes that it takes is not doubled again. */
const MOST_PATIENCE = 6;

/**
 * Decides which paths stay apart because their builds remake them.
 *
 * A path counts as remade if it leads to another inode than the one that it was linked to, if that inode still
 * exists unchanged, and if the two are equal. If the tree was built anew, all names of the inode are gone; if an input
 * of the path has changed, the path is newer than the inode may be, and is not linked anyway.
 *
 * A path that was remade twice in a row stays apart until its file is made again. If that gives a file of the same
 * size, the build probably remakes the path whether it is linked or not, and it takes twice as many remakes as before
 * until the path stays apart again.
 */
export function judgeRebuilds(
  files: FileTable,
  { memory, fates, entries }: Recollection,
  { members, starts, nextLink }: DuplicateSets,
): Rebuilds {
  const { columns } = files;
  const apart = new Set<number>();
  const counts = new Map<number, RemadeCounts>();
  const stateOf = (row: number): State => memory.homes[memory.homeOf(columns.dir[row])].state;
  for (let row = 0; row < fates.length; row += 1) {
    const fate = fates[row];
    if (fate !== Fate.linked && fate !== Fate.apart && fate !== Fate.lifted) continue;
    if (fate === Fate.apart) apart.add(row);
    const state = stateOf(row);
    const { remade, patience } = countsOf(state, entries[row]);
    const isSameSize = columns.size[row] === state.entries.size[entries[row]];
    const now =
      fate === Fate.lifted
        ? { remade: 0, patience: isSameSize ? Math.min(patience + 1, MOST_PATIENCE) : 0 }
        : { remade, patience };
    if (now.remade + now.patience > 0) counts.set(row, now);
  }
  if (!fates.includes(Fate.remade)) return { apart, counts };
  for (const { group } of eachGroup(starts)) {
    const inodes = groupAt(members, starts, group);
    let byNumber: Map<bigint, number> | undefined;
    for (const inode of inodes) {
      for (const row of linksOf(nextLink, inode)) {
        if (fates[row] !== Fate.remade) continue;
        byNumber ??= new Map(Array.from(inodes, (each) => [columns.inode[each], each]));
        const state = stateOf(row);
        const kept = byNumber.get(state.entries.inode[entries[row]]);
        if (kept === undefined || !isUnchanged(files, kept, state, entries[row])) continue;
        const { remade, patience } = countsOf(state, entries[row]);
        if (remade + 1 >= ENOUGH << patience) apart.add(row);
        counts.set(row, { remade: remade + 1, patience });
      }
    }
  }
  return { apart, counts };
}

function countsOf({ entries }: State, entry: number): RemadeCounts {
  return { remade: entries.remade[entry], patience: entries.patience[entry] };
}

/** Whether a row still has the file that an entry describes. */
function isUnchanged(
  { columns, devices }: FileTable,
  row: number,
  state: State,
  entry: number,
): boolean {
  const { inode, device, size, mtime } = state.entries;
  return (
    columns.inode[row] === inode[entry] &&
    devices[columns.device[row]] === state.devices[device[entry]] &&
    columns.size[row] === size[entry] &&
    columns.mtime[row] === mtime[entry]
  );
}
