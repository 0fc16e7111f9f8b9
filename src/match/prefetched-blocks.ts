/** Where the first blocks of the members of some groups are, so that they are not read again. */
export interface PrefetchedBlocks {
  /** Memory that all threads share, in pieces: block after block. */
  readonly pieces: readonly Uint8Array[];
  readonly blocksInPiece: number;
  /** Bytes of a block. */
  readonly length: number;
  /** By member: the number of its block. */
  readonly at: Uint32Array;
}

/** The first block of the member at `index`. */
export function prefetchedBlock(
  { pieces, blocksInPiece, length, at }: PrefetchedBlocks,
  index: number,
): Uint8Array {
  const offset = (at[index] % blocksInPiece) * length;
  return pieces[Math.floor(at[index] / blocksInPiece)].subarray(offset, offset + length);
}
