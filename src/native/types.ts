import type { BytePath } from "../core/byte-path.ts";
import type { Result } from "../core/result.ts";
import type { FileStat, StatBuffer } from "./stat-buffer.ts";

export type { FileStat };

/** Whether a process has a file open for writing. */
export type Writer = "free" | "writer" | "unknown";

/**
 * The system calls that Node has no API for.
 *
 * Every call is synchronous. Errors are values; a call that the platform lacks answers ENOSYS, or "unknown" where
 * that is one of its answers.
 *
 * A parameter `dir` is a descriptor from `openDir`, or `cwd`: names are ordinary paths then.
 */
export interface Native
  extends LinkCalls, OpenCalls, StatCalls, TimeCalls, AttributeCalls, LockCalls, SharingCalls {
  /**
   * Whether a process has the file open for writing, found out by taking a read lease and giving it back at once
   * (fcntl(2), F_SETLEASE; Linux). `fd` must be open read-only.
   *
   * "unknown": the file system has no leases, leases are disabled, or the file belongs to another user.
   */
  writerOf(fd: number): Writer;
  /** `writerOf`, then closes the file. Closing ends the lease, which saves one system call. */
  closeAndCheckWriter(fd: number): Writer;
  /**
   * Lists a directory (getdents64(2), Linux). Answers undefined if the file system does not report the type of
   * every entry. The call itself is undefined on other systems.
   */
  readonly readDir: ((dir: number) => Result<DirEntries | undefined>) | undefined;
  /**
   * Visits the inode numbers of all entries of an open directory, `.` and `..` included, each as the two words of 32
   * bits in which a column of the file table has it (getdents64(2), Linux).
   */
  readInodes(dir: number, visit: (first: number, second: number) => void): Result;
  /** Writes all unwritten data of the file system that holds an open file or directory (syncfs(2), Linux). */
  syncFileSystem(fd: number): Result;
  /**
   * The type of the file system that holds a path (symbolic links are followed) or an open file (statfs(2)):
   * "ext4" (also ext2 and ext3, which share its number), "btrfs", "xfs", "tmpfs", "overlayfs", "fuse", "nfs",
   * "vfat"…, or the number as "0x…".
   */
  fileSystemType(file: BytePath | number): Result<string>;
}

export interface LinkCalls {
  /** The directory descriptor that stands for the current directory (AT_FDCWD). */
  readonly cwd: number;
  /**
   * Exchanges two existing names atomically (renameat2(2), RENAME_EXCHANGE; macOS: RENAME_SWAP). EINVAL: the file
   * system does not support it; ENOSYS: the system does not.
   */
  exchangeAt(dirA: number, a: BytePath, dirB: number, b: BytePath): Result;
  /**
   * Renames, replacing `to` if it exists (renameat(2)). If both names lead to the same inode, the call succeeds and
   * leaves both in place.
   */
  renameAt(fromDir: number, from: BytePath, toDir: number, to: BytePath): Result;
  /** Creates another name for a file. A symbolic link is linked itself, not its target (linkat(2)). */
  linkAt(fromDir: number, from: BytePath, toDir: number, to: BytePath): Result;
  /** Removes a name; not for directories (unlinkat(2)). */
  unlinkAt(dir: number, name: BytePath): Result;
  /** Removes an empty directory (unlinkat(2), AT_REMOVEDIR). */
  removeDirAt(dir: number, name: BytePath): Result;
}

/**
 * Opens files and directories relative to an open directory. A path component that is swapped for a symbolic link
 * in the meantime is not followed.
 *
 * Every `*Sync` function of `node:fs` accepts these descriptors, but close them with `close`: in a worker thread,
 * `closeSync` warns about descriptors that Node did not open.
 */
export interface OpenCalls {
  /** Opens a directory. The last component must not be a symbolic link (ENOTDIR). */
  openDir(path: BytePath): Result<number>;
  /**
   * Opens a directory below another, at any depth. No component may be a symbolic link or lead out of `dir` (ELOOP,
   * ENOTDIR or EXDEV). `path` is relative; "" is `dir` itself.
   */
  openDirAt(dir: number, path: BytePath): Result<number>;
  /**
   * Opens a file read-only. Does not follow a symbolic link (ELOOP) and does not block on a FIFO; the caller checks
   * that it is a regular file. Reading leaves the access time unchanged where the system permits it: on Linux, for
   * the file's owner and for root (O_NOATIME fails with EPERM for others, and is left out then).
   */
  openFileAt(dir: number, name: BytePath): Result<number>;
  /** Reads up to `length` bytes at `position` into the start of `buffer`; the number of bytes read, 0 at end of file (pread(2)). */
  read(fd: number, buffer: Uint8Array, length: number, position: number): Result<number>;
  /** Creates a file and opens it for reading and writing; EEXIST if the name exists. The umask applies to `mode`. */
  createFileAt(dir: number, name: BytePath, mode: number): Result<number>;
  /** Closes a descriptor that one of these calls opened; not for those of `node:fs`. */
  close(fd: number): Result;
}

/** The names in a directory by type, each list in byte order. Sockets, FIFOs and devices are omitted. */
export interface DirEntries {
  readonly files: readonly BytePath[];
  readonly dirs: readonly BytePath[];
  readonly symlinks: readonly BytePath[];
  /** The number of entries of all types. */
  readonly count: number;
}

export interface StatCalls {
  /** `statAt` into a buffer that the caller reuses. */
  statInto(dir: number, name: BytePath, into: StatBuffer): Result;
  /** `statFd` into a buffer that the caller reuses. */
  fstatInto(fd: number, into: StatBuffer): Result;
  /** The attributes of a name in an open directory; symbolic links are not followed (statx(2); macOS: fstatat(2)). */
  statAt(dir: number, name: BytePath): Result<FileStat>;
  /** The attributes of an open file. */
  statFd(fd: number): Result<FileStat>;
}

export interface TimeCalls {
  /**
   * Sets the access and modification time of an open file or directory, in nanoseconds since 1970 (futimens(3)).
   * The access time stays if `atimeNs` is undefined. File systems round down to their resolution.
   */
  setTimes(fd: number, atimeNs: bigint | undefined, mtimeNs: bigint): Result;
}

export interface Attribute {
  /** The name with its namespace ("user.x", "security.capability"), one char per byte. */
  readonly name: string;
  readonly value: Buffer;
}

export interface AttributeCalls {
  /**
   * All extended attributes that the caller may see, sorted by name; for a path, those of a symbolic link itself.
   * They include access control lists (`system.posix_acl_access`), capabilities and security labels. The list is
   * empty on a file system without attributes (listxattr(2)).
   */
  attributes(file: BytePath | number): Result<Attribute[]>;
  /** The length in bytes of the list of names, in one system call; 0 if the file has no extended attribute. */
  attributeListLength(file: BytePath | number): Result<number>;
  /** Sets an extended attribute, replacing its value (setxattr(2)). */
  setAttribute(file: BytePath | number, name: string, value: Uint8Array): Result;
  /** Removes an extended attribute; ENODATA (macOS: ENOATTR) if it does not exist (removexattr(2)). */
  removeAttribute(file: BytePath | number, name: string): Result;
}

/**
 * Locks on single positions of open files and directories, whose meaning the programs agree on. Any number
 * of programs may hold a shared lock on a position. A lock ends when its descriptor is closed, also when the process dies. These
 * locks are independent of those of flock(2).
 */
export interface LockCalls {
  /** Locks a position (fcntl(2), F_OFD_SETLK; Linux). EINVAL, ENOLCK: the file system or the kernel has no locks. */
  lockShared(fd: number, position: number): Result;
  /** Locks a position of a file that is open for writing exclusively. EAGAIN: another descriptor has locked it. */
  lockExclusive(fd: number, position: number): Result;
  /** Whether another descriptor has locked one of `length` positions from `position` on (F_OFD_GETLK). */
  isLocked(fd: number, position: number, length: number): Result<boolean>;
}

/** A contiguous piece of a file on the disk, in bytes. */
export interface Extent {
  readonly logical: bigint;
  readonly physical: bigint;
  readonly length: bigint;
  /** FIEMAP_EXTENT_* (`EXTENT` in extents.ts). */
  readonly flags: number;
}

export interface SharingCalls {
  /**
   * Makes an open file a copy-on-write clone of another (FICLONE, Linux). `target` must be open for writing and
   * empty: data behind the end of the source would remain, or the call would fail. ENOTSUP, EXDEV or EINVAL: the
   * file cannot be cloned here.
   */
  clone(source: number, target: number): Result;
  /**
   * Lets the kernel compare two files and share their blocks while it locks them (FIDEDUPERANGE, Linux: btrfs,
   * XFS). The target's inode, times and mode do not change. Answers the number of bytes that are shared now, from
   * the start of the file: `length`, or less if the file system shares only whole blocks; "differs" if the contents
   * differ (equal blocks before the difference may have been shared, which changes no content).
   *
   * `target` must be open for writing or belong to the caller; `length` is the size of both files in bytes.
   */
  dedupeRange(source: number, target: number, length: number): Result<number | "differs">;
  /** Where a file lies on the disk (FS_IOC_FIEMAP, Linux). `sync` first writes data that has no place on the disk yet. */
  extents(fd: number, sync?: boolean): Result<Extent[]>;
}
