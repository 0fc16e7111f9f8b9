import type { BytePath } from "../core/byte-path.ts";
import type { Result } from "../core/result.ts";
import type { FileStat } from "./disk.ts";
import type { Writer } from "../native/native.ts";

export type { Writer };

/** An open directory: a descriptor, or a path where the system cannot reach files through a descriptor. */
export type DirHandle = number | BytePath;

/**
 * The calls that replace entries of open directories. There are two implementations: native calls relative to a
 * descriptor, which still reach the same directory after its path changed, and Node's calls by path, which on Linux
 * goes through the descriptor, too.
 */
export interface DirCalls {
  /** Opens a directory that the user named, following symbolic links. */
  openBase(path: BytePath): Result<DirHandle>;
  /** Opens a directory below another. Fails if a component of the path is a symbolic link (ELOOP, ENOTDIR). */
  openBelow(base: DirHandle, path: BytePath): Result<DirHandle>;
  close(dir: DirHandle): void;
  /** The attributes of the directory itself. */
  statDir(dir: DirHandle): Result<FileStat>;
  /** Sets the modification time of the directory itself, in nanoseconds; Node's calls round down to microseconds. */
  setDirTime(dir: DirHandle, mtimeNs: bigint): Result;
  /** The attributes of an entry; symbolic links are not followed. */
  stat(dir: DirHandle, name: BytePath): Result<FileStat>;
  /** Creates another name for a file. */
  link(from: DirHandle, name: BytePath, to: DirHandle, newName: BytePath): Result;
  /** Exchanges two names atomically; undefined if the system cannot. */
  readonly exchange: ((dir: DirHandle, a: BytePath, b: BytePath) => Result) | undefined;
  rename(dir: DirHandle, from: BytePath, to: BytePath): Result;
  unlink(dir: DirHandle, name: BytePath): Result;
  /** Removes a directory that is empty; fails with ENOTDIR for a file that could be removed. */
  removeEmptyDir(dir: DirHandle, name: BytePath): Result;
  /**
   * Whether a process has the file open for writing. EMFILE and ENFILE are the only errors: the file may have a writer
   * then. After any other error the answer is "unknown".
   */
  writerOf(dir: DirHandle, name: BytePath): Result<Writer>;
  /** Compares the content, mode and extended attributes of two files. */
  compare(dir: DirHandle, a: BytePath, b: BytePath): Result<"equal" | "different">;
}
