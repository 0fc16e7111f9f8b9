import type { FileTable } from "../core/file-table.ts";
import { Fate } from "./fate.ts";
import type { Recollection } from "./recall.ts";

/** The rows of which a digest is remembered, because their tool may touch them. */
export function touchedRows(
  { columns: { dir } }: FileTable,
  { memory, fates, entries }: Recollection,
): number[] {
  const rows: number[] = [];
  if (memory.homes.every(({ state }) => state.digests.size === 0)) return rows;
  fates.forEach((fate, row) => {
    if (fate !== Fate.linked || entries[row] < 0) return;
    if (memory.homes[memory.homeOf(dir[row])].state.digests.has(entries[row])) rows.push(row);
  });
  return rows;
}
