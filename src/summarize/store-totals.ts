import { type Plan, Verdict } from "../core/model.ts";
import type { StoreReport } from "../core/report.ts";
import type { Findings } from "./findings.ts";
import { byFile, freedBytes } from "./freed-bytes.ts";

/** Whether a path was replaced because of the store alone. */
export function isOfStore({ store }: Plan, row: number): boolean {
  return store?.linked[row] === 1;
}

/** What the store saves beside what the files of the tree save among themselves. */
export function countStore(findings: Findings): StoreReport | undefined {
  const { store, plan, outcomes, sets, options } = findings;
  if (store === undefined) return undefined;
  const { files } = findings.tree;
  const totals = { replaceable: 0, freeableBytes: 0, replaced: 0, savedBytes: 0 };
  const replaced = options.dryRun ? Verdict.replace : Verdict.replaced;
  const cloned = options.dryRun ? Verdict.clone : Verdict.cloned;
  const members = new Set<number>();
  plan.names.forEach((name, row) => {
    if (!isOfStore(plan, row)) return;
    const outcome = outcomes.verdicts[row];
    totals.replaceable += 1;
    if (outcome === replaced || outcome === cloned) totals.replaced += 1;
    const freed = plan.freed?.[row] ?? 0;
    if (plan.verdicts[row] === Verdict.clone) totals.freeableBytes += freed;
    if (outcome === cloned) totals.savedBytes += freed;
    members.add(name);
  });
  const planned = byFile(files, plan, plan.verdicts);
  const actual = byFile(files, plan, outcomes.verdicts);
  for (const inode of sets.members) {
    if (!members.has(inode)) continue;
    totals.freeableBytes += freedBytes(files, sets, inode, planned, Verdict.replace);
    totals.savedBytes += freedBytes(files, sets, inode, actual, replaced);
  }
  if (options.action === "none") Object.assign(totals, { replaced: 0, savedBytes: 0 });
  const { path, evicted, added, trimmed, trimmedBytes } = store;
  const found = store.found + (plan.store?.found ?? 0);
  return { path, found, ...totals, added, evicted, trimmed, trimmedBytes };
}
