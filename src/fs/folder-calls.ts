import type { BytePath } from "../byte-path.ts";
import type { FileStat } from "./file-stat.ts";
import { type Writer, native } from "./native/native.ts";
import { nativeFolderCalls } from "./native-folder-calls.ts";
import { plainFolderCalls } from "./plain-folder-calls.ts";

export { attempt } from "./attempt.ts";
export { isErrno } from "./native/native.ts";

/** An errno name ("ENOENT"). */
export type Errno = string;
/** "" where a call succeeded, else the errno. */
export type Done = string;

/** A folder that is held: by its descriptor, or by its path where the system has no way to name what lies below one. */
export type Folder = number | BytePath;

/**
 * What a replacement needs of a folder that is held. Errors are values. Two implementations: native calls
 * relative to the folder's descriptor, which a folder swapped meanwhile cannot lead astray, and Node's
 * calls by path (on Linux a path through the descriptor).
 */
export interface FolderCalls {
  /** Opens a folder that the user named; symbolic links in its path are followed, as the user meant. */
  openBase(path: BytePath): Folder | { readonly errno: Errno };
  /** Opens a folder by its path below another one; a symbolic link on the way is refused (ELOOP, ENOTDIR). */
  openBelow(base: Folder, path: BytePath): Folder | { readonly errno: Errno };
  close(folder: Folder): void;
  statFolder(folder: Folder): FileStat | Errno;
  /** Sets the modification time of the folder itself, in nanoseconds where the system can. */
  setFolderTime(folder: Folder, mtimeNs: bigint): Done;
  stat(folder: Folder, name: BytePath): FileStat | Errno;
  link(from: Folder, name: BytePath, to: Folder, temporary: BytePath): Done;
  /** Undefined where the system cannot exchange two names. */
  readonly exchange: ((folder: Folder, a: BytePath, b: BytePath) => Done) | undefined;
  rename(folder: Folder, from: BytePath, to: BytePath): Done;
  unlink(folder: Folder, name: BytePath): Done;
  /**
   * Whether somebody has the file open for writing; "unknown" where the system does not tell, an errno where no
   * more files may be open: somebody may have, then.
   */
  writerOf(folder: Folder, name: BytePath): Writer | "EMFILE" | "ENFILE";
  /** Reads two files of the folder and compares bytes and extended attributes: "equal", "different" or an errno. */
  compare(folder: Folder, a: BytePath, b: BytePath): string;
}

/** The best calls that this system has. */
export function folderCalls(): FolderCalls {
  const calls = native();
  return calls === undefined ? plainFolderCalls() : nativeFolderCalls(calls);
}
