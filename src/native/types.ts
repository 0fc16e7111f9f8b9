import type { BytePath } from "../core/byte-path.ts";
import type { Result } from "../core/result.ts";
import type { StatBuffer } from "./stat-buffer.ts";

/** Whether somebody has a file open for writing. */
export type Writer = "free" | "writer" | "unknown";

/**
 * The system calls that Node has no API for.
 *
 * Every call is synchronous. Errors are values (`Result`). What a platform does not have
 * answers ENOSYS ("unknown" where that is an answer).
 *
 * A `directory` is a descriptor from `openDir`, or `cwd`: names are then ordinary paths.
 */
export interface Native
  extends LinkCalls, OpenCalls, StatCalls, TimeCalls, AttributeCalls, LockCalls, SharingCalls {
  /**
   * Whether somebody has the file open for writing, seen through a read lease that is taken and given
   * back at once (fcntl(2), F_SETLEASE; Linux). `fd` must be open read-only.
   *
   * "unknown": the file system has no leases, they are switched off, or the file is another user's.
   */
  writerOf(fd: number): Writer;
  /** `writerOf` an open file that is then closed: the lease goes with it, which saves a call. */
  closeTellingWriter(fd: number): Writer;
  /**
   * What a directory holds (getdents64(2), Linux); undefined where the file system does not tell of what type
   * each entry is. Undefined itself where the system lacks the call.
   */
  readonly entries: ((dir: number) => Result<DirEntries> | undefined) | undefined;
  /** Writes out all that the file system of an open file or directory has not written yet (syncfs(2), Linux). */
  syncFileSystem(fd: number): Result;
  /** The file system that holds a path (a symbolic link is followed) or an open file (statfs(2)). */
  fileSystem(file: BytePath | number): Result<FileSystem>;
}

export interface LinkCalls {
  /** The directory descriptor that stands for the current directory (AT_FDCWD). */
  readonly cwd: number;
  /** Exchanges two names in one step; both must exist (renameat2(2), RENAME_EXCHANGE; macOS: RENAME_SWAP). EINVAL: the file system cannot; ENOSYS: the system cannot. */
  exchange(a: BytePath, b: BytePath): Result;
  /** `exchange` of names in open directories. */
  exchangeAt(dirA: number, a: BytePath, dirB: number, b: BytePath): Result;
  /** Renames; EEXIST where `to` exists (RENAME_NOREPLACE; macOS: RENAME_EXCL). */
  renameNoReplace(from: BytePath, to: BytePath): Result;
  /** `renameNoReplace` of names in open directories. */
  renameNoReplaceAt(fromDir: number, from: BytePath, toDir: number, to: BytePath): Result;
  /** Renames over what is there (renameat(2)). Does nothing and leaves both where they are names of one inode. */
  renameAt(fromDir: number, from: BytePath, toDir: number, to: BytePath): Result;
  /** Makes a second name for a file; a symbolic link is linked itself, never its target (linkat(2)). */
  linkAt(fromDir: number, from: BytePath, toDir: number, to: BytePath): Result;
  /** Removes a name that is no directory (unlinkat(2)). */
  unlinkAt(dir: number, name: BytePath): Result;
}

/**
 * Opening what lies in a directory that is held open: a path component that is swapped for a symbolic link
 * meanwhile leads nowhere else.
 *
 * The descriptors work with every `*Sync` function of `node:fs` that takes one, but close them with
 * `close`: in a worker thread `closeSync` warns about descriptors that Node did not open.
 */
export interface OpenCalls {
  /** Opens a directory; its last component must not be a symbolic link (ENOTDIR). */
  openDir(path: BytePath): Result<number>;
  /**
   * Opens a directory below an open one, at any depth: no component may be a symbolic link, and none may
   * lead out of it (ELOOP, ENOTDIR or EXDEV). `path` is relative; "" is the directory itself.
   */
  openDirAt(dir: number, path: BytePath): Result<number>;
  /**
   * Opens a file read-only, neither following a symbolic link (ELOOP) nor waiting for the other end of a
   * FIFO. The caller looks whether it is a regular file. Reading leaves the access time as it is where the
   * system allows that: on Linux to the file's owner and to root (O_NOATIME), others have it refused (EPERM).
   */
  openFileAt(dir: number, name: BytePath): Result<number>;
  /**
   * `openFileAt` by names that stand one after another in memory, a NUL behind each: opens the one that begins
   * at `start`. No string is made of a name and handed over. The caller keeps `names` as long as it opens by them.
   */
  openFromNames(names: Uint8Array): (dir: number, start: number) => Result<number>;
  /** Reads up to `length` bytes at `position` of an open file to the start of `buffer`; the number of bytes read, 0 at its end (pread(2)). */
  read(fd: number, buffer: Uint8Array, length: number, position: number): Result<number>;
  /** Makes a new file and opens it for reading and writing; EEXIST where the name is taken. `mode` is subject to the umask. */
  createFileAt(dir: number, name: BytePath, mode: number): Result<number>;
  /** Closes what was opened here; not for descriptors that `node:fs` opened. */
  close(fd: number): Result;
}

/** The names in a directory by their type, each list ordered by bytes; sockets, pipes and devices are left out. */
export interface DirEntries {
  readonly files: readonly BytePath[];
  readonly dirs: readonly BytePath[];
  readonly symlinks: readonly BytePath[];
  /** How many entries of whatever type there are. */
  readonly count: number;
}

/** What the kernel says of a file, exactly. */
export interface Stat {
  /** The device, as `fs.lstatSync` gives it. */
  dev: number;
  ino: bigint;
  /** Type and permission bits. */
  mode: number;
  uid: number;
  gid: number;
  nlink: number;
  /** Bytes. */
  size: number;
  /** Blocks of 512 bytes that are taken on the disk. */
  blocks: number;
  /** Nanoseconds since 1970, negative before. */
  mtimeNs: bigint;
  /** Nanoseconds since 1970. */
  ctimeNs: bigint;
  /** The mount that the name was reached through: links across two mounts fail with EXDEV even where `dev` is equal. 0 where the system does not tell (before Linux 5.8, macOS). */
  mount: number;
}

export interface StatCalls {
  /** `statAt` into memory that is used again. */
  statInto(dir: number, name: BytePath, into: StatBuffer): Result;
  /** `lookAt` by a name in memory, a NUL behind it: the one that begins at `start`. Where `names` is, is asked once: it stays as large as it is. Linux. */
  readonly statFrom?: (dir: number, names: Uint8Array, start: number, into: StatBuffer) => Result;
  fstatInto(fd: number, into: StatBuffer): Result;
  /** lstat of a name in an open directory (statx(2); macOS: fstatat(2)). */
  statAt(dir: number, name: BytePath): Result<Stat>;
  /** stat of an open file. */
  statFd(fd: number): Result<Stat>;
}

export interface TimeCalls {
  /** Sets the times, in nanoseconds since 1970, of a path, not following a symbolic link (utimensat(2)). Without `atimeNs` that time stays. File systems round down to what they can store. */
  setTimes(path: BytePath, atimeNs: bigint | undefined, mtimeNs: bigint): Result;
  /** `setTimes` of a name in an open directory. */
  setTimesAt(dir: number, name: BytePath, atimeNs: bigint | undefined, mtimeNs: bigint): Result;
  /** `setTimes` of an open file or directory (futimens(3)). */
  setTimesFd(fd: number, atimeNs: bigint | undefined, mtimeNs: bigint): Result;
}

export interface Attribute {
  /** The name with its namespace ("user.x", "security.capability"): a string in which each char is a byte. */
  readonly name: string;
  readonly value: Buffer;
}

export interface AttributeCalls {
  /**
   * All extended attributes that the caller may see, sorted by name; those of a path are its own, never
   * those of a symbolic link's target. Access lists are among them (`system.posix_acl_access`), so are
   * capabilities and security labels. A file system without attributes has none (listxattr(2)).
   */
  attributes(file: BytePath | number): Result<Attribute[]>;
  /** The length in bytes of the list of names: 0 where the file has no extended attribute. One system call. */
  hasAttributes(file: BytePath | number): Result<number>;
  /** Sets an extended attribute, replacing an older value (setxattr(2)). */
  setAttribute(file: BytePath | number, name: string, value: Uint8Array): Result;
  /** Removes an extended attribute; ENODATA (macOS: ENOATTR) where there is none (removexattr(2)). */
  removeAttribute(file: BytePath | number, name: string): Result;
}

/**
 * Marks that programs leave on open files and directories for each other, at positions that mean what they
 * agree on. Any number of programs may mark one position. A mark goes when its descriptor is closed, also
 * by the end of the process. They are apart from the locks of flock(2).
 */
export interface LockCalls {
  /** Leaves a mark (fcntl(2), F_OFD_SETLK; Linux). EINVAL, ENOLCK: the file system or the kernel has none. */
  lockShared(fd: number, at: number): Result;
  /** Whether there is a mark at one of `length` positions from `at` on, but those of this very descriptor (F_OFD_GETLK). */
  isLocked(fd: number, at: number, length: number): Result<boolean>;
}

/** One piece of a file on the disk, in bytes. */
export interface Extent {
  readonly logical: bigint;
  readonly physical: bigint;
  readonly length: bigint;
  /** FIEMAP_EXTENT_* (`EXTENT` in extents.ts). */
  readonly flags: number;
}

export interface SharingCalls {
  /**
   * Makes an open file a copy-on-write clone of another one; `target` must be open for writing and empty:
   * what it has behind the source's end would stay, or be refused (FICLONE, Linux). ENOTSUP, EXDEV or
   * EINVAL: cannot be cloned here.
   */
  clone(source: number, target: number): Result;
  /**
   * Lets the kernel compare two files and share their blocks, under lock: inode, times and mode of
   * `target` stay (FIDEDUPERANGE, Linux: btrfs, XFS). Answers the bytes that are now shared, counted from
   * the start: `length`, or less where the file system shares whole blocks only; "differs" where the
   * contents do (what was equal before may be shared already, which changes nothing).
   *
   * `target` must be open for writing, or be the caller's own file; `length` is the files' size in bytes.
   */
  dedupeRange(source: number, target: number, length: number): Result<number | "differs">;
  /** Where a file lies on the disk (FS_IOC_FIEMAP, Linux), for `commonBlocks`. With `sync` what was written but has no place yet is written out first. */
  extents(fd: number, sync?: boolean): Result<Extent[]>;
}

export interface FileSystem {
  /** "ext4" (also ext2 and ext3: they share the number), "btrfs", "xfs", "tmpfs", "overlayfs", "fuse", "nfs", "vfat"…, else the number as "0x…". */
  readonly type: string;
  readonly readOnly: boolean;
}
