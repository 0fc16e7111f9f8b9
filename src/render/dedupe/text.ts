import type { Problem, SkipReason, Report, SetReport } from "../../core/report.ts";
import { bytes, count, percent, plural } from "../numbers.ts";
import { painter } from "../paint.ts";
import { printable } from "../printable.ts";
import { alignColumns } from "../table.ts";
import { kindTable, uniformLine, variantTables } from "./variant-tables.ts";

export interface TextOptions {
  readonly verbose: boolean;
  readonly color: boolean;
  /** `--check`: say what the outcome of the gate is. */
  readonly check: boolean;
}

/** The report for a person: what was gained, in one glance. Yields lines. */
export function* renderText(report: Report, options: TextOptions): Generator<string> {
  const paint = painter(options.color);
  if (options.verbose) {
    for (const set of report.sets) yield* renderSet(set);
    for (const { path, detail } of report.skipped)
      yield `left alone ${printable(path)}: ${printable(detail)}`;
    for (const { unit, variant, paths } of report.conflicts) {
      yield `conflict: ${paths.map(printable).join(" and ")} both claim ${printable(unit)} in variant ${printable(variant)}`;
    }
    yield* renderMethods(report);
    if (report.sets.length + report.skipped.length > 0) yield "";
  }
  const [headline, ...rest] = alignColumns(summaryRows(report, options));
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

/** `dedupe: build/d: permission denied (EACCES)` */
export function renderProblem({ path, code, message }: Problem): string {
  return `dedupe: ${printable(path)}: ${message} (${code})`;
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
    yield `${plural(methods.rename, "link")} put in place by rename: what a build writes in the very instant can be overwritten`;
  }
  if (methods.dedupeRange > 0)
    yield `${plural(methods.dedupeRange, "file")} compared and shared by the kernel (FIDEDUPERANGE)`;
  if (methods.clone > 0) yield `${plural(methods.clone, "clone")} put in place of a file (FICLONE)`;
}

function summaryRows(report: Report, { verbose }: TextOptions): string[][] {
  const { totals, action, dryRun, skipped, conflicts } = report;
  const linked = action !== "none";
  const more = verbose ? "" : " (-v says which)";
  const rows = [
    [
      "artifacts",
      count(totals.artifacts),
      `${bytes(totals.bytes)} in ${plural(totals.inodes, "stored file")}`,
    ],
    ["duplicate sets", count(totals.sets), `${plural(totals.duplicates, "name")} of equal files`],
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
      `different files claim one unit and variant${more}`,
    ]);
  }
  if (totals.failed > 0) rows.push(["failed", count(totals.failed), "named on stderr"]);
  rows.push(["time", `${totals.seconds.toFixed(2)} s`, `${bytes(totals.bytesRead)} read`]);
  const wide = Math.max(...rows.map((row) => row[2].length));
  return rows.map(([name, value, note]) => [name, value, note.padEnd(wide)]);
}

/** What the action did, or could do. */
function doneRows({ totals, action, dryRun }: Report): string[][] {
  if (action === "none") return [["could be linked", count(totals.replaceable), ""]];
  const links = totals.replaced - totals.cloned;
  const rows: string[][] = [];
  if (action === "reflink") {
    rows.push([
      dryRun ? "names to clone" : "names cloned",
      count(totals.cloned),
      "own files, shared blocks",
    ]);
  }
  if (action === "hardlink" || links > 0) {
    rows.push([dryRun ? "links to make" : "links made", count(links), ""]);
  }
  if (totals.protected > 0) {
    const note = "a tool that writes in place fails now; dedupe unshare gives the bits back";
    rows.push([dryRun ? "to be read-only" : "made read-only", count(totals.protected), note]);
  }
  return rows;
}

function shareOf(part: number, whole: number): string {
  return `${percent(part, whole)} of what the artifacts take on the disk`;
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
    return "Interrupted: what is counted above was done, every file is whole; run again to finish.";
  if (check) {
    if (totals.replaceable === 0) return "Nothing is left to link.";
    return `${plural(totals.replaceable, "duplicate is", "duplicates are")} left: dedupe --hardlink would link ${totals.replaceable === 1 ? "it" : "them"}.`;
  }
  if (dryRun) return "Dry run: nothing was changed.";
  if (action === "none" && totals.replaceable > 0)
    return "Nothing was changed; --hardlink does it.";
  return totals.sets + totals.failed === 0 ? whyNothing(totals) : undefined;
}

/** Where no duplicates were found: what that means. */
function whyNothing({ files, artifacts, inodes }: Report["totals"]): string {
  if (artifacts === 0) {
    return `Nothing to compare among ${plural(files, "file")}: --list-kinds prints what is known as an artifact, --all takes every file.`;
  }
  return inodes < artifacts
    ? "Nothing to do: what is equal is one file already."
    : "Nothing to do: no two artifacts are equal.";
}
