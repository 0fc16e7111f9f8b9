import { EXTENT, type Extent } from "../native/native.ts";

/** Holds no block that could be shared. */
const NO_BLOCK = EXTENT.INLINE | EXTENT.TAIL | EXTENT.UNWRITTEN;
const NO_PLACE = EXTENT.UNKNOWN | EXTENT.DELALLOC | EXTENT.NOT_ALIGNED;

/** Which blocks two files share. */
export type CommonBlocks =
  /** They share all blocks, so cloning one frees nothing. */
  | "same"
  /** At least one block is not shared. */
  | "apart"
  /** They have no blocks: only holes, reserved space, or content in the metadata (btrfs: up to 2 KiB). */
  | "none"
  /** The place of a part is unknown, or not decided before the data is written (`extents` with `sync`). */
  | "unknown";

/**
 * Compares where two files of the same file system and size (bytes) lie. "same" does not prove equal content: with
 * compression, two files can use different parts of one extent.
 */
export function commonBlocks(
  a: readonly Extent[],
  b: readonly Extent[],
  size: number,
): CommonBlocks {
  const left = blocks(a, BigInt(size));
  const right = blocks(b, BigInt(size));
  if (left === undefined || right === undefined) return "unknown";
  if (left.length === 0 && right.length === 0) return "none";
  const same =
    left.length === right.length &&
    left.every(({ logical, physical, length }, i) => {
      const other = right[i];
      return logical === other.logical && physical === other.physical && length === other.length;
    });
  return same ? "same" : "apart";
}

/**
 * The extents that have blocks, with neighbours joined, as the same blocks may be split differently, and cut at the end
 * of the file, as XFS preallocates behind it. Undefined if a place is unknown.
 */
function blocks(extents: readonly Extent[], size: bigint): Extent[] | undefined {
  const whole: Extent[] = [];
  for (const extent of extents) {
    if (extent.logical >= size || (extent.flags & NO_BLOCK) !== 0) continue;
    if ((extent.flags & NO_PLACE) !== 0) return undefined;
    const rest = size - extent.logical;
    const piece = extent.length > rest ? { ...extent, length: rest } : extent;
    const last = whole.at(-1);
    if (last !== undefined && continues(last, piece)) {
      whole[whole.length - 1] = { ...last, length: last.length + piece.length };
    } else {
      whole.push(piece);
    }
  }
  return whole;
}

function continues(first: Extent, next: Extent): boolean {
  return (
    ((first.flags | next.flags) & EXTENT.ENCODED) === 0 &&
    first.logical + first.length === next.logical &&
    first.physical + first.length === next.physical
  );
}
