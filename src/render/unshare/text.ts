import type { UnshareReport, UnsharedFile } from "../../core/unshare-report.ts";
import { bytes, count, plural } from "../numbers.ts";
import { painter } from "../paint.ts";
import { printable } from "../printable.ts";
import { resultLine } from "../result-line.ts";
import { alignColumns } from "../table.ts";

export type Detail = "brief" | "summary" | "paths";

/** Yields the lines of the report for a terminal. The first one is the result. */
export function* renderText(
  report: UnshareReport,
  options: { readonly detail: Detail; readonly color: boolean; readonly all?: boolean },
): Generator<string> {
  const paint = painter(options.color);
  yield paint("bold", headline(report));
  if (options.detail === "brief") return;
  yield "";
  if (options.detail === "paths") {
    for (const file of report.files) yield lineOf(file);
    if (report.files.length > 0) yield "";
  }
  yield* alignColumns(summaryRows(report), [0, 2]);
  const closing = closingLine(report, options.all === true);
  if (closing === undefined) return;
  yield "";
  yield report.interrupted ? paint("yellow", closing) : paint("green", closing);
}

/** `12 files separated, 3.4 MiB taken, 0.05 s`. */
function headline({ totals, dryRun, interrupted }: UnshareReport): string {
  const { unshared, restored, takenBytes, failed, seconds } = totals;
  const figures = [
    `${plural(unshared, "file")} ${dryRun ? "to separate" : "separated"}`,
    ...(restored > 0
      ? [`${count(restored)} ${dryRun ? "to make writable" : "made writable"}`]
      : []),
    `${bytes(takenBytes)} ${dryRun ? "to take" : "taken"}`,
  ];
  return resultLine(figures, { failed, seconds, interrupted });
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
    case "forbidden":
      return `left alone ${printable(path)}: ${printable(detail ?? "its directory does not let files be removed")}`;
    case "vanished":
      return `left alone ${printable(path)}: it vanished during the run`;
    case "failed":
      return `failed ${printable(path)}`;
    case "pending":
      return `not done ${printable(path)}`;
  }
}

function summaryRows({ totals, methods, dryRun }: UnshareReport): string[][] {
  const rows = [
    ["shared files", count(totals.shared), `linked from ${plural(totals.names, "path")}`],
  ];
  if (totals.unshared > 0) {
    const how = `${plural(methods.clone, "clone")}, ${plural(methods.copy, "copy", "copies")}`;
    rows.push([dryRun ? "to separate" : "separated", count(totals.unshared), how]);
  }
  if (totals.skipped > 0)
    rows.push([
      "left alone",
      count(totals.skipped),
      "they changed, or cannot be replaced (-v lists them)",
    ]);
  if (totals.failed > 0) rows.push(["failed", count(totals.failed), "listed on stderr"]);
  return rows;
}

function closingLine(
  { interrupted, dryRun, totals }: UnshareReport,
  all: boolean,
): string | undefined {
  if (interrupted) return "The figures are partial. Every file is complete; run again to finish.";
  if (totals.shared + totals.restored + totals.failed === 0)
    return `Nothing to do: no ${all ? "file has more than one link" : "artifact has more than one link (-a includes every file)"}.`;
  return dryRun ? "Dry run: nothing was changed." : undefined;
}
