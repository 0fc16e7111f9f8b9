import type { Report } from "../../core/report.ts";
import { bytes, plural } from "../numbers.ts";
import { bytesOf, resultLine } from "../result-line.ts";

/**
 * The result of a run in one line: `592 links made, 8.3 MiB freed (20 %), 0.14 s`. A dry run says `592 links to make,
 * 8.3 MiB to free (20 %)`; a run without an action, `592 links possible, 8.3 MiB could be freed (20 %)`. What a store
 * saves beyond that follows: `12 files by the store (3.1 MiB freed), 40 files put into the store`.
 */
export function headline(report: Report): string {
  const { totals, action, dryRun, interrupted } = report;
  const [done, freed] =
    action === "none"
      ? ["possible", "could be freed"]
      : dryRun
        ? ["to make", "to free"]
        : ["made", "freed"];
  const links = action === "none" ? totals.replaceable : totals.replaced - totals.cloned;
  const saved = action === "none" ? totals.freeableBytes : totals.savedBytes;
  const counts = [
    ...(action === "reflink" ? [`${plural(totals.cloned, "clone")} ${done}`] : []),
    ...(action !== "reflink" || links > 0 ? [`${plural(links, "link")} ${done}`] : []),
  ];
  const { failed, seconds } = totals;
  const figures = [...counts, bytesOf(freed, saved, totals.allocatedBytes, report)];
  return resultLine([...figures, ...storeFigures(report)], { failed, seconds, interrupted });
}

/** `12 by the store, 3.1 MiB freed by it`, if it was used for any path; `40 put into it`. */
function storeFigures({ store, action, dryRun }: Report): string[] {
  if (store === undefined) return [];
  const isDone = action !== "none" && !dryRun;
  const count = action === "none" ? store.replaceable : store.replaced;
  const saved = action === "none" ? store.freeableBytes : store.savedBytes;
  const freed = isDone ? "freed" : action === "none" ? "could be freed" : "to free";
  const links =
    count === 0 ? [] : [`${plural(count, "file")} by the store (${bytes(saved)} ${freed})`];
  const added = `${plural(store.added, "file")} ${isDone ? "put" : "to put"} into the store`;
  return store.added === 0 ? links : [...links, added];
}
