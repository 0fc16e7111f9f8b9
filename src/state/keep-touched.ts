import type { FileTable } from "../core/file-table.ts";
import { inodeIdentity } from "./confirm-written.ts";
import { Fate } from "./fate.ts";
import type { Memory } from "./load-state.ts";
import { Status } from "./state.ts";
import { touchDigest } from "./touch-digest.ts";

/**
 * Gives rows `Fate.linked` that look written to, but were only touched, by a tool that is known to do so: go sets the
 * time of a program that is up to date. Their bytes are those that were linked.
 *
 * @param entries By row: the entry in the state of its home, or -1.
 */
export function keepTouched(
  files: FileTable,
  memory: Memory,
  fates: Uint8Array,
  entries: Int32Array,
): void {
  const { inode, size, mtime, dir } = files.columns;
  const digests = new Map<string, bigint | undefined>();
  fates.forEach((fate, row) => {
    const entry = entries[row];
    if (fate !== Fate.written || entry < 0) return;
    const { entries: known, digests: remembered } = memory.homes[memory.homeOf(dir[row])].state;
    const before = remembered.get(entry);
    if (before === undefined || known.status[entry] !== Status.linked) return;
    if (known.size[entry] !== size[row]) return;
    const identity = inodeIdentity(files, row);
    if (!digests.has(identity)) {
      const now = { inode: inode[row], size: size[row], mtime: mtime[row] };
      digests.set(identity, touchDigest(files.path(row), now));
    }
    if (digests.get(identity) === before) fates[row] = Fate.linked;
  });
}
