import { type Result, errno, isErrno } from "../core/result.ts";
import type { Library } from "./load.ts";
import type { Extent, SharingCalls } from "./types.ts";

/** What the kernel says of an extent (linux/fiemap.h, Documentation/filesystems/fiemap.rst). */
export const EXTENT = {
  LAST: 0x1,
  /** The place is not known (yet). */
  UNKNOWN: 0x2,
  /** Not written out yet: it has no place. Sets UNKNOWN too. */
  DELALLOC: 0x4,
  /** Compressed or encrypted. */
  ENCODED: 0x8,
  /** Not at a block boundary. */
  NOT_ALIGNED: 0x100,
  /** Inside the metadata: nothing that could be shared. */
  INLINE: 0x200,
  /** Together with others in one block. */
  TAIL: 0x400,
  /** Reserved, reads as zeros. */
  UNWRITTEN: 0x800,
  /** Put together by the kernel from single blocks. */
  MERGED: 0x1000,
  /** Other files use it too. */
  SHARED: 0x2000,
} as const;

/** Nothing that two files could share. */
const NO_BLOCK = EXTENT.INLINE | EXTENT.TAIL | EXTENT.UNWRITTEN;
const NO_PLACE = EXTENT.UNKNOWN | EXTENT.DELALLOC | EXTENT.NOT_ALIGNED;

const FS_IOC_FIEMAP = 0xc020660b;
const FIEMAP_FLAG_SYNC = 1;
const HEADER = 32;
const SIZE = 56;
/** Extents asked for at once. */
const COUNT = 256;
const WHOLE_FILE = 0xffff_ffff_ffff_ffffn;

/** Where a file lies on the disk (FS_IOC_FIEMAP). */
export function linuxExtents(library: Library): SharingCalls["extents"] {
  const { lastError } = library;
  const ioctl = library.func("ioctl", "int", ["int", "ulong", "void *"]);
  let buffer: Buffer | undefined;

  return (fd, sync = false) => {
    buffer ??= Buffer.alloc(HEADER + COUNT * SIZE);
    const found: Extent[] = [];
    for (let start = 0n; ;) {
      const mapped = ask(fd, start, sync, buffer);
      if (isErrno(mapped)) return mapped;
      for (let i = 0; i < mapped; i++) found.push(extentAt(buffer, HEADER + i * SIZE));
      const last = found.at(-1);
      if (mapped === 0 || last === undefined || (last.flags & EXTENT.LAST) !== 0) return found;
      const next = last.logical + last.length;
      if (next <= start) return errno("EIO"); // a file system that would keep us here for ever
      start = next;
    }
  };

  function ask(fd: number, start: bigint, sync: boolean, into: Buffer): Result<number> {
    into.writeBigUInt64LE(start, 0);
    into.writeBigUInt64LE(WHOLE_FILE - start, 8);
    into.writeUInt32LE(sync ? FIEMAP_FLAG_SYNC : 0, 16);
    into.writeUInt32LE(0, 20);
    into.writeUInt32LE(COUNT, 24);
    into.writeUInt32LE(0, 28);
    return ioctl(fd, FS_IOC_FIEMAP, into) === 0 ? into.readUInt32LE(20) : lastError();
  }
}

function extentAt(buffer: Buffer, at: number): Extent {
  return {
    logical: buffer.readBigUInt64LE(at),
    physical: buffer.readBigUInt64LE(at + 8),
    length: buffer.readBigUInt64LE(at + 16),
    flags: buffer.readUInt32LE(at + 40),
  };
}

/** What two files have in common on the disk. */
export type CommonBlocks =
  /** They lie on the very same blocks: sharing them frees nothing more. */
  | "same"
  /** At least one block is apart. */
  | "apart"
  /** There is no block to share: holes, reserved space, or content inside the metadata (btrfs: up to 2 KiB). */
  | "none"
  /** The file system does not know (yet) where some part lies; `sync` helps against "yet". */
  | "unknown";

/**
 * What two files of one file system and one size (bytes) have in common. No proof that the contents are
 * equal: with compression two files can use different parts of one extent.
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
 * The pieces that hold content on blocks of their own, neighbours joined (two files may be cut
 * differently), nothing behind the end of the file (XFS reserves there). undefined: a place is not known.
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
