import type { FileTable } from "../core/file-table.ts";
import { linksOf } from "../core/groups.ts";
import { type DuplicateSets, type Plan } from "../core/model.ts";

/** A column of the plan by file; files of no set have `Verdict.keep`. */
export function byFile(files: FileTable, { names }: Plan, verdicts: Uint8Array): Uint8Array {
  const column = new Uint8Array(files.count);
  names.forEach((file, row) => {
    column[file] = verdicts[row];
  });
  return column;
}

/**
 * Bytes of the blocks that become free if every link of an inode with the verdict `replaced` is replaced; 0 if the
 * inode keeps a link, inside the tree or outside.
 *
 * @param verdicts By file.
 */
export function freedBytes(
  files: FileTable,
  { nextLink }: DuplicateSets,
  inode: number,
  verdicts: Uint8Array,
  replaced: number,
): number {
  const { allocated, links } = files.columns;
  let count = 0;
  for (const link of linksOf(nextLink, inode)) {
    if (verdicts[link] !== replaced) return 0;
    count += 1;
  }
  return count >= links[inode] ? allocated[inode] : 0;
}
