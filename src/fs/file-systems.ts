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

/** The most hard links of an inode, by f_type. Others, such as xfs and tmpfs, allow more than 2^31 - 1. */
const LINK_LIMITS = new Map([
  [0x0000ef53 /* ext4 */, 65_000],
  [0x9123683e /* btrfs */, 65_535],
  [0x794c7630 /* overlayfs, on ext4 */, 65_000],
  [0x3153464a /* jfs */, 65_535],
  [0x00003434 /* nilfs2 */, 32_000],
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

/** The most hard links that the file system of a path allows; infinite if that is unknown. */
export function linkLimit(path: BytePath): number {
  const type = tryErrno(() => fs.statfsSync(toNative(path)).type >>> 0);
  return (isErrno(type) ? undefined : LINK_LIMITS.get(type)) ?? Number.POSITIVE_INFINITY;
}

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
