import type { FileTable } from "../core/file-table.ts";
import { linksOf } from "../core/groups.ts";
import { type DuplicateSets, type Outcomes, type Plan, Verdict } from "../core/model.ts";
import type { Rebuilds } from "./judge-rebuilds.ts";
import { Fate } from "./fate.ts";
import type { Recollection } from "./recall.ts";
import { Note, type Notes } from "./rebuilt-state.ts";

/** The result of linking. */
export interface LinkResult {
  /** The table that `outcomes.keepers` refers to; its first rows are those that were recalled. */
  readonly files: FileTable;
  readonly sets: DuplicateSets;
  readonly plan: Plan;
  readonly outcomes: Outcomes;
  /** Rows whose inodes were put into a content store, which links them to other trees. */
  readonly added: ReadonlySet<number>;
}

/**
 * What is to be remembered after linking: every link of an inode to which the run has linked a path, and what is
 * remembered already and still holds.
 */
export function noteLinks(
  result: LinkResult,
  { fates, entries }: Recollection,
  { apart, counts }: Rebuilds,
): Notes {
  const { files, sets, added } = result;
  const { links } = files.columns;
  const inodes = new Map<number, number>();
  const what = new Uint8Array(fates.length);
  for (let row = 0; row < what.length; row += 1) {
    const fate = fates[row];
    const isSame =
      fate === Fate.linked
        ? links[row] > 1
        : fate === Fate.apart || fate === Fate.written || fate === Fate.inPlace;
    if (isSame && entries[row] >= 0) what[row] = Note.same;
  }
  for (const row of apart) if (what[row] === Note.nothing) what[row] = Note.apart;
  const keepers = new Set(added);
  for (const [row, keeper] of linkedRows(result)) {
    what[row] = Note.linked;
    inodes.set(row, keeper);
    keepers.add(keeper);
  }
  if (keepers.size > 0) {
    for (const member of sets.members) {
      if (!anyOf(linksOf(sets.nextLink, member), (row) => keepers.has(row))) continue;
      for (const row of linksOf(sets.nextLink, member))
        if (what[row] === Note.nothing) what[row] = Note.linked;
    }
  }
  return { what, inodes, counts };
}

/** The rows that lead to their keepers now, each with its keeper. */
export function* linkedRows({
  files,
  plan,
  outcomes,
}: LinkResult): Generator<readonly [number, number]> {
  for (let planRow = 0; planRow < plan.names.length; planRow += 1) {
    const row = plan.names[planRow];
    const keeper = outcomes.keepers[planRow];
    if (isLinked(outcomes.verdicts[planRow], files, row, keeper)) yield [row, keeper];
  }
}

/** Whether a path leads to its keeper now: linked by this run, or by another one at the same time. */
function isLinked(verdict: number, files: FileTable, row: number, keeper: number): boolean {
  return (
    verdict === Verdict.replaced || (verdict === Verdict.keep && !files.sameInode(row, keeper))
  );
}

function anyOf(rows: Iterable<number>, test: (row: number) => boolean): boolean {
  for (const row of rows) if (test(row)) return true;
  return false;
}
