import type { FileTable } from "../core/file-table.ts";
import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { originalMode } from "../replace/original-mode.ts";
import type { EntryFinder } from "./find-entries.ts";
import type { InodeHints } from "./inode-hints.ts";
import type { Store } from "./open-store.ts";

/** Files between two yields to the event loop. */
const STEP = 1000;

/** Which rows of a tree are entries of the store already: 1, else 0. Reads no file. */
export async function knownEntries(
  files: FileTable,
  { device }: Store,
  hints: InodeHints,
  finder: EntryFinder,
): Promise<Uint8Array> {
  const { columns } = files;
  const deviceIndex = files.devices.indexOf(device);
  const known = new Uint8Array(files.count);
  const { inode } = files.words;
  const [low, high] = isLittleEndian() ? [0, 1] : [1, 0];
  const byInode = new Map<bigint, number>();
  for (let file = 0; file < files.count; file += 1) {
    const links = columns.links[file];
    if (links < 2 || columns.device[file] !== deviceIndex || columns.size[file] === 0) continue;
    if (file % STEP === STEP - 1) await yieldToEventLoop();
    const digest = hints.digestOfWords(inode[2 * file + low], inode[2 * file + high]);
    if (digest === undefined) continue;
    // Another name of the inode may have been looked at.
    const before = links > 2 ? byInode.get(columns.inode[file]) : undefined;
    known[file] = before ?? Number(isEntry(files, file, digest, finder));
    if (links > 2) byInode.set(columns.inode[file], known[file]);
  }
  return known;
}

const EXECUTE_BITS = 0o111;

function isEntry(files: FileTable, file: number, digest: string, finder: EntryFinder): boolean {
  const mode = originalMode(files, file) ?? files.columns.mode[file];
  const name = (mode & EXECUTE_BITS) === 0 ? "" : files.name(file);
  return finder.isEntry({ digest, mode, name }, files.words.inode, file);
}

function isLittleEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}
