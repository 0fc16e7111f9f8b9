import type { Report } from "../../core/report.ts";
import { plural } from "../numbers.ts";
import { bytesOf, resultLine } from "../result-line.ts";

/**
 * The result of a run in one line: `592 links made, 8.3 MiB freed (20 %), 0.14 s`. A dry run says `592 links to make,
 * 8.3 MiB to free (20 %)`; a run without an action, `592 links possible, 8.3 MiB could be freed (20 %)`.
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
  return resultLine([...counts, bytesOf(freed, saved, totals.allocatedBytes, report)], {
    failed,
    seconds,
    interrupted,
  });
}
