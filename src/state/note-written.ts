import type { BytePath } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { Fate } from "./fate.ts";
import type { StateHome } from "./load-state.ts";
import { Note, RebuiltState } from "./rebuilt-state.ts";
import type { Recollection } from "./recall.ts";
import { cachedStates } from "./state-files.ts";
import { type State, Status } from "./state.ts";
import { updateState } from "./update-state.ts";

/**
 * Records which inodes were written in place, before their links are broken. A link that is not broken, because the run
 * is stopped or does not know of the link, is an inode's only one in the end; nothing on the disk would show then that
 * it was written through.
 */
export function noteWritten(files: FileTable, recollection: Recollection): void {
  const { memory, fates, entries, unlisted } = recollection;
  const inodes = new Set(unlisted.map(({ home, entry }) => keyOf(memory.homes[home].state, entry)));
  const what = fates.map((fate, row) => {
    if (entries[row] < 0) return fate === Fate.written ? Note.written : Note.nothing;
    if (fate === Fate.written)
      inodes.add(keyOf(memory.homes[memory.homeOf(files.columns.dir[row])].state, entries[row]));
    return Note.same;
  });
  const notes = { what, keepers: new Int32Array(what.length).fill(-1), counts: new Map() };
  for (const [i, home] of memory.homes.entries()) {
    markWritten(home.state, inodes);
    updateState(home, (newer = home.state) => {
      markWritten(newer, inodes);
      return new RebuiltState(files, recollection, notes, i).build(newer.savedAt + 1n, newer);
    });
  }
  const cache = memory.homes.find((home) => home.cache !== undefined)?.cache;
  if (cache === undefined) return;
  const known = new Set(memory.homes.map(({ file }) => file));
  for (const { path: file, state } of cachedStates(cache)) {
    if (known.has(file) || !markWritten(state, inodes)) continue;
    updateState({ file, root: state.root, cache, state }, (newer = state) => {
      markWritten(newer, inodes);
      return { ...newer, savedAt: newer.savedAt + 1n };
    });
  }
}

/** Marks the entries of inodes. Answers whether there are any. */
function markWritten(state: State, inodes: ReadonlySet<string>): boolean {
  const { status } = state.entries;
  let found = false;
  for (let entry = 0; entry < status.length; entry += 1) {
    if (status[entry] !== Status.linked || !inodes.has(keyOf(state, entry))) continue;
    status[entry] = Status.written;
    found = true;
  }
  return found;
}

/** Names an inode as it was linked: its number may have belonged to other files before. */
function keyOf({ devices, entries }: State, entry: number): string {
  const { device, inode, size, mtime } = entries;
  return [devices[device[entry]], inode[entry], size[entry], mtime[entry]].join(":");
}

/** The homes with some paths as paths that are written in place. They are not saved yet. */
export function noteInPlace(
  files: FileTable,
  recollection: Recollection,
  paths: ReadonlySet<BytePath>,
): StateHome[] {
  const { memory, fates, entries, unlisted } = recollection;
  const what = fates.map((fate, row) => {
    if (fate === Fate.written && paths.has(files.path(row))) return Note.inPlace;
    return entries[row] < 0 ? Note.nothing : Note.same;
  });
  for (const { path, home, entry } of unlisted)
    if (paths.has(path)) memory.homes[home].state.entries.status[entry] = Status.inPlace;
  const notes = { what, keepers: new Int32Array(what.length).fill(-1), counts: new Map() };
  return memory.homes.map((home, i) => {
    const state = new RebuiltState(files, recollection, notes, i).build(home.state.savedAt);
    return { ...home, state, isUnsaved: true };
  });
}
