import { type Result, errno, isErrno } from "../core/result.ts";
import type { Library } from "./load.ts";
import type { Extent, SharingCalls } from "./types.ts";

/** The flags of an extent (linux/fiemap.h, Documentation/filesystems/fiemap.rst). */
export const EXTENT = {
  LAST: 0x1,
  /** The physical place is unknown, perhaps not yet decided. */
  UNKNOWN: 0x2,
  /** Not written yet, so it has no place. UNKNOWN is set, too. */
  DELALLOC: 0x4,
  /** Compressed or encrypted. */
  ENCODED: 0x8,
  /** Not aligned to a block. */
  NOT_ALIGNED: 0x100,
  /** Stored in the metadata. */
  INLINE: 0x200,
  /** Shares a block with the tails of other files. */
  TAIL: 0x400,
  /** Allocated but not written; reads as zeros. */
  UNWRITTEN: 0x800,
  /** Merged by the kernel from single blocks. */
  MERGED: 0x1000,
  /** Shared with other files. */
  SHARED: 0x2000,
} as const;

const FS_IOC_FIEMAP = 0xc020660b;
const FIEMAP_FLAG_SYNC = 1;
const HEADER = 32;
const EXTENT_SIZE = 56;
/** Extents per call. */
const COUNT = 256;
const WHOLE_FILE = 0xffff_ffff_ffff_ffffn;

/** `SharingCalls.extents` by FS_IOC_FIEMAP. */
export function linuxExtents(library: Library): SharingCalls["extents"] {
  const { lastError } = library;
  const ioctl = library.func("ioctl", "int", ["int", "ulong", "void *"]);
  let buffer: Buffer | undefined;

  return (fd, sync = false) => {
    buffer ??= Buffer.alloc(HEADER + COUNT * EXTENT_SIZE);
    const found: Extent[] = [];
    for (let start = 0n; ;) {
      const mapped = mapFrom(fd, start, sync, buffer);
      if (isErrno(mapped)) return mapped;
      for (let i = 0; i < mapped; i++) found.push(extentAt(buffer, HEADER + i * EXTENT_SIZE));
      const last = found.at(-1);
      if (mapped === 0 || last === undefined || (last.flags & EXTENT.LAST) !== 0) return found;
      const next = last.logical + last.length;
      if (next <= start) return errno("EIO"); // a broken file system; avoids an endless loop
      start = next;
    }
  };

  function mapFrom(fd: number, start: bigint, sync: boolean, into: Buffer): Result<number> {
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
