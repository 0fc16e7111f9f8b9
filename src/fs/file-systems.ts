import fs from "node:fs";
import { type BytePath, dirOf, toNative } from "../core/byte-path.ts";
import { type Result, isErrno, tryErrno } from "../core/result.ts";
import { disk } from "./disk.ts";
import { native } from "../native/native.ts";

const { COPYFILE_FICLONE_FORCE, O_DIRECTORY = 0, O_RDWR } = fs.constants;
/** From fcntl.h, as Node does not export it. Creates a file without a name, so no directory changes. */
const O_TMPFILE = 0o20000000 | O_DIRECTORY;
/** Larger than what any file system stores in its metadata. */
const PROBE_SIZE = 65_536;
/** File systems that clone, by f_type (statfs(2), linux/magic.h). */
const CLONING_TYPES = new Set([
  0x9123683e /* btrfs */, 0xca451a4e /* bcachefs */, 0x7461636f /* ocfs2 */,
  0x58465342 /* xfs, unless made without reflink */,
]);

const ANY = Number.POSITIVE_INFINITY;

/** The most hard links of an inode, by f_type, as in the sources of Linux 6.1 (`s_max_links`, `…_LINK_MAX`). */
const LINK_LIMITS = new Map([
  [0x0000ef53 /* ext4, also as driver of ext2 and ext3 */, 65_000],
  [0x9123683e /* btrfs */, 65_535],
  [0x794c7630 /* overlayfs, on ext4 */, 65_000],
  [0x3153464a /* jfs */, 65_535],
  [0x00003434 /* nilfs2 */, 32_000],
  [0x0000137f /* minix, version 1 */, 250],
  [0x0000138f /* minix, version 1, names of 30 bytes */, 250],
  [0x00002468 /* minix, version 2 */, 65_530],
  [0x00002478 /* minix, version 2, names of 30 bytes */, 65_530],
  [0x00004d5a /* minix, version 3 */, 65_530],
  [0x00011954 /* ufs */, 32_000],
  [0x19540119 /* ufs2 */, 32_000],
  [0x52654973 /* reiserfs */, 64_535],
  [0x15013346 /* udf */, 65_535],
  [0x7366746e /* ntfs3 */, 1024],
  // 2^31 - 1 or more.
  [0x58465342 /* xfs */, ANY],
  [0x01021994 /* tmpfs */, ANY],
  [0x858458f6 /* ramfs */, ANY],
  [0xf2f52010 /* f2fs */, ANY],
  [0xca451a4e /* bcachefs */, ANY],
  [0x01161970 /* gfs2 */, ANY],
]);

/** File systems whose `rename` implements RENAME_EXCHANGE, by f_type, as of Linux 6.1. */
const EXCHANGING_TYPES = new Set([
  0x0000ef53 /* ext4 */, 0x9123683e /* btrfs */, 0x58465342 /* xfs */, 0x01021994 /* tmpfs */,
  0x858458f6 /* ramfs */, 0xf2f52010 /* f2fs */, 0x794c7630 /* overlayfs */,
  0xca451a4e /* bcachefs */, 0x24051905 /* ubifs */, 0x01161970 /* gfs2 */,
]);

/**
 * Whether the file system that holds a path can exchange two names, by its type, since a trial would change a
 * directory. Undefined if that is unknown.
 */
export function canExchange(path: BytePath): boolean | undefined {
  if (native() === undefined) return false;
  if (process.platform === "darwin") return fileSystemType(path) === "apfs" || undefined;
  const type = tryErrno(() => fs.statfsSync(toNative(path)).type >>> 0);
  return (!isErrno(type) && EXCHANGING_TYPES.has(type)) || undefined;
}

/** The most hard links that the file system of a path allows; undefined if that is unknown, as behind NFS and FUSE. */
export function linkLimit(path: BytePath): number | undefined {
  const type = tryErrno(() => fs.statfsSync(toNative(path)).type >>> 0);
  return isErrno(type) ? undefined : LINK_LIMITS.get(type);
}

/** Numbers of links at which some file system is full: those above, ext2 and ext3, and ntfs-3g. */
export const USUAL_LINK_LIMITS: ReadonlySet<number> = new Set([
  ...[...LINK_LIMITS.values()].filter((limit) => limit !== ANY),
  8189,
  31_998,
  32_000,
]);

export interface FreeSpace {
  /** Bytes that this user may still use; infinite if the file system does not count them. */
  readonly bytes: number;
  /** Files that can still be created; infinite if the file system does not count them. */
  readonly files: number;
  /** The block size in bytes. */
  readonly block: number;
}

/** The free space of the file system that holds a path (statfs(2)); ignores quotas. */
export function freeSpace(path: BytePath): Result<FreeSpace> {
  return tryErrno(() => {
    const { blocks, bavail, bfree, bsize, files, ffree } = fs.statfsSync(toNative(path));
    const free = process.geteuid?.() === 0 ? bfree : bavail;
    return {
      bytes: blocks === 0 ? Number.POSITIVE_INFINITY : free * bsize,
      files: files === 0 ? Number.POSITIVE_INFINITY : ffree,
      block: bsize,
    };
  });
}

/** The type of the file system that holds a path, such as "ext4"; undefined if it is unknown. */
export function fileSystemType(path: BytePath): string | undefined {
  const type = native()?.fileSystemType(path);
  return isErrno(type) ? undefined : type;
}

/**
 * Whether the file system that holds a file can make copy-on-write clones. Clones a nameless file beside it: a dry run
 * may do that, too, and no other file's blocks are shared. If that is impossible, decides by the type.
 */
export function canClone(file: BytePath): boolean {
  if (process.platform !== "linux") return fileSystemType(file) === "apfs";
  const dir = toNative(dirOf(file));
  const opened: number[] = [];
  const cloned = tryErrno(() => {
    for (let i = 0; i < 2; i += 1) opened.push(fs.openSync(dir, O_TMPFILE | O_RDWR, 0o600));
    const [source, target] = opened;
    fs.writeSync(source, Buffer.alloc(PROBE_SIZE, 1));
    return !isErrno(cloneFile(source, target));
  });
  for (const fd of opened) disk.close(fd);
  if (!isErrno(cloned)) return cloned;
  const type = tryErrno(() => fs.statfsSync(dir).type >>> 0);
  return !isErrno(type) && CLONING_TYPES.has(type);
}

function cloneFile(source: number, target: number): Result {
  const calls = native();
  if (calls !== undefined) return calls.clone(source, target);
  return tryErrno(() => {
    const [from, to] = [source, target].map((fd) => `/proc/self/fd/${fd}`);
    fs.copyFileSync(from, to, COPYFILE_FICLONE_FORCE);
  });
}
