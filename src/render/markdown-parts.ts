/** What the Markdown summaries of all commands consist of. */

/** A table whose first row is its head. All columns but the first are aligned to the right. */
export function markdownTable([head, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(" | ")} |`;
  const rule = `| ${head.map((_, column) => (column === 0 ? "---" : "---:")).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

export function escapeMarkdown(text: string): string {
  return text.replace(/[\\|`*_<>]/g, "\\$&");
}

export function codeSpan(text: string): string {
  return `\`${text.replace(/[`\s]/g, " ")}\``;
}

function escapeCell(text: string): string {
  return escapeMarkdown(text).replace(/\s/g, " ");
}
