import type { FileTable } from "../core/file-table.ts";
import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { originalMode } from "../replace/original-mode.ts";
import type { EntryFinder } from "./find-entries.ts";
import type { InodeHints } from "./inode-hints.ts";
import { listInodes } from "./inode-set.ts";
import type { Store } from "./open-store.ts";

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
/** Files between two yields to the event loop. */
const STEP = 1000;

/** With more files than one for this many entries, it takes less time to list the store than to look at single entries. */
const WORTH_LISTING = 40;

/** Which rows of a tree are entries of the store already: 1, else 0. Reads no file. */
export async function knownEntries(
  files: FileTable,
  { device, path }: Store,
  hints: InodeHints,
  finder: EntryFinder,
): Promise<Uint8Array> {
  const known = new Uint8Array(files.count);
  const rows = linkedRows(files, files.devices.indexOf(device));
  if (rows.length === 0 || hints.count === 0) return known;
  const { inode } = files.words;
  const inodes =
    rows.length * WORTH_LISTING > hints.count ? listInodes(path, hints.count) : undefined;
  if (inodes !== undefined) {
    for (const row of rows) known[row] = Number(inodes.has(inode[2 * row], inode[2 * row + 1]));
    return known;
  }
  const [low, high] = IS_LITTLE_ENDIAN ? [0, 1] : [1, 0];
  const byInode = new Map<bigint, number>();
  for (const [i, row] of rows.entries()) {
    if (i % STEP === STEP - 1) await yieldToEventLoop();
    const digest = hints.digestOfWords(inode[2 * row + low], inode[2 * row + high]);
    if (digest === undefined) continue;
    // Another name of the inode may have been looked at.
    const number = files.columns.inode[row];
    known[row] = byInode.get(number) ?? Number(isEntry(files, row, digest, finder));
    byInode.set(number, known[row]);
  }
  return known;
}

/** The rows that have a further link, as an entry has. */
function linkedRows(files: FileTable, deviceIndex: number): number[] {
  const { links, device, size } = files.columns;
  const rows: number[] = [];
  for (let row = 0; row < files.count; row += 1)
    if (links[row] > 1 && device[row] === deviceIndex && size[row] > 0) rows.push(row);
  return rows;
}

const EXECUTE_BITS = 0o111;

function isEntry(files: FileTable, file: number, digest: string, finder: EntryFinder): boolean {
  const mode = originalMode(files, file) ?? files.columns.mode[file];
  const name = (mode & EXECUTE_BITS) === 0 ? "" : files.name(file);
  return finder.isEntry({ digest, mode, name }, files.words.inode, file);
}
