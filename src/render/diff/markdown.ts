import type { DiffReport } from "../../core/diff-report.ts";
import { codeSpan, escapeMarkdown, markdownTable } from "../markdown-parts.ts";
import { count } from "../numbers.ts";
import { headline } from "./headline.ts";
import { EXAMPLES, groupTitle } from "./group-lines.ts";

/** Groups that are listed with examples. */
const MOST_GROUPS = 20;

/** The report as Markdown, for the summary page of a CI job. */
export function renderMarkdown(report: DiffReport): string {
  const { totals, groups, roots } = report;
  const rows = [
    ["", ""],
    ["equal", count(totals.equal)],
    ["different", count(totals.different)],
    ["only in A", count(totals.onlyA)],
    ["only in B", count(totals.onlyB)],
    ["failed", count(totals.failed)],
  ];
  const shown = groups.slice(0, MOST_GROUPS).map((group) => ({
    title: groupTitle(group),
    paths: group.pairs.map(({ path }) => path),
  }));
  const only = [report.onlyA, report.onlyB].map((paths, tree) => ({
    title: `only in ${"AB"[tree]}:`,
    paths,
  }));
  const lists = [...shown, ...only].filter(({ paths }) => paths.length > 0);
  const rest = groups.length - shown.length;
  const parts = [
    `### dedupe diff: ${headline(report)}`,
    roots.map((root, tree) => `${"AB"[tree]}: ${codeSpan(root)}`).join(", "),
    markdownTable(rows),
    [
      ...lists.map(({ title, paths }) => {
        const examples = paths.slice(0, EXAMPLES).map(codeSpan);
        const more = paths.length - examples.length;
        if (more > 0) examples.push(`${count(more)} more`);
        return `- ${escapeMarkdown(title)} ${examples.join(", ")}`;
      }),
      ...(rest > 0 ? [`- ${count(rest)} more groups`] : []),
    ].join("\n"),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n\n`;
}
