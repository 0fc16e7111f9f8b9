import type { NearGroup, NearPair, NearReport, NearTotals } from "../../core/near-report.ts";
import { displayWidth } from "../display-width.ts";
import { codeSpan, escapeMarkdown } from "../markdown-parts.ts";
import { bytes, count, plural } from "../numbers.ts";
import { painter } from "../paint.ts";
import { printable } from "../printable.ts";
import { resultLine } from "../result-line.ts";
import { alignColumns } from "../table.ts";
import { wrap } from "../wrap.ts";
import { EXAMPLES, WIDTH, groupLines, groupTitle } from "./group-lines.ts";
import type { Detail } from "./text.ts";

/** Yields the lines of the report for a terminal. The first one is the result. */
export function* renderNearText(
  report: NearReport,
  { detail, color }: { readonly detail: Detail; readonly color: boolean },
): Generator<string> {
  const paint = painter(color);
  const { totals, groups, interrupted } = report;
  yield paint("bold", headline(report));
  if (detail === "brief") return;
  yield "";
  yield* alignColumns(summaryRows(totals), [0, 2]);
  const most = detail === "paths" ? Number.POSITIVE_INFINITY : EXAMPLES;
  for (const group of groups) yield* groupLines(nearTitle(group), group.pairs, pairLines, most);
  const closing = closingText(report);
  if (closing === undefined) return;
  yield "";
  for (const line of wrap(closing, WIDTH)) yield interrupted ? paint("yellow", line) : line;
}

/** `12 artifacts equal a variant but for noise, 3.4 MiB to gain, 0.52 s`. */
function headline({ totals, interrupted }: NearReport): string {
  const { near, nearBytes, failed, seconds } = totals;
  const verb = near === 1 ? "equals" : "equal";
  const figures = [
    `${plural(near, "artifact")} ${verb} another variant but for noise`,
    `${bytes(nearBytes)} to gain`,
  ];
  return resultLine(figures, { failed, seconds, interrupted });
}

function summaryRows({ units, near, nearBytes, failed, bytesRead }: NearTotals): string[][] {
  const rows = [
    ["units", count(units), "exist in several variants"],
    ["equal but for noise", count(near), bytes(nearBytes)],
  ];
  if (failed > 0) rows.push(["failed", count(failed), "listed on stderr"]);
  rows.push(["read", bytes(bytesRead), "to compare contents"]);
  return rows;
}

/** `412 static-library files differ only in members' times: build with ar D (3.4 MiB)`. */
function nearTitle(group: NearGroup): string {
  return `${groupTitle(group)} (${bytes(group.bytes)})`;
}

function pairLines({ path, of }: NearPair): string[] {
  const [one, other] = [`  ${printable(of)}`, printable(path)];
  const line = `${one} and ${other}`;
  return displayWidth(line) <= WIDTH ? [line] : [`${one} and`, `    ${other}`];
}

function closingText({ totals, interrupted }: NearReport): string | undefined {
  if (interrupted) return "The figures are partial: the run was interrupted.";
  if (totals.units === 0)
    return "No unit exists in several variants (see --variant-pattern): there is nothing to compare.";
  return undefined;
}

/** The report as Markdown, for the summary page of a CI job. */
export function renderNearMarkdown(report: NearReport): string {
  const items = report.groups.map((group) => {
    const examples = group.pairs.slice(0, EXAMPLES).map(({ path }) => codeSpan(path));
    const more = group.pairs.length - examples.length;
    if (more > 0) examples.push(`${count(more)} more`);
    return `- ${escapeMarkdown(nearTitle(group))}: ${examples.join(", ")}`;
  });
  const roots = report.roots.map(codeSpan).join(", ");
  const parts = [`### dedupe diff --near: ${headline(report)}`, `in ${roots}`, items.join("\n")];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n\n`;
}
