import type { FileTable } from "../core/file-table.ts";

/** By directory: its first row or, if it has none, the next directory's; at the end, the number of rows. */
export function firstRowsOf({ columns: { dir }, count, dirCount }: FileTable): Uint32Array {
  const first = new Uint32Array(dirCount + 1).fill(count);
  let next = 0;
  for (let row = 0; row < count; row += 1) for (; next <= dir[row]; next += 1) first[next] = row;
  return first;
}
