import type { FileTable } from "../core/file-table.ts";
import { type Result, isErrno } from "../core/result.ts";
import type { EntryLocation } from "../fs/open-file.ts";
import type { DirHandleCache } from "./dir-handle-cache.ts";
import type { RemovalRules } from "./removal-rules.ts";
import { type FileSnapshot, snapshotOf } from "./file-snapshot.ts";

/** A name in an open directory, and the file that it led to when it was compared. */
export interface EntryRef extends Omit<EntryLocation, "path"> {
  readonly snapshot: FileSnapshot;
  /** What restricts the removal of entries of its directory; undefined if unknown. */
  readonly removal?: RemovalRules | undefined;
}

/** An `EntryRef` with its path, for calls that cannot use the directory. */
export type FileRef = EntryRef & EntryLocation;

/**
 * A file of the table. Its directory stays open until two other directories have been requested from `dirs`.
 *
 * @returns An errno if the directory cannot be opened; ESTALE if another directory took its place.
 */
export function fileRef(files: FileTable, dirs: DirHandleCache, file: number): Result<FileRef> {
  const ref = entryRef(files, dirs, file);
  return isErrno(ref) ? ref : { ...ref, path: files.path(file) };
}

/** As `fileRef`, without the path. */
export function entryRef(
  files: FileTable,
  dirs: DirHandleCache,
  file: number,
  { name, snapshot } = { name: files.name(file), snapshot: snapshotOf(files, file) },
): Result<EntryRef> {
  const index = files.columns.dir[file];
  const dir = dirs.open(index);
  return isErrno(dir) ? dir : { dir, name, snapshot, removal: dirs.rulesOf(index) };
}
