import { clampTime } from "../core/time-range.ts";
import type { FileTable } from "../core/file-table.ts";
import type { FileStat } from "../fs/disk.ts";

/** The attributes of a file when its content was compared. */
export type FileSnapshot = Pick<
  FileStat,
  "dev" | "ino" | "size" | "mode" | "uid" | "gid" | "mtimeNs" | "ctimeNs"
>;

/** What the walk recorded of a file of the table. */
export function snapshotOf({ columns, devices }: FileTable, file: number): FileSnapshot {
  return {
    dev: Number(devices[columns.device[file]]),
    ino: columns.inode[file],
    size: columns.size[file],
    mode: columns.mode[file],
    uid: columns.uid[file],
    gid: columns.gid[file],
    mtimeNs: columns.mtime[file],
    ctimeNs: columns.ctime[file],
  };
}

/** Whether this is the inode of the snapshot, changed or not. */
export function isInode(stat: FileSnapshot, snapshot: FileSnapshot): boolean {
  return stat.ino === snapshot.ino && stat.dev === snapshot.dev;
}

const TYPE_BITS = 0o170000;

/**
 * Why a file is no longer the one in the snapshot; undefined if it is. Ignores the ctime (`ctimeChanged`), which
 * changes with every link, those of this run and of others.
 */
export function whyChanged(stat: FileSnapshot, snapshot: FileSnapshot): string | undefined {
  if ((stat.mode & TYPE_BITS) !== (snapshot.mode & TYPE_BITS))
    return "it is no longer a regular file";
  if (!isInode(stat, snapshot)) return "it was replaced by another file";
  if (stat.size !== snapshot.size)
    return `its size changed from ${snapshot.size} to ${stat.size} bytes`;
  if (clampTime(stat.mtimeNs) !== clampTime(snapshot.mtimeNs))
    return "it was written to (its modification time changed)";
  if (stat.mode !== snapshot.mode) return "its permission bits changed";
  if (stat.uid !== snapshot.uid || stat.gid !== snapshot.gid) return "its owner changed";
  return undefined;
}

/** Whether the inode changed in any way: a link, an attribute, or a write after which the modification time was reset. */
export function ctimeChanged(stat: FileSnapshot, snapshot: FileSnapshot): boolean {
  return stat.ctimeNs !== snapshot.ctimeNs;
}
