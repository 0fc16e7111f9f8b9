import type { BytePath } from "../../core/byte-path.ts";
import type { DiffReport, DifferenceGroup, DifferentPair } from "../../core/diff-report.ts";
import { cutDisplay, displayWidth } from "../display-width.ts";
import { bytes, count, plural } from "../numbers.ts";
import { painter } from "../paint.ts";
import { printable } from "../printable.ts";
import { alignColumns } from "../table.ts";
import { wrap } from "../wrap.ts";
import { EXAMPLES, WIDTH, groupLines, groupTitle } from "./group-lines.ts";
import { headline } from "./headline.ts";

/** How much to print: one line, three examples of each group, or every path. */
export type Detail = "brief" | "summary" | "paths";

/** The width of the last column of the table. */
const NOTE_WIDTH = 54;

/** Yields the lines of the report for a terminal. The first one is the verdict. */
export function* renderText(
  report: DiffReport,
  { detail, color }: { readonly detail: Detail; readonly color: boolean },
): Generator<string> {
  const paint = painter(color);
  yield paint("bold", headline(report));
  if (detail === "brief") return;
  yield "";
  yield* alignColumns(summaryRows(report), [0, 2]);
  const most = detail === "paths" ? Number.POSITIVE_INFINITY : EXAMPLES;
  const { groups, onlyA, onlyB, roots, interrupted } = report;
  // What is missing is more serious than noise.
  const isNoise = (group: DifferenceGroup): boolean => group.class === "noise";
  for (const group of groups.filter((each) => !isNoise(each))) yield* renderGroup(group, most);
  for (const [root, only] of [
    [roots[0], onlyA],
    [roots[1], onlyB],
  ] as const)
    yield* groupLines(
      `only in ${printable(root)}:`,
      only,
      (path) => [`  ${printable(path)}`],
      most,
    );
  for (const group of groups.filter(isNoise)) yield* renderGroup(group, most);
  const closing = closingText(report);
  if (closing === undefined) return;
  yield "";
  for (const line of wrap(closing, WIDTH)) yield interrupted ? paint("yellow", line) : line;
}

function summaryRows({ totals, roots }: DiffReport): string[][] {
  const { classes, different } = totals;
  const reasons = (["code", "data", "names", "noise"] as const)
    .filter((name) => classes[name] > 0)
    .map((name) => `${count(classes[name])} ${name === "noise" ? "only in noise" : `in ${name}`}`);
  const rows = [["equal", count(totals.equal), bytes(totals.equalBytes)]];
  if (different > 0) rows.push(["different", count(different), reasons.join(", ")]);
  const nameOf = (root: BytePath): string => cutDisplay(printable(root), NOTE_WIDTH);
  if (totals.onlyA > 0) rows.push(["only in A", count(totals.onlyA), nameOf(roots[0])]);
  if (totals.onlyB > 0) rows.push(["only in B", count(totals.onlyB), nameOf(roots[1])]);
  if (totals.unknown > 0) rows.push(["not compared", count(totals.unknown), ""]);
  if (totals.failed > 0) rows.push(["failed", count(totals.failed), "listed on stderr"]);
  rows.push(["read", bytes(totals.bytesRead), "to compare contents"]);
  return rows;
}

function renderGroup(group: DifferenceGroup, most: number): Generator<string> {
  return groupLines(groupTitle(group), group.pairs, (pair) => describePair(pair, group), most);
}

/** `  lib/mod1.so: .text 104 bytes, .rodata 3 bytes`, in two lines if that is wider than the screen. */
function describePair(pair: DifferentPair, { format }: DifferenceGroup): string[] {
  const { path, other } = pair;
  const name = `  ${printable(path)}${other === undefined ? "" : ` and ${printable(other)}`}`;
  const facts = factsOf(pair, format);
  if (facts.length === 0) return [name];
  const line = `${name}: ${facts[0]}`;
  const [head, room] =
    displayWidth(line) <= WIDTH
      ? [`${name}: `, WIDTH - displayWidth(name) - 2]
      : ["      ", WIDTH - 6];
  const text = `${head}${joinFitting(facts, room)}`;
  return head.trim() === "" ? [name, text] : [text];
}

function factsOf(
  { sizes, modes, targets, firstDifference, parts }: DifferentPair,
  format: string | undefined,
): string[] {
  // Parts of text are lines, counted by their label.
  const facts = parts.map(({ label, bytes: size }) =>
    format === "text" ? printable(label) : `${printable(label)} ${plural(size, "byte")}`,
  );
  if (parts.length === 0 && firstDifference !== undefined) {
    if (sizes !== undefined && sizes[0] !== sizes[1])
      facts.push(`${count(sizes[0])} and ${plural(sizes[1], "byte")}`);
    facts.push(`from byte ${count(firstDifference)}`);
  }
  if (modes !== undefined) facts.push(`mode ${modes.map(octal).join(" and ")}`);
  if (targets !== undefined) facts.push(targets.map(describeTarget).join(" and "));
  return facts;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(3, "0");
}

function describeTarget(target: BytePath | undefined): string {
  return target === undefined ? "a file" : `-> ${printable(target)}`;
}

/** As many facts as fit into `room` columns, and how many are left. */
function joinFitting(facts: readonly string[], room: number): string {
  for (let shown = facts.length; ; shown -= 1) {
    const rest = facts.length - shown;
    const more = rest === 0 ? "" : `, ${count(rest)} more`;
    const text = facts.slice(0, shown).join(", ") + more;
    if (shown <= 1 || displayWidth(text) <= room) return text;
  }
}

function closingText({ totals, interrupted }: DiffReport): string | undefined {
  if (interrupted) return "The figures are partial: the run was interrupted.";
  if (totals.artifactsA + totals.artifactsB + totals.failed === 0)
    return "Neither tree has artifacts (see --list-kinds); --all compares any file.";
  return undefined;
}
