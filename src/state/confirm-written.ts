import type { FileTable } from "../core/file-table.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { Fate } from "./fate.ts";
import type { Memory } from "./load-state.ts";
import { type Entries, Status } from "./state.ts";

/**
 * Looks again at rows with `Fate.written`: some lead to a new inode with the number of the old one, and the inodes of
 * others have more links.
 *
 * @param entries By row: the entry in the state of its home, or -1.
 */
export function confirmWritten(
  files: FileTable,
  memory: Memory,
  fates: Uint8Array,
  entries: Int32Array,
): void {
  const entryOf = (row: number): Entry => ({
    entries: memory.homes[memory.homeOf(files.columns.dir[row])].state.entries,
    entry: entries[row],
  });
  for (const rows of writtenRows(files, fates)) {
    for (const row of reusedRows(files, rows, entryOf))
      fates[row] = isKnownWritten(entryOf(row)) ? Fate.inPlace : Fate.remade;
  }
  markOtherLinks(files, fates);
}

interface Entry {
  readonly entries: Entries;
  readonly entry: number;
}

function isKnownWritten({ entries, entry }: Entry): boolean {
  return entries.status[entry] === Status.written;
}

/** The rows with `Fate.written` of each inode. */
function writtenRows(files: FileTable, fates: Uint8Array): Iterable<readonly number[]> {
  const rowsOf = new Map<string, number[]>();
  fates.forEach((fate, row) => {
    if (fate !== Fate.written) return;
    const identity = inodeIdentity(files, row);
    const known = rowsOf.get(identity);
    if (known === undefined) rowsOf.set(identity, [row]);
    else known.push(row);
  });
  return rowsOf.values();
}

/**
 * The rows of an inode whose entries are about another inode, which is gone: file systems give its number to new files.
 * An inode is the old one if it was born before the state saw it. Where the file system does not record that, several
 * paths that were linked to it have to lead to it.
 */
function reusedRows(
  files: FileTable,
  rows: readonly number[],
  entryOf: (row: number) => Entry,
): readonly number[] {
  const stat = tryErrno(() => disk.lstat(files.path(rows[0])));
  const born = isErrno(stat) ? 0n : stat.birthtimeNs;
  return rows.filter((row) => {
    const { entries, entry } = entryOf(row);
    if (born === 0n) return rows.length < 2 && !isKnownWritten({ entries, entry });
    return born > entries.ctime[entry];
  });
}

/** All links of an inode share what was written into it, also those that no run has made. */
function markOtherLinks(files: FileTable, fates: Uint8Array): void {
  const written = new Set<string>();
  fates.forEach((fate, row) => {
    if (fate === Fate.written) written.add(inodeIdentity(files, row));
  });
  fates.forEach((_, row) => {
    if (written.has(inodeIdentity(files, row))) fates[row] = Fate.written;
  });
}

/** Names an inode, as long as it exists. */
export function inodeIdentity({ columns, devices }: FileTable, row: number): string {
  return `${devices[columns.device[row]]}:${columns.inode[row]}`;
}
