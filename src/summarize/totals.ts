import { KINDS } from "../artifacts/kinds.ts";
import { eachGroup } from "../core/groups.ts";
import { type Tree, Verdict } from "../core/model.ts";
import type { KindTotals, LeftOut, Totals } from "../core/report.ts";
import type { Findings } from "./findings.ts";
import { byFile, freedBytes } from "./freed-bytes.ts";
import { Role } from "./roles.ts";
import { isOfStore } from "./store-totals.ts";

export function countArtifacts(
  { files, fileCount }: Tree,
  roles: Uint8Array,
): Pick<Totals, "files" | "artifacts" | "bytes" | "allocatedBytes" | "inodes"> {
  const { size, allocated } = files.columns;
  const totals = { files: fileCount, artifacts: 0, bytes: 0, allocatedBytes: 0, inodes: 0 };
  for (let file = 0; file < files.count; file += 1) {
    if (roles[file] === Role.none) continue;
    totals.artifacts += 1;
    if (roles[file] !== Role.inode) continue;
    totals.inodes += 1;
    totals.bytes += size[file];
    totals.allocatedBytes += allocated[file];
  }
  return totals;
}

/** How many files take part, and how many each option leaves out. */
export function countSelected({ tree, isSelected }: Findings): {
  readonly selected: number;
  readonly leftOut: LeftOut;
} {
  const { count } = tree.files;
  let selected = 0;
  for (let file = 0; file < count; file += 1) if (isSelected(file)) selected += 1;
  return { selected, leftOut: { ...tree.leftOut, variant: count - selected } };
}

/** What the duplicate sets repeat, what an action would free, and what this run has freed. */
export function countSets({
  tree: { files },
  sets,
  plan,
  outcomes,
  options,
}: Findings): Pick<
  Totals,
  | "sets"
  | "duplicates"
  | "duplicateBytes"
  | "replaceable"
  | "freeableBytes"
  | "replaced"
  | "cloned"
  | "savedBytes"
> {
  const { size } = files.columns;
  const totals = {
    sets: 0,
    duplicates: 0,
    duplicateBytes: 0,
    replaceable: 0,
    freeableBytes: 0,
    replaced: 0,
    cloned: 0,
    savedBytes: 0,
  };
  const replaced = options.dryRun ? Verdict.replace : Verdict.replaced;
  const cloned = options.dryRun ? Verdict.clone : Verdict.cloned;
  plan.verdicts.forEach((verdict, row) => {
    if (isOfStore(plan, row) || plan.store?.apart.has(plan.names[row])) return;
    const outcome = outcomes.verdicts[row];
    const freed = plan.freed?.[row] ?? 0;
    if (verdict !== Verdict.keep) totals.duplicates += 1;
    if (verdict === Verdict.replace || verdict === Verdict.clone) totals.replaceable += 1;
    if (verdict === Verdict.clone) totals.freeableBytes += freed;
    if (outcome === replaced || outcome === cloned) totals.replaced += 1;
    if (outcome !== cloned) return;
    totals.cloned += 1;
    totals.savedBytes += freed;
  });
  /** Inodes that are replaced because of the store alone. */
  const ofStore = new Set(plan.names.filter((_, row) => isOfStore(plan, row)));
  const planned = byFile(files, plan, plan.verdicts);
  const actual = byFile(files, plan, outcomes.verdicts);
  for (const { from, to } of eachGroup(sets.starts)) {
    const members = sets.members.subarray(from, to);
    if (members.length > 1) totals.sets += 1;
    // Files that share their blocks already repeat nothing.
    const repeated =
      plan.freed === undefined
        ? members.length - 1
        : members.filter((inode) => planned[inode] !== Verdict.keep && !ofStore.has(inode)).length;
    totals.duplicateBytes += repeated * size[members[0]];
    for (const inode of members) {
      if (ofStore.has(inode)) continue;
      totals.freeableBytes += freedBytes(files, sets, inode, planned, Verdict.replace);
      totals.savedBytes += freedBytes(files, sets, inode, actual, replaced);
    }
  }
  if (options.action === "none") Object.assign(totals, { replaced: 0, savedBytes: 0 });
  return totals;
}

/** Counts per kind, in the order of `KINDS`. Files of no known kind come last, as "other". */
export function countKinds(
  { tree: { files }, sets, plan }: Findings,
  roles: Uint8Array,
): KindTotals[] {
  const { kind, size } = files.columns;
  const totals = [...KINDS.map(({ name }) => name), "other"].map((name) => {
    return { name, artifacts: 0, bytes: 0, replaceable: 0, freeableBytes: 0 };
  });
  const totalsOf = (file: number): (typeof totals)[number] =>
    totals[Math.min(kind[file], KINDS.length)];
  for (let file = 0; file < files.count; file += 1) {
    if (roles[file] === Role.none) continue;
    totalsOf(file).artifacts += 1;
    if (roles[file] === Role.inode) totalsOf(file).bytes += size[file];
  }
  plan.names.forEach((file, row) => {
    const verdict = plan.verdicts[row];
    if (isOfStore(plan, row) || (verdict !== Verdict.replace && verdict !== Verdict.clone)) return;
    totalsOf(file).replaceable += 1;
    if (verdict === Verdict.clone) totalsOf(file).freeableBytes += plan.freed?.[row] ?? 0;
  });
  const planned = byFile(files, plan, plan.verdicts);
  const ofStore = new Set(plan.names.filter((_, row) => isOfStore(plan, row)));
  for (const inode of sets.members.filter((each) => !ofStore.has(each)))
    totalsOf(inode).freeableBytes += freedBytes(files, sets, inode, planned, Verdict.replace);
  return totals.filter((total) => total.artifacts > 0);
}
