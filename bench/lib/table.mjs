/**
 * Formats rows as a Markdown table that is also readable as plain text. The first column is left-aligned, the others
 * are right-aligned.
 * @param {string[]} head
 * @param {string[][]} rows
 * @returns {string}
 */
export function table(head, rows) {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => row[column].length)),
  );
  const line = (/** @type {string[]} */ row) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join(" | ")} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

/** Formats a number with three significant digits; "–" if it is unknown. @param {number} value */
export function number(value) {
  if (!Number.isFinite(value)) return "–";
  if (value >= 100) return count(Math.round(value));
  const digits = value >= 10 ? 1 : value >= 1 ? 2 : value >= 0.1 ? 3 : 4;
  return value.toFixed(digits);
}

/** Formats a number with two decimals; "–" if it is unknown. @param {number} value */
export function ratio(value) {
  return Number.isFinite(value) ? value.toFixed(2) : "–";
}

/** Formats an integer with thousands separators. @param {number} value */
export function count(value) {
  return value.toLocaleString("en-US");
}
