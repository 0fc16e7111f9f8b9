import type { Report, SetReport, SkipReason } from "../../core/report.ts";
import { bytes, count, percent, plural } from "../numbers.ts";
import { painter } from "../paint.ts";
import { printable } from "../printable.ts";
import { alignColumns } from "../table.ts";
import { kindTable, uniformLine, variantTables } from "./variant-tables.ts";

export interface TextOptions {
  readonly verbose: boolean;
  readonly color: boolean;
  /** Say whether `--check` found duplicates. */
  readonly check: boolean;
}

/** Yields the lines of the report for a terminal. */
export function* renderText(report: Report, options: TextOptions): Generator<string> {
  const paint = painter(options.color);
  if (options.verbose) {
    for (const set of report.sets) yield* renderSet(set);
    for (const { path, detail } of report.skipped)
      yield `left alone ${printable(path)}: ${printable(detail)}`;
    for (const { unit, variant, paths } of report.conflicts) {
      yield `conflict: ${paths.map(printable).join(" and ")} are both ${printable(unit)} in variant ${printable(variant)}`;
    }
    yield* renderMethods(report);
    if (report.sets.length + report.skipped.length > 0) yield "";
  }
  const [headline, ...rest] = alignColumns(summaryRows(report, options), [0, 2]);
  yield paint("bold", headline);
  yield* rest;
  yield* renderKinds(report);
  yield* renderVariants(report);
  const closing = closingLine(report, options);
  if (closing !== undefined) {
    yield "";
    yield report.interrupted ? paint("yellow", closing) : paint("green", closing);
  }
}

function* renderSet(set: SetReport): Generator<string> {
  for (const { path, outcome, to } of set.replaced) {
    if (outcome === "replaced")
      yield `replaced ${printable(path)} by a link to ${printable(to ?? set.kept)}`;
    if (outcome === "cloned")
      yield `cloned ${printable(path)}: it shares the blocks of ${printable(to ?? set.kept)}`;
    if (outcome === "duplicate") yield `duplicate ${printable(path)} of ${printable(set.kept)}`;
  }
}

function* renderMethods({ methods }: Report): Generator<string> {
  if (methods.exchange > 0)
    yield `${plural(methods.exchange, "link")} put in place by exchange (renameat2)`;
  if (methods.rename > 0) {
    yield `${plural(methods.rename, "link")} put in place by rename; a file that a build writes at the same moment can be lost`;
  }
  if (methods.dedupeRange > 0)
    yield `${plural(methods.dedupeRange, "file")} compared and shared by the kernel (FIDEDUPERANGE)`;
  if (methods.clone > 0) yield `${plural(methods.clone, "clone")} put in place of a file (FICLONE)`;
}

function summaryRows(report: Report, { verbose }: TextOptions): string[][] {
  const { totals, action, dryRun, skipped, conflicts } = report;
  const linked = action !== "none";
  const more = verbose ? "" : " (-v lists them)";
  const rows = [
    [
      "artifacts",
      count(totals.artifacts),
      `${bytes(totals.bytes)} in ${plural(totals.inodes, "inode")}`,
    ],
    [
      "duplicate sets",
      count(totals.sets),
      plural(totals.duplicates, "redundant copy", "redundant copies"),
    ],
    ...doneRows(report),
    linked
      ? [
          dryRun ? "would free" : "freed",
          bytes(totals.savedBytes),
          shareOf(totals.savedBytes, totals.allocatedBytes),
        ]
      : [
          "would free",
          bytes(totals.freeableBytes),
          shareOf(totals.freeableBytes, totals.allocatedBytes),
        ],
  ];
  if (skipped.length > 0)
    rows.push(["left alone", count(totals.skipped), `${countReasons(skipped)}${more}`]);
  if (conflicts.length > 0) {
    rows.push([
      "conflicts",
      count(conflicts.length),
      `different files are the same unit and variant${more}`,
    ]);
  }
  if (totals.failed > 0) rows.push(["failed", count(totals.failed), "listed on stderr"]);
  rows.push(["time", `${totals.seconds.toFixed(2)} s`, `${bytes(totals.bytesRead)} read`]);
  return rows;
}

/** What the action did, would do or could do. */
function doneRows({ totals, action, dryRun }: Report): string[][] {
  if (action === "none") return [["could be linked", count(totals.replaceable), ""]];
  const links = totals.replaced - totals.cloned;
  const rows: string[][] = [];
  if (action === "reflink") {
    rows.push([
      dryRun ? "clones to make" : "clones made",
      count(totals.cloned),
      "separate files, shared blocks",
    ]);
  }
  if (action === "hardlink" || links > 0) {
    rows.push([dryRun ? "links to make" : "links made", count(links), ""]);
  }
  if (totals.protected > 0) {
    const note = "tools that write in place fail now; dedupe unshare makes them writable again";
    rows.push([dryRun ? "to be read-only" : "made read-only", count(totals.protected), note]);
  }
  return rows;
}

function shareOf(part: number, whole: number): string {
  return `${percent(part, whole)} of the disk space of all artifacts`;
}

function countReasons(skipped: readonly { readonly reason: SkipReason }[]): string {
  const counts = new Map<SkipReason, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const words = [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([reason, times]) => `${count(times)} ${reason}`);
  return words.join(", ");
}

function* renderVariants(report: Report): Generator<string> {
  for (const { title, rows } of variantTables(report)) {
    yield "";
    if (title !== "") yield title;
    yield* alignColumns(rows);
  }
  const uniform = uniformLine(report);
  if (uniform !== undefined) yield uniform;
}

function* renderKinds(report: Report): Generator<string> {
  const table = kindTable(report);
  if (table === undefined) return;
  yield "";
  yield* alignColumns(table.rows);
}

function closingLine(report: Report, { check }: TextOptions): string | undefined {
  const { totals, action, dryRun, interrupted } = report;
  if (interrupted)
    return "Interrupted: the counts above show what was done, and every file is complete. Run again to finish.";
  if (check) {
    if (totals.replaceable === 0) return "Nothing is left to link.";
    return `${plural(totals.replaceable, "duplicate is", "duplicates are")} left: dedupe --hardlink would link ${totals.replaceable === 1 ? "it" : "them"}.`;
  }
  if (dryRun) return "Dry run: nothing was changed.";
  if (action === "none" && totals.replaceable > 0)
    return "Nothing was changed. Add --hardlink to link the duplicates.";
  return totals.sets + totals.failed === 0 ? whyNothing(totals) : undefined;
}

/** Explains why no duplicates were found. */
function whyNothing({ files, artifacts, inodes }: Report["totals"]): string {
  if (artifacts === 0) {
    return `No artifacts among ${plural(files, "file")}: --list-kinds prints the known kinds, --all includes every file.`;
  }
  return inodes < artifacts
    ? "Nothing to do: all identical artifacts are linked already."
    : "Nothing to do: no two artifacts are identical.";
}
