import type { UnshareReport, UnsharedFile } from "../../core/unshare-report.ts";
import { bytes, count, plural } from "../numbers.ts";
import { painter } from "../paint.ts";
import { printable } from "../printable.ts";
import { alignColumns } from "../table.ts";

/** What `unshare` did, for a person. Yields lines. */
export function* renderUnshareText(
  report: UnshareReport,
  options: { readonly verbose: boolean; readonly color: boolean },
): Generator<string> {
  const paint = painter(options.color);
  if (options.verbose) {
    for (const file of report.files) yield lineOf(file);
    if (report.files.length > 0) yield "";
  }
  const [headline, ...rest] = alignColumns(summaryRows(report));
  yield paint("bold", headline);
  yield* rest;
  const closing = closingLine(report);
  if (closing === undefined) return;
  yield "";
  yield report.interrupted ? paint("yellow", closing) : paint("green", closing);
}

function lineOf({ path, outcome, by, restored, detail }: UnsharedFile): string {
  const bits = restored ? ", write bits given back" : "";
  switch (outcome) {
    case "unshared":
      return `own file ${printable(path)} (${by}${bits})`;
    case "kept":
      return `keeps its file ${printable(path)}${bits}`;
    case "changed":
      return `left alone ${printable(path)}: ${printable(detail ?? "it changed meanwhile")}`;
    case "vanished":
      return `left alone ${printable(path)}: it vanished meanwhile`;
    case "failed":
      return `failed ${printable(path)}`;
    case "pending":
      return `not done ${printable(path)}`;
  }
}

function summaryRows({ totals, methods, dryRun }: UnshareReport): string[][] {
  const how = `${plural(methods.clone, "clone")}, ${plural(methods.copy, "copy", "copies")}`;
  const rows = [
    ["shared files", count(totals.shared), `${plural(totals.names, "name")} below the paths`],
    [dryRun ? "own files to make" : "own files made", count(totals.unshared), how],
    [dryRun ? "would take" : "taken", bytes(totals.takenBytes), "on the disk"],
  ];
  if (totals.restored > 0) {
    rows.push([
      dryRun ? "to be writable" : "writable again",
      count(totals.restored),
      "they were protected",
    ]);
  }
  if (totals.skipped > 0)
    rows.push(["left alone", count(totals.skipped), "they changed meanwhile (-v says which)"]);
  if (totals.failed > 0) rows.push(["failed", count(totals.failed), "named on stderr"]);
  rows.push(["time", `${totals.seconds.toFixed(2)} s`, ""]);
  const wide = Math.max(...rows.map((row) => row[2].length));
  return rows.map(([name, value, note]) => [name, value, note.padEnd(wide)]);
}

function closingLine({ interrupted, dryRun, totals }: UnshareReport): string | undefined {
  if (interrupted)
    return "Interrupted: what is counted above was done, every file is whole; run again to finish.";
  if (totals.shared + totals.restored + totals.failed === 0)
    return "Nothing to do: no artifact has a second name (-a looks at every file).";
  return dryRun ? "Dry run: nothing was changed." : undefined;
}
