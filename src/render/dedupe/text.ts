import { fromText } from "../../core/byte-path.ts";
import type { LeftOut, Report, SetReport, SkipReason } from "../../core/report.ts";
import { displayWidth } from "../display-width.ts";
import { bytes, count, percent, plural } from "../numbers.ts";
import { painter } from "../paint.ts";
import { printable } from "../printable.ts";
import { alignColumns } from "../table.ts";
import { wrap } from "../wrap.ts";
import { headline } from "./headline.ts";
import { describeLeftOut } from "./left-out.ts";
import { kindTable, variantTables } from "./variant-tables.ts";

/** How much to print: one line; what fits a small screen; the tables too; or every path too. */
export type Detail = "brief" | "summary" | "tables" | "paths";

export interface TextOptions {
  readonly detail: Detail;
  readonly color: boolean;
  /** Say whether `--check` found duplicates. */
  readonly check: boolean;
}

/** The width of the screen that the summary fits, and of it the last column of the table. */
const WIDTH = 80;
const NOTE_WIDTH = 48;

/** Yields the lines of the report for a terminal. The first one is the result. */
export function* renderText(report: Report, options: TextOptions): Generator<string> {
  const paint = painter(options.color);
  yield paint("bold", headline(report));
  if (options.detail === "brief") return;
  yield "";
  if (options.detail === "paths") {
    yield* renderPaths(report);
    if (report.sets.length + report.skipped.length > 0) yield "";
  }
  yield* alignColumns(summaryRows(report, options), [0, 2]);
  if (options.detail !== "summary") {
    yield* renderKinds(report);
    yield* renderVariants(report);
  }
  const closing = closingText(report, options);
  if (closing === undefined) return;
  yield "";
  for (const line of wrap(closing, WIDTH))
    yield report.interrupted ? paint("yellow", line) : paint("green", line);
}

/** What was done with each path, and why others were left alone. */
function* renderPaths(report: Report): Generator<string> {
  for (const set of report.sets) yield* renderSet(set);
  for (const { path, detail } of report.skipped)
    yield `left alone ${printable(path)}: ${printable(detail)}`;
  for (const { unit, variant, paths } of report.conflicts) {
    yield `conflict: ${paths.map(printable).join(" and ")} are both ${printable(unit)} in variant ${printable(fromText(variant))}`;
  }
  yield* renderMethods(report);
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

function summaryRows(report: Report, { detail }: TextOptions): string[][] {
  const { totals, dryRun, skipped, conflicts, uniform, writtenThrough } = report;
  const more = detail === "paths" ? "" : " (-v lists them)";
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
  ];
  rows.push(...storeRows(report));
  if (uniform.several > 0) {
    const share = percent(uniform.count, uniform.several);
    rows.push([
      "units",
      count(uniform.several),
      `${count(uniform.count)} identical in all variants (${share})`,
    ]);
  }
  if (totals.protected > 0) {
    const note = "dedupe unshare makes them writable again";
    rows.push([dryRun ? "to be read-only" : "made read-only", count(totals.protected), note]);
  }
  if (writtenThrough.length > 0)
    rows.push(["written through", count(writtenThrough.length), "listed on stderr"]);
  if (skipped.length > 0) {
    const reasons = countReasons(skipped, NOTE_WIDTH - more.length);
    rows.push(["left alone", count(totals.skipped), `${reasons}${more}`]);
  }
  if (conflicts.length > 0)
    rows.push(["conflicts", count(conflicts.length), `same unit and variant${more}`]);
  if (totals.failed > 0) rows.push(["failed", count(totals.failed), "listed on stderr"]);
  rows.push(["read", bytes(totals.bytesRead), "to compare contents"]);
  return rows;
}

/** What the store had, got and lost. */
function storeRows({ store, action, dryRun }: Report): string[][] {
  if (store === undefined) return [];
  const [linked, freed] =
    action === "none"
      ? [store.replaceable, store.freeableBytes]
      : [store.replaced, store.savedBytes];
  const done = action === "none" || dryRun ? "to share" : "shared now";
  const rows = [
    ["in the store", count(store.found), `${count(linked)} ${done}, ${bytes(freed)}`],
    [dryRun ? "to put in" : "put in", count(store.added), ""],
  ];
  if (store.evicted.length > 0)
    rows.push([
      dryRun ? "to evict" : "evicted",
      count(store.evicted.length),
      "damaged entries, listed on stderr",
    ]);
  if (store.trimmed > 0)
    rows.push([
      "trimmed",
      count(store.trimmed),
      `unused for five days, ${bytes(store.trimmedBytes)}`,
    ]);
  return rows;
}

/** The most frequent reasons, as many as fit into `width`, and how many files have others. */
function countReasons(skipped: Report["skipped"], width: number): string {
  const counts = new Map<SkipReason, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const byCount = [...counts].sort((a, b) => b[1] - a[1]);
  let rest = skipped.length;
  let text = "";
  for (const [reason, times] of byCount) {
    const longer = `${text}${text === "" ? "" : ", "}${count(times)} ${reason}`;
    const others = rest === times ? "" : `, ${count(rest - times)} others`;
    if (text !== "" && longer.length + others.length > width) break;
    text = longer;
    rest -= times;
  }
  return rest === 0 ? text : `${text}, ${count(rest)} others`;
}

function* renderVariants(report: Report): Generator<string> {
  for (const table of variantTables(report)) {
    const wide = alignColumns(table.rows);
    const { narrow } = table;
    const isTooWide = narrow !== undefined && wide.some((line) => displayWidth(line) > WIDTH);
    const { title } = isTooWide ? narrow : table;
    yield "";
    if (title !== "") yield title;
    yield* isTooWide ? alignColumns(narrow.rows, [1], " ") : wide;
  }
}

function* renderKinds(report: Report): Generator<string> {
  const table = kindTable(report);
  if (table === undefined) return;
  yield "";
  yield* alignColumns(table.rows);
}

function closingText(report: Report, { check, detail }: TextOptions): string | undefined {
  const { totals, action, dryRun, interrupted, leftOut, store } = report;
  if (interrupted) return "The figures are partial. Every file is complete; run again to finish.";
  if (check && totals.artifacts > 0) {
    const left = totals.replaceable + (store?.replaceable ?? 0);
    if (left === 0) return `Nothing is left to link${inParentheses(leftOut)}.`;
    return `${plural(left, "duplicate is", "duplicates are")} left: dedupe --hardlink${store === undefined ? "" : " --store"} would link ${left === 1 ? "it" : "them"}.`;
  }
  if (dryRun) return "Dry run: nothing was changed.";
  if (action === "none" && totals.replaceable > 0)
    return `Nothing was changed. --hardlink links the duplicates${detail === "summary" ? ", --stats shows details" : ""}.`;
  return totals.sets + totals.failed + (store?.found ?? 0) + (store?.added ?? 0) === 0
    ? whyNothing(report)
    : undefined;
}

function inParentheses(leftOut: LeftOut): string {
  const text = describeLeftOut(leftOut);
  return text === undefined ? "" : ` (${text})`;
}

/** Explains why no duplicates were found, and which options have left out files. */
function whyNothing({ totals, leftOut }: Report): string {
  const { files, artifacts, inodes } = totals;
  if (artifacts > 0) {
    const why =
      inodes < artifacts
        ? "all identical artifacts are linked already"
        : "no two artifacts are identical";
    return `Nothing to do: ${why}${inParentheses(leftOut)}.`;
  }
  const left = describeLeftOut(leftOut);
  if (left !== undefined) return `No artifacts are left of ${plural(files, "file")}: ${left}.`;
  if (files === 0) return "No regular files were found.";
  return `None of ${plural(files, "file")} is an artifact (see --list-kinds); --all takes any file.`;
}
