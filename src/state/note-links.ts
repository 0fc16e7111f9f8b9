import type { FileTable } from "../core/file-table.ts";
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
  const { files, sets, plan, outcomes, added } = result;
  const { links } = files.columns;
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
  const keepers = new Int32Array(files.count).fill(-1);
  const isKept = new Uint8Array(files.count);
  for (const row of added) isKept[row] = 1;
  for (let planRow = 0; planRow < plan.names.length; planRow += 1) {
    if (!isLinked(result, planRow)) continue;
    const row = plan.names[planRow];
    what[row] = Note.linked;
    keepers[row] = outcomes.keepers[planRow];
    isKept[keepers[row]] = 1;
  }
  for (const member of sets.members) {
    let isKeeper = false;
    for (let row = member; row >= 0; row = sets.nextLink[row]) isKeeper ||= isKept[row] === 1;
    if (!isKeeper) continue;
    for (let row = member; row >= 0; row = sets.nextLink[row])
      if (what[row] === Note.nothing) what[row] = Note.linked;
  }
  return { what, keepers, counts };
}

/** Whether the path of a plan's row leads to its keeper now: linked by this run, or by another one at the same time. */
export function isLinked({ files, plan, outcomes }: LinkResult, planRow: number): boolean {
  const verdict = outcomes.verdicts[planRow];
  if (verdict === Verdict.replaced) return true;
  return (
    verdict === Verdict.keep && !files.sameInode(plan.names[planRow], outcomes.keepers[planRow])
  );
}
