import { compareBytes } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import type { WrittenThrough } from "../core/report.ts";
import { inodeIdentity } from "./confirm-written.ts";
import { Fate } from "./fate.ts";
import type { Recollection } from "./recall.ts";

/** The paths whose inode was written in place, or touched, since a run linked it, ordered by path. */
export function listWrittenThrough(
  files: FileTable,
  { memory, fates, entries, unlisted }: Recollection,
): WrittenThrough[] {
  const { size, inode, dir, links } = files.columns;
  if (!fates.includes(Fate.written) && unlisted.length === 0) return [];
  const sizes = new Map<bigint, number>();
  const rows: number[] = [];
  fates.forEach((fate, row) => {
    if (fate !== Fate.written) return;
    rows.push(row);
    if (entries[row] < 0) return;
    const { state } = memory.homes[memory.homeOf(dir[row])];
    sizes.set(inode[row], state.entries.size[entries[row]]);
  });
  const describe = (before: number | undefined, now: number): string =>
    before === undefined || before === now
      ? "it was written to, or touched"
      : `its size went from ${before} to ${now} bytes`;
  const rowsOf = new Map<string, number>();
  for (const row of rows) {
    const identity = inodeIdentity(files, row);
    rowsOf.set(identity, (rowsOf.get(identity) ?? 0) + 1);
  }
  const found = rows.map((row) => {
    const elsewhere = links[row] - (rowsOf.get(inodeIdentity(files, row)) ?? 0);
    const more = elsewhere > 0 ? "; it has links elsewhere, too" : "";
    const detail = describe(sizes.get(inode[row]), size[row]) + more;
    return { path: files.path(row), detail, repaired: false, outdated: false };
  });
  for (const { path, home, entry, size: now } of unlisted) {
    const { size: sizeBefore } = memory.homes[home].state.entries;
    found.push({
      path,
      detail: describe(sizeBefore[entry], now),
      repaired: false,
      outdated: false,
    });
  }
  return found.sort((a, b) => compareBytes(a.path, b.path));
}

/** The inodes that were written in place, or touched, as `inodeIdentity` names them. */
export function writtenInodes(
  files: FileTable,
  { memory, fates, unlisted }: Recollection,
): ReadonlySet<string> {
  const inodes = new Set<string>();
  fates.forEach((fate, row) => {
    if (fate === Fate.written) inodes.add(inodeIdentity(files, row));
  });
  for (const { home, entry } of unlisted) {
    const { devices, entries } = memory.homes[home].state;
    inodes.add(`${devices[entries.device[entry]]}:${entries.inode[entry]}`);
  }
  return inodes;
}
