import type { BytePath } from "../core/byte-path.ts";
import type { Result } from "../core/result.ts";
import type { FileStat } from "./disk.ts";
import { type Writer, native } from "../native/native.ts";
import { nativeDirCalls } from "./native-dir-calls.ts";
import { nodeDirCalls } from "./node-dir-calls.ts";

export type { Writer };

/** A directory that is held: by its descriptor, or by its path where the system has no way to name what lies below one. */
export type DirHandle = number | BytePath;

/**
 * What a replacement needs of a directory that is held. Errors are values. Two implementations: native calls
 * relative to the directory's descriptor, which a directory swapped meanwhile cannot lead astray, and Node's
 * calls by path (on Linux a path through the descriptor).
 */
export interface DirCalls {
  /** Opens a directory that the user named; symbolic links in its path are followed, as the user meant. */
  openBase(path: BytePath): Result<DirHandle>;
  /** Opens a directory by its path below another one; a symbolic link on the way is refused (ELOOP, ENOTDIR). */
  openBelow(base: DirHandle, path: BytePath): Result<DirHandle>;
  close(dir: DirHandle): void;
  statDir(dir: DirHandle): Result<FileStat>;
  /** Sets the modification time of the directory itself, in nanoseconds where the system can. */
  setDirTime(dir: DirHandle, mtimeNs: bigint): Result;
  stat(dir: DirHandle, name: BytePath): Result<FileStat>;
  link(from: DirHandle, name: BytePath, to: DirHandle, temporary: BytePath): Result;
  /** Undefined where the system cannot exchange two names. */
  readonly exchange: ((dir: DirHandle, a: BytePath, b: BytePath) => Result) | undefined;
  rename(dir: DirHandle, from: BytePath, to: BytePath): Result;
  unlink(dir: DirHandle, name: BytePath): Result;
  /**
   * Whether somebody has the file open for writing; "unknown" where the system does not tell. Only EMFILE and
   * ENFILE are errors: somebody may have, then.
   */
  writerOf(dir: DirHandle, name: BytePath): Result<Writer>;
  /** Reads two files of the directory and compares bytes and extended attributes. */
  compare(dir: DirHandle, a: BytePath, b: BytePath): Result<"equal" | "different">;
}

/** The best calls that this system has. */
export function dirCalls(): DirCalls {
  const calls = native();
  return calls === undefined ? nodeDirCalls() : nativeDirCalls(calls);
}
