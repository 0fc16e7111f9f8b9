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
  const byInode = new Map<bigint, number>();
  for (let file = 0; file < files.count; file += 1) {
    if (columns.links[file] < 2 || columns.device[file] !== deviceIndex) continue;
    if (columns.size[file] === 0) continue;
    if (file % STEP === STEP - 1) await yieldToEventLoop();
    const inode = columns.inode[file];
    let isEntry = byInode.get(inode);
    if (isEntry === undefined) {
      const digest = hints.digestOf(inode);
      const mode = originalMode(files, file) ?? columns.mode[file];
      isEntry =
        digest !== undefined && finder.isEntry({ digest, mode, name: files.name(file) }, inode)
          ? 1
          : 0;
      byInode.set(inode, isEntry);
    }
    known[file] = isEntry;
  }
  return known;
}
