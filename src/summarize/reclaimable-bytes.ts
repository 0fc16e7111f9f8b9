import type { FileTable } from "../core/file-table.ts";
import type { DuplicateSets } from "../core/model.ts";

/**
 * Bytes of the blocks that become free when an inode loses its last name; 0 while it has one, here or
 * elsewhere.
 *
 * @param verdicts Of each file.
 * @param replaced The verdict of names that the inode loses.
 */
export function reclaimableBytes(
  files: FileTable,
  sets: DuplicateSets,
  inode: number,
  verdicts: Uint8Array,
  replaced: number,
): number {
  const { allocated, links } = files.columns;
  let count = 0;
  for (let name = inode; name >= 0; name = sets.nextLink[name]) {
    if (verdicts[name] !== replaced) return 0;
    count += 1;
  }
  return count >= links[inode] ? allocated[inode] : 0;
}
