import type { Report } from "../../core/report.ts";
import { codeSpan, markdownTable } from "../markdown-parts.ts";
import { bytes, count, percent } from "../numbers.ts";
import { headline } from "./headline.ts";
import { type Table, kindTable, uniformLine, variantTables } from "./variant-tables.ts";

/** How many options that nothing matches are listed. */
const MOST_UNMATCHED = 10;

/** The report as Markdown, for the summary page of a CI job. */
export function renderMarkdown(report: Report): string {
  const { totals, action, dryRun } = report;
  const done = action !== "none" && !dryRun;
  const links = done ? totals.replaced : totals.replaceable;
  const freed = done ? totals.savedBytes : totals.freeableBytes;
  const roots = report.roots.map(codeSpan).join(", ");
  const totalsTable: Table = {
    title: "",
    rows: [
      ["", ""],
      ["artifacts", `${count(totals.artifacts)} (${bytes(totals.bytes)})`],
      ["duplicate sets", count(totals.sets)],
      ...actionRows(report, links),
      [done ? "freed" : "would free", `${bytes(freed)} (${percent(freed, totals.allocatedBytes)})`],
      ...storeRows(report),
      ...writtenThroughRows(report),
      ["left alone", count(totals.skipped)],
      ["failed", count(totals.failed)],
    ],
  };
  const kinds = kindTable(report);
  const uniform = uniformLine(report);
  const unmatched = report.unmatched
    .slice(0, MOST_UNMATCHED)
    .map(({ option, value }) => codeSpan(`--${option} ${value}`));
  const parts = [
    `### dedupe: ${headline(report)}`,
    roots === "" ? undefined : `in ${roots}`,
    table(totalsTable),
    unmatched.length === 0 ? undefined : `No match: ${unmatched.join(", ")}.`,
    ...variantTables(report).map(table),
    uniform === undefined ? undefined : `${uniform}.`,
    kinds === undefined ? undefined : table(kinds),
  ];
  return `${parts.filter((part) => part !== undefined).join("\n\n")}\n\n`;
}

function writtenThroughRows({ writtenThrough }: Report): string[][] {
  return writtenThrough.length === 0 ? [] : [["written through", count(writtenThrough.length)]];
}

function storeRows({ store, action, dryRun }: Report): string[][] {
  if (store === undefined) return [];
  const isDone = action !== "none" && !dryRun;
  const shared = isDone ? store.replaced : store.replaceable;
  const saved = isDone ? store.savedBytes : store.freeableBytes;
  const evicted = store.evicted.length;
  return [
    ["found in the store", count(store.found)],
    [isDone ? "shared with the store" : "to share with the store", count(shared)],
    [isDone ? "freed by the store" : "would be freed by the store", bytes(saved)],
    [isDone ? "put into the store" : "to put into the store", count(store.added)],
    ...(evicted > 0 ? [["evicted from the store", count(evicted)]] : []),
  ];
}

function actionRows({ totals, action, dryRun }: Report, links: number): string[][] {
  const done = action !== "none" && !dryRun;
  if (action !== "reflink") return [[done ? "links made" : "links to make", count(links)]];
  const rows = [[done ? "clones made" : "clones to make", count(totals.cloned)]];
  if (totals.replaced > totals.cloned) {
    rows.push([done ? "links made" : "links to make", count(totals.replaced - totals.cloned)]);
  }
  return rows;
}

function table({ title, rows }: Table): string {
  const lines = markdownTable(rows);
  return title === "" ? lines : `${title}\n\n${lines}`;
}
