/**
 * Bytes of the first and second block of a file, and of all later ones. Files that differ mostly do so in
 * their first page, and most artifacts end within the second block. Two of the largest blocks fit into a
 * processor's cache; with blocks of twice the size, large files take a third longer.
 */
export const FIRST_BLOCK = 4 * 1024;
const SECOND_BLOCK = 124 * 1024;
export const LARGEST_BLOCK = 512 * 1024;

/** Bytes of the block at `offset` of a file of `size` bytes. */
export function blockLength(size: number, offset: number): number {
  const wanted = offset === 0 ? FIRST_BLOCK : offset === FIRST_BLOCK ? SECOND_BLOCK : LARGEST_BLOCK;
  return Math.min(wanted, size - offset);
}

/** How far the files of a group are going to be read. */
export interface ReadingPlan {
  /** Also read and hash the members that equal no other. */
  readonly hashSingles: boolean;
  /** Most files of each group are equal: read large blocks from the start. */
  readonly expectEqual: boolean;
}

/** Whether files are read to their ends, with few exceptions. */
export function readsAll({ hashSingles, expectEqual }: ReadingPlan): boolean {
  return hashSingles || expectEqual;
}

/** Bytes of the blocks of one class at one offset. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Bytes of the block at `offset` of `files` files that are equal so far. */
export function nextBlockLength(
  plan: ReadingPlan,
  size: number,
  offset: number,
  files: number,
): number {
  if (!readsAll(plan)) return blockLength(size, offset);
  const most = Math.max(FIRST_BLOCK, Math.floor(MOST_BYTES / files));
  return Math.min(LARGEST_BLOCK, most, size - offset);
}
