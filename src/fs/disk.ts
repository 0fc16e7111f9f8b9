/**
 * Node's file system calls. Each is synchronous (threads make them parallel), takes byte paths, and throws Node's error;
 * `tryErrno` turns that into a value. Tests replace single functions of `disk` to inject faults.
 */
import fs from "node:fs";
import { type BytePath, fromText, join, toNative } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import type { FileStat } from "../native/native.ts";

export type { FileStat };

export type Stat = fs.BigIntStats;

export type EntryType = "file" | "directory" | "symlink" | "other";
export interface Entry {
  readonly name: BytePath;
  readonly type: EntryType;
}

const BIG = { bigint: true } as const;
const READ_CHUNK = 1024 * 1024;
const BYTES = "latin1" as BufferEncoding;
const {
  O_RDONLY,
  O_RDWR,
  O_CREAT,
  O_WRONLY,
  O_DIRECTORY = 0,
  O_NOFOLLOW = 0,
  O_NONBLOCK = 0,
  O_NOATIME = 0,
} = fs.constants;
/** Fails if the path became a symbolic link; does not block if it became a FIFO. */
const READ_FLAGS = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
const DIR_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

export const disk = {
  lstat(path: BytePath): Stat {
    return fs.lstatSync(toNative(path), BIG);
  },

  /** Follows symbolic links. */
  stat(path: BytePath): Stat {
    return fs.statSync(toNative(path), BIG);
  },

  /** The entries of a directory in byte order, with the types that the directory records. */
  readDir(path: BytePath): Entry[] {
    let found: fs.Dirent[];
    try {
      found = fs.readdirSync(toNative(path), { withFileTypes: true, encoding: BYTES });
    } catch (error) {
      // If the file system reports no types, Node stats each entry, but decodes the names wrongly.
      if ((error as NodeJS.ErrnoException).syscall !== "lstat") throw error;
      return readDirWithoutTypes(path);
    }
    const entries: Entry[] = found.map((entry) => ({ name: entry.name, type: typeOf(entry) }));
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  },

  realPath(path: BytePath): BytePath {
    return fs.realpathSync.native(toNative(path), { encoding: "buffer" }).toString("latin1");
  },

  /** Opens a file. Reading it leaves the access time unchanged where the system permits it: on Linux, for the owner and root. */
  openForReading(path: BytePath): number {
    try {
      return fs.openSync(toNative(path), READ_FLAGS | O_NOATIME);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EPERM" || O_NOATIME === 0) throw error;
      return fs.openSync(toNative(path), READ_FLAGS);
    }
  },

  /** Opens a file for writing; its content stays. */
  openForWriting(path: BytePath): number {
    return fs.openSync(toNative(path), O_WRONLY | O_NOFOLLOW | O_NONBLOCK);
  },

  fstat(descriptor: number): Stat {
    return fs.fstatSync(descriptor, BIG);
  },

  /** Reads up to `length` bytes at `position` into the start of `buffer`; the number of bytes read, 0 at end of file. */
  read(descriptor: number, buffer: Uint8Array, length: number, position: number): number {
    return fs.readSync(descriptor, buffer, 0, length, position);
  },

  /** Writes at the current position; the number of bytes written. */
  write(descriptor: number, bytes: Uint8Array): number {
    return fs.writeSync(descriptor, bytes);
  },

  /** Opens a file for reading and writing, and creates it, readable by its owner only, if it does not exist. */
  openLockFile(path: BytePath): number {
    return fs.openSync(toNative(path), O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
  },

  close(descriptor: number): void {
    fs.closeSync(descriptor);
  },

  link(existing: BytePath, name: BytePath): void {
    fs.linkSync(toNative(existing), toNative(name));
  },

  rename(from: BytePath, to: BytePath): void {
    fs.renameSync(toNative(from), toNative(to));
  },

  unlink(path: BytePath): void {
    fs.unlinkSync(toNative(path));
  },

  /** Removes a directory that is empty; fails with ENOTDIR for a file that could be removed. */
  removeEmptyDir(path: BytePath): void {
    fs.rmdirSync(toNative(path));
  },

  /** Whether an entry exists; false, without an error, also if its directory cannot be searched. */
  exists(path: BytePath): boolean {
    const stat = tryErrno(() => fs.lstatSync(toNative(path), { throwIfNoEntry: false }));
    return stat !== undefined && !isErrno(stat);
  },

  /** The target of a symbolic link. */
  readLink(path: BytePath): BytePath {
    return fs.readlinkSync(toNative(path), { encoding: "buffer" }).toString("latin1");
  },

  /** Opens a directory; fails for a symbolic link (ELOOP or ENOTDIR). */
  openDir(path: BytePath): number {
    return fs.openSync(toNative(path), DIR_FLAGS);
  },

  /**
   * Sets the modification time of a directory by its descriptor or path. Rounds down by up to 2 µs, as Node's calls
   * have microseconds (by up to 1 ms before 1970).
   */
  setDirTime(dir: number | BytePath, mtime: bigint): void {
    const atime = toUtime(
      typeof dir === "number" ? disk.fstat(dir).atimeNs : disk.stat(dir).atimeNs,
    );
    if (typeof dir === "number") fs.futimesSync(dir, atime, toUtime(mtime));
    else fs.lutimesSync(toNative(dir), atime, toUtime(mtime));
  },

  /** Sets the modification time of a file, in nanoseconds since 1970; not through a symbolic link. */
  setFileTime(path: BytePath, mtime: bigint): void {
    fs.lutimesSync(toNative(path), toUtime(disk.lstat(path).atimeNs), toUtime(mtime));
  },

  /** Appends text to a file. */
  append(path: string, text: string): void {
    fs.appendFileSync(path, text);
  },

  /** Reads a whole file, such as one of `/proc`. */
  readWhole(path: string): Buffer {
    return fs.readFileSync(path);
  },

  /** Reads up to `limit` bytes; `-` is standard input. */
  readUpTo(path: string, limit: number): Buffer {
    const fd = path === "-" ? 0 : fs.openSync(path, "r");
    const chunks: Buffer[] = [];
    try {
      for (let left = limit; left > 0;) {
        const chunk = Buffer.allocUnsafe(Math.min(left, READ_CHUNK));
        const read = fs.readSync(fd, chunk);
        if (read === 0) break;
        chunks.push(chunk.subarray(0, read));
        left -= read;
      }
      return Buffer.concat(chunks);
    } finally {
      if (fd !== 0) fs.closeSync(fd);
    }
  },
};

/** Node's stat as the native calls answer it. */
export function fileStat(stat: Stat): FileStat {
  return {
    dev: Number(stat.dev),
    ino: stat.ino,
    mode: Number(stat.mode),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    nlink: Number(stat.nlink),
    size: Number(stat.size),
    blocks: Number(stat.blocks),
    atimeNs: stat.atimeNs,
    mtimeNs: stat.mtimeNs,
    ctimeNs: stat.ctimeNs,
  };
}

function typeOf(entry: fs.Dirent | fs.BigIntStats): EntryType {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "directory";
  return entry.isSymbolicLink() ? "symlink" : "other";
}

function readDirWithoutTypes(path: BytePath): Entry[] {
  const names = fs
    .readdirSync(toNative(path), { encoding: "buffer" })
    .map((name) => name.toString("latin1"));
  return names.sort().flatMap((name) => {
    try {
      return [{ name, type: typeOf(disk.lstat(join(path, name))) }];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  });
}

/**
 * Converts a time in nanoseconds for `utimes`, rounded down. Node takes a negative number for "now", so a time before
 * 1970 becomes a Date, in milliseconds.
 */
export function toUtime(nanoseconds: bigint): number | Date {
  if (nanoseconds < 0n) return new Date(Number((nanoseconds - 999_999n) / 1_000_000n));
  return Number(nanoseconds / 1000n) / 1e6;
}

/** The current directory; the root directory if it was removed. */
export function currentDir(): BytePath {
  try {
    return fromText(process.cwd());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "/";
    throw error;
  }
}
