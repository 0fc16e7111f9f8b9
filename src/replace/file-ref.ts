import type { FileTable } from "../core/file-table.ts";
import { type Result, isErrno } from "../core/result.ts";
import type { EntryLocation } from "../fs/open-file.ts";
import type { DirHandleCache } from "./dir-handle-cache.ts";
import type { RemovalRules } from "./removal-rules.ts";
import { type FileSnapshot, snapshotOf } from "./file-snapshot.ts";

/** A name in an open directory, and the file that it led to when it was compared. */
export interface FileRef extends EntryLocation {
  readonly snapshot: FileSnapshot;
  /** What restricts the removal of entries of its directory; undefined if unknown. */
  readonly removal?: RemovalRules | undefined;
}

/**
 * A file of the table. Its directory stays open until two other directories have been requested from `dirs`.
 *
 * @returns An errno if the directory cannot be opened; ESTALE if another directory took its place.
 */
export function fileRef(files: FileTable, dirs: DirHandleCache, file: number): Result<FileRef> {
  const dir = dirs.open(files.columns.dir[file]);
  if (isErrno(dir)) return dir;
  return {
    dir,
    name: files.name(file),
    path: files.path(file),
    snapshot: snapshotOf(files, file),
    removal: dirs.rulesOf(files.columns.dir[file]),
  };
}
