import type { FileTable } from "../core/file-table.ts";
import { type DuplicateSets, type Outcomes, type Plan, Verdict } from "../core/model.ts";
import type { Settings } from "../core/options.ts";
import type { Totals } from "../core/report.ts";
import { reclaimableBytes } from "./reclaimable-bytes.ts";

type SetTotals = Pick<
  Totals,
  | "sets"
  | "duplicates"
  | "duplicateBytes"
  | "replaceable"
  | "freeableBytes"
  | "replaced"
  | "cloned"
  | "savedBytes"
>;

/** What the sets hold, what an action gains of it, and what this one did. */
export function countSets(
  files: FileTable,
  sets: DuplicateSets,
  plan: Plan,
  outcomes: Outcomes,
  settings: Settings,
): SetTotals {
  const { size } = files.columns;
  const totals = {
    sets: plan.starts.length - 1,
    duplicates: 0,
    duplicateBytes: 0,
    replaceable: 0,
    freeableBytes: 0,
    replaced: 0,
    cloned: 0,
    savedBytes: 0,
  };
  const done = settings.dryRun ? Verdict.replace : Verdict.replaced;
  const cloned = settings.dryRun ? Verdict.clone : Verdict.cloned;
  const planned = byFile(files, plan, plan.verdicts);
  const came = byFile(files, plan, outcomes.verdicts);
  for (let set = 0; set < totals.sets; set += 1) {
    for (let row = plan.starts[set]; row < plan.starts[set + 1]; row += 1) {
      if (plan.verdicts[row] !== Verdict.keep) totals.duplicates += 1;
      const [verdict, outcome] = [plan.verdicts[row], outcomes.verdicts[row]];
      if (verdict === Verdict.replace || verdict === Verdict.clone) totals.replaceable += 1;
      if (outcome === done || outcome === cloned) totals.replaced += 1;
      if (outcome === cloned) totals.cloned += 1;
      const freed = plan.freed?.[row] ?? 0;
      if (verdict === Verdict.clone) totals.freeableBytes += freed;
      if (outcome === cloned) totals.savedBytes += freed;
    }
    const members = sets.members.subarray(sets.starts[set], sets.starts[set + 1]);
    // Files that share their blocks already repeat nothing.
    const repeated =
      plan.freed === undefined
        ? members.length - 1
        : members.filter((inode) => planned[inode] !== Verdict.keep).length;
    totals.duplicateBytes += repeated * size[members[0]];
    for (const inode of members) {
      totals.freeableBytes += reclaimableBytes(files, sets, inode, planned, Verdict.replace);
      totals.savedBytes += reclaimableBytes(files, sets, inode, came, done);
    }
  }
  if (settings.action === "none") Object.assign(totals, { replaced: 0, savedBytes: 0 });
  return totals;
}

/** The plan's rows as a column beside the file table; files that are in no set have `keep`. */
function byFile(files: FileTable, plan: Plan, verdicts: Uint8Array): Uint8Array {
  const column = new Uint8Array(files.count);
  plan.names.forEach((file, row) => {
    column[file] = verdicts[row];
  });
  return column;
}
