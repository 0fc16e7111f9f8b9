import fs from "node:fs";
import { type BytePath, join } from "../core/byte-path.ts";
import { type Result, tryErrno } from "../core/result.ts";
import { type FileStat, disk, fileStat } from "./disk.ts";
import type { DirHandle } from "./dir-calls.ts";
import { type Writer, native } from "../native/native.ts";

const PERMISSIONS = 0o7777;

/** A name in a directory that is held, and its path for the calls that know no directories. */
export interface EntryLocation {
  readonly dir: DirHandle;
  readonly name: BytePath;
  readonly path: BytePath;
}

/** The path by which Node's own calls reach the name. */
export function nodePath({ dir, name, path }: EntryLocation): BytePath {
  if (typeof dir === "string") return join(dir, name);
  return process.platform === "linux" ? `/proc/self/fd/${dir}/${name}` : path;
}

/** Opens a file for reading, neither following a symbolic link nor waiting for a pipe's other end. */
export function openFile(place: EntryLocation): Result<number> {
  const calls = native();
  if (calls === undefined || typeof place.dir !== "number") {
    return tryErrno(() => disk.openForReading(nodePath(place)));
  }
  return calls.openFileAt(place.dir, place.name);
}

export function statOpen(fd: number): Result<FileStat> {
  return tryErrno(() => fileStat(disk.fstat(fd)));
}

/** Sets the permission bits of an open file. */
export function setMode(fd: number, mode: number): Result {
  return tryErrno(() => fs.fchmodSync(fd, mode & PERMISSIONS));
}

/** Closes what was opened here, or by the native calls. */
export function closeFile(fd: number): void {
  const calls = native();
  if (calls === undefined) disk.close(fd);
  else calls.close(fd);
}

/** Whether somebody has the open file open for writing; "unknown" where the system does not tell. */
export function writerOf(fd: number): Writer {
  return native()?.writerOf(fd) ?? "unknown";
}
