import type { UnshareReport, UnsharedFile } from "../../core/unshare-report.ts";
import { bytes, count, plural } from "../numbers.ts";
import { painter } from "../paint.ts";
import { printable } from "../printable.ts";
import { alignColumns } from "../table.ts";

/** Yields the lines of the report for a terminal. */
export function* renderText(
  report: UnshareReport,
  options: { readonly verbose: boolean; readonly color: boolean },
): Generator<string> {
  const paint = painter(options.color);
  if (options.verbose) {
    for (const file of report.files) yield lineOf(file);
    if (report.files.length > 0) yield "";
  }
  const [headline, ...rest] = alignColumns(summaryRows(report), [0, 2]);
  yield paint("bold", headline);
  yield* rest;
  const closing = closingLine(report);
  if (closing === undefined) return;
  yield "";
  yield report.interrupted ? paint("yellow", closing) : paint("green", closing);
}

function lineOf({ path, outcome, by, restored, detail }: UnsharedFile): string {
  const bits = restored ? ", writable again" : "";
  switch (outcome) {
    case "unshared":
      return `${by === "clone" ? "cloned" : "copied"} ${printable(path)}${bits}`;
    case "kept":
      return `kept ${printable(path)}${bits}`;
    case "changed":
      return `left alone ${printable(path)}: ${printable(detail ?? "it changed during the run")}`;
    case "vanished":
      return `left alone ${printable(path)}: it vanished during the run`;
    case "failed":
      return `failed ${printable(path)}`;
    case "pending":
      return `not done ${printable(path)}`;
  }
}

function summaryRows({ totals, methods, dryRun }: UnshareReport): string[][] {
  const how = `${plural(methods.clone, "clone")}, ${plural(methods.copy, "copy", "copies")}`;
  const rows = [
    ["shared files", count(totals.shared), `linked from ${plural(totals.names, "path")}`],
    [dryRun ? "files to separate" : "files separated", count(totals.unshared), how],
    [dryRun ? "would take" : "taken", bytes(totals.takenBytes), "on the disk"],
  ];
  if (totals.restored > 0) {
    rows.push([
      dryRun ? "to be writable" : "writable again",
      count(totals.restored),
      "--protect had made them read-only",
    ]);
  }
  if (totals.skipped > 0)
    rows.push(["left alone", count(totals.skipped), "they changed during the run (-v lists them)"]);
  if (totals.failed > 0) rows.push(["failed", count(totals.failed), "listed on stderr"]);
  rows.push(["time", `${totals.seconds.toFixed(2)} s`, ""]);
  return rows;
}

function closingLine({ interrupted, dryRun, totals }: UnshareReport): string | undefined {
  if (interrupted)
    return "Interrupted: the counts above show what was done, and every file is complete. Run again to finish.";
  if (totals.shared + totals.restored + totals.failed === 0)
    return "Nothing to do: no artifact has more than one link (-a includes every file).";
  return dryRun ? "Dry run: nothing was changed." : undefined;
}
