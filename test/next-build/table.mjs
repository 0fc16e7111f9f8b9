/** Prints the matrix as a Markdown table, followed by what is wrong. */
import { CELLS } from "./compare.mjs";

const COLUMNS = ["project", "(a)", "(b)", "(c)", "(d)", "links"];

/** Prints what is lost by linking only what is known to be replaced. */
export function printLosses(rows) {
  print(
    ["project", "links", "if all is trusted", "KiB freed", "if all is trusted"],
    rows.map(({ name, skipped, known, all }) =>
      skipped !== undefined
        ? [name, "skip", "", "", skipped]
        : [name, `${known.links}`, `${all.links}`, kib(known.bytes), kib(all.bytes)],
    ),
  );
}

function kib(bytes) {
  return `${Math.round(bytes / 1024)}`;
}

export function printTable(rows, trusting, seconds) {
  print([...COLUMNS, trusting ? "paths written through" : "with harmful links"], rows.map(lineOf));
  for (const row of rows) explain(row);
  const count = (test) => rows.filter(test).length;
  console.log(
    `${count(({ bad, skipped }) => !bad && !skipped)} right, ${count(({ bad }) => bad)} wrong, ${count(({ skipped }) => skipped)} skipped, in ${seconds} s`,
  );
}

function print(head, lines) {
  const widths = head.map((title, i) =>
    Math.max(title.length, ...lines.map((line) => line[i].length)),
  );
  const printLine = (line) =>
    console.log(`| ${line.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`);
  printLine(head);
  printLine(widths.map((width) => "-".repeat(width)));
  lines.forEach(printLine);
  console.log();
}

function lineOf({ name, skipped, findings, links, danger, noticed, isMissed }) {
  if (skipped !== undefined) return [name, "skip", "skip", "skip", "skip", "", skipped];
  return [
    name,
    ...CELLS.map((cell) => (findings[cell].length > 0 ? "WRONG" : "ok")),
    links.length === 0 ? "" : `${links.reduce((a, b) => a + b)}`,
    noticed === undefined ? wordsOf(danger) : isMissed ? "NOT NOTICED" : `${noticed}`,
  ];
}

function wordsOf(danger) {
  if (danger === undefined) return "";
  if (!danger.detected) return `${danger.how}: NOT DETECTED`;
  return `${danger.how}: wrong in ${danger.cells.map((cell) => `(${cell})`).join(" ")}`;
}

function explain({ name, findings, danger }) {
  if (findings === undefined) return;
  for (const cell of CELLS) {
    if (findings[cell].length === 0) continue;
    const [{ label, found }, ...later] = findings[cell];
    console.log(`WRONG (${cell}) ${name}: ${label}`);
    for (const finding of found.slice(0, 4)) console.log(`    ${finding}`);
    if (found.length > 4) console.log(`    and ${found.length - 4} more`);
    if (later.length > 0) console.log(`    then also: ${later.map((it) => it.label).join("; ")}`);
  }
  if (process.env.VERBOSE !== undefined && danger !== undefined) {
    for (const cell of danger.cells) {
      const [{ label, found }] = danger.findings[cell];
      console.log(`detected (${cell}) ${name}: ${label}: ${found[0]}`);
    }
  }
}
