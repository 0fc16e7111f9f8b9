/**
 * Bytes of the first blocks of a file; those after them are `LARGEST_BLOCK`. Files that differ mostly do so
 * in their first page, and most artifacts end within the second block. Two of the largest blocks fit into a
 * processor's cache; with twice as much, large files took a third longer.
 */
export const FIRST_BLOCK = 4 * 1024;
const SECOND_BLOCK = 124 * 1024;
const LARGEST_BLOCK = 512 * 1024;

/** Bytes of the block at `offset` of a file of `size` bytes. Of large files little is read first, then ever more. */
export function blockLength(size: number, offset: number): number {
  const wanted = offset === 0 ? FIRST_BLOCK : offset === FIRST_BLOCK ? SECOND_BLOCK : LARGEST_BLOCK;
  return Math.min(wanted, size - offset);
}
