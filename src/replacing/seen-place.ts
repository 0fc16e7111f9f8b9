import type { BytePath } from "../byte-path.ts";
import type { FileTable } from "../file-table.ts";
import type { Folder } from "../fs/folder-calls.ts";
import type { NamePlace } from "../fs/open-file.ts";
import type { HeldFolders } from "./held-folders.ts";
import { type SeenInode, seenInode } from "./seen-inode.ts";

/** A name in a folder that is held, and the file that it led to when it was compared. */
export interface SeenName {
  readonly folder: Folder;
  readonly name: BytePath;
  readonly seen: SeenInode;
}

/** With its path, for calls that know no folders. */
export type SeenPlace = SeenName & NamePlace;

/** A file of the table, its folder held; an errno where the folder cannot be had. */
export function seenName(
  files: FileTable,
  folders: HeldFolders,
  file: number,
): SeenName | { readonly errno: string } {
  const folder = folders.hold(files.columns.folder[file]);
  if (typeof folder === "object") return folder;
  return { folder, name: files.name(file), seen: seenInode(files, file) };
}

/** `seenName` with the path. */
export function seenPlace(
  files: FileTable,
  folders: HeldFolders,
  file: number,
): SeenPlace | { readonly errno: string } {
  const name = seenName(files, folders, file);
  return "errno" in name ? name : { ...name, path: files.path(file) };
}
