import type { BytePath } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { type Result, isErrno } from "../core/result.ts";
import type { Dir } from "../fs/dir-calls.ts";
import type { EntryLocation } from "../fs/open-file.ts";
import type { DirHandleCache } from "./dir-handle-cache.ts";
import { type FileSnapshot, snapshotOf } from "./file-snapshot.ts";

/** A name in a directory that is held, and the file that it led to when it was compared. */
export interface EntryRef {
  readonly dir: Dir;
  readonly name: BytePath;
  readonly seen: FileSnapshot;
}

/** With its path, for calls that know no directories. */
export type FileRef = EntryRef & EntryLocation;

/** A file of the table, its directory held; an errno where the directory cannot be had. */
export function entryRef(files: FileTable, dirs: DirHandleCache, file: number): Result<EntryRef> {
  const dir = dirs.hold(files.columns.dir[file]);
  if (isErrno(dir)) return dir;
  return { dir, name: files.name(file), seen: snapshotOf(files, file) };
}

/** `entryRef` with the path. */
export function fileRef(files: FileTable, dirs: DirHandleCache, file: number): Result<FileRef> {
  const name = entryRef(files, dirs, file);
  return isErrno(name) ? name : { ...name, path: files.path(file) };
}
