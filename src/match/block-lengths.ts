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
