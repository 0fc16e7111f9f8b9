import { displayWidth, padDisplay } from "./display-width.ts";

/** Aligns columns to the right, except those with the numbers in `left`. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  left: readonly number[] = [0],
  separator = "  ",
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) =>
        padDisplay(cell, widths[column], left.includes(column) ? "end" : "start"),
      )
      .join(separator)
      .trimEnd(),
  );
}
