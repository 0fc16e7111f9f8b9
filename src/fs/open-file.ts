import fs from "node:fs";
import { type BytePath, join } from "../core/byte-path.ts";
import { type Result, tryErrno } from "../core/result.ts";
import { type FileStat, disk, fileStat } from "./disk.ts";
import type { DirHandle } from "./dir-calls.ts";
import { type Writer, native } from "../native/native.ts";

export const PERMISSIONS = 0o7777;

/** A name in an open directory, and its path for calls that cannot use the directory. */
export interface EntryLocation {
  readonly dir: DirHandle;
  readonly name: BytePath;
  readonly path: BytePath;
}

/** The path by which Node's own calls reach an entry. */
export function nodePath({ dir, name, path }: EntryLocation): BytePath {
  if (typeof dir === "string") return join(dir, name);
  return process.platform === "linux" ? `/proc/self/fd/${dir}/${name}` : path;
}

/** Opens a file for reading. Does not follow a symbolic link and does not block on a FIFO. */
export function openFile(location: EntryLocation): Result<number> {
  const calls = native();
  if (calls === undefined || typeof location.dir !== "number")
    return tryErrno(() => disk.openForReading(nodePath(location)));
  return calls.openFileAt(location.dir, location.name);
}

/** The attributes of an open file. */
export function statOpen(fd: number): Result<FileStat> {
  return tryErrno(() => fileStat(disk.fstat(fd)));
}

/** Sets the permission bits of an open file. */
export function setMode(fd: number, mode: number): Result {
  return tryErrno(() => fs.fchmodSync(fd, mode & PERMISSIONS));
}

/** Closes a file that was opened by `openFile` or by the native calls. */
export function closeFile(fd: number): void {
  const calls = native();
  if (calls === undefined) disk.close(fd);
  else calls.close(fd);
}

/** Whether a process has an open file open for writing; "unknown" without the native calls. */
export function writerOf(fd: number): Writer {
  return native()?.writerOf(fd) ?? "unknown";
}
