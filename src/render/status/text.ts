import { fromText } from "../../core/byte-path.ts";
import type { FileSystemSummary, StateSummary, StatusReport } from "../../core/status-report.ts";
import { cutDisplay } from "../display-width.ts";
import { bytes, count, plural } from "../numbers.ts";
import { painter } from "../paint.ts";
import { printable } from "../printable.ts";
import { resultLine } from "../result-line.ts";
import { alignColumns } from "../table.ts";
import { timeAgo } from "../time-ago.ts";

export type Detail = "brief" | "summary" | "paths";

export interface TextOptions {
  readonly detail: Detail;
  readonly color: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The width of the screen that the summary fits. */
const WIDTH = 80;
/** How many reasons, states and file systems the summary shows, so that it fits a screen of 24 lines. */
const MOST_REASONS = 6;
const MOST_STATES = 2;
const MOST_FILE_SYSTEMS = 3;

/** Yields the lines of the report for a terminal. The first one is the result. */
export function* renderText(report: StatusReport, options: TextOptions): Generator<string> {
  yield painter(options.color)("bold", headline(report));
  if (options.detail === "brief") return;
  yield "";
  if (options.detail === "paths") {
    yield* renderPaths(report);
    if (report.linked.length + report.marked.length > 0) yield "";
  }
  for (const line of alignColumns(summaryRows(report), [0, 2])) yield cutDisplay(line, WIDTH);
  yield "";
  yield* renderStates(report.states, options.now);
  yield* report.fileSystems.slice(0, MOST_FILE_SYSTEMS).map(describeFileSystem);
  const more = report.fileSystems.length - MOST_FILE_SYSTEMS;
  if (more > 0) yield `${plural(more, "more file system")} (--json lists them)`;
  const { noNative } = report;
  yield noNative === undefined ? "native calls: yes" : `native calls: no (${noNative})`;
}

function headline({ totals, interrupted, writtenThrough }: StatusReport): string {
  const { inodes, paths, savedBytes, failed, seconds } = totals;
  const figures = [
    `${plural(paths, "path")} of ${plural(inodes, "file")} linked by dedupe`,
    `${bytes(savedBytes)} saved`,
    ...(writtenThrough.length > 0 ? [`${count(writtenThrough.length)} written through`] : []),
  ];
  return resultLine(figures, { failed, seconds, interrupted });
}

function* renderPaths({ linked, marked }: StatusReport): Generator<string> {
  for (const { by, links, paths } of linked) {
    const who = by === "dedupe" ? "dedupe" : "others";
    const elsewhere = links > paths.length ? ` and ${count(links - paths.length)} elsewhere` : "";
    yield `linked by ${who}: ${paths.map(printable).join(", ")}${elsewhere}`;
  }
  for (const { path, reason } of marked) yield `not to be linked: ${printable(path)} (${reason})`;
}

function summaryRows(report: StatusReport): string[][] {
  const { totals, leftAlone, marked, writtenThrough, forgotten } = report;
  const rows = [
    ["linked by others", count(totals.otherPaths), describeOthers(report)],
    [
      "written through",
      count(writtenThrough.length),
      writtenThrough.length > 0 ? "listed on stderr" : "",
    ],
    ["not to be linked", count(marked.length), marked.length > 0 ? "--forget allows it again" : ""],
  ];
  if (forgotten !== undefined) rows.push(["forgotten", count(forgotten), ""]);
  const frees = totals.replaceable > 0 ? `--hardlink frees ${bytes(totals.freeableBytes)}` : "";
  rows.push(["left to link", count(totals.replaceable), frees]);
  const others = leftAlone.slice(MOST_REASONS);
  const sum = others.reduce((total, { count: paths }) => total + paths, 0);
  rows.push(["left alone", count(totals.skipped), totals.skipped > 0 ? "dedupe -v says why" : ""]);
  for (const { reason, count: paths, examples } of leftAlone.slice(0, MOST_REASONS))
    rows.push([`  ${reason}`, count(paths), printable(examples[0].path)]);
  if (sum > 0) rows.push(["  other reasons", count(sum), "--json lists them"]);
  if (totals.failed > 0) rows.push(["failed", count(totals.failed), "listed on stderr"]);
  return rows;
}

/** Without a state, links that a run has made look like those of others. */
function describeOthers({ totals: { otherInodes }, states }: StatusReport): string {
  if (otherInodes === 0) return "";
  const files = `of ${plural(otherInodes, "file")}`;
  return states.length > 0 ? files : `${files}, or by dedupe: no state says`;
}

function* renderStates(states: readonly StateSummary[], now: number): Generator<string> {
  if (states.length === 0) yield "state: none";
  for (const { file, paths, size, savedAt } of states.slice(0, MOST_STATES)) {
    const figures = [plural(paths, "path"), bytes(size), timeAgo(now - savedAt)];
    yield `state: ${figures.join(", ")}`;
    // Not cut, so that it can be copied.
    yield `  ${printable(file)}`;
  }
  const more = states.length - MOST_STATES;
  if (more > 0) yield `${plural(more, "more state")} (--json lists them)`;
}

function describeFileSystem({ path, type, clones, exchange }: FileSystemSummary): string {
  const exchanges = exchange === undefined ? "unknown" : exchange ? "yes" : "no";
  const name = type === undefined ? "file system" : printable(fromText(type));
  const end = `: ${name}, clones: ${clones ? "yes" : "no"}, exchange of names: ${exchanges}`;
  return cutDisplay(printable(path), WIDTH - end.length) + end;
}
