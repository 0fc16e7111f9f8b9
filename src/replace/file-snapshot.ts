import type { FileTable } from "../core/file-table.ts";
import type { FileStat } from "../fs/disk.ts";

/** A stored file as it was when its content was compared. Times in nanoseconds, size in bytes. */
export interface FileSnapshot {
  readonly device: number;
  readonly inode: bigint;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: bigint;
  readonly ctime: bigint;
}

export function snapshotOf({ columns, devices }: FileTable, file: number): FileSnapshot {
  return {
    device: Number(devices[columns.device[file]]),
    inode: columns.inode[file],
    size: columns.size[file],
    mode: columns.mode[file],
    uid: columns.uid[file],
    gid: columns.gid[file],
    mtime: columns.mtime[file],
    ctime: columns.ctime[file],
  };
}

/** Whether a name leads to the inode that was seen, whatever became of it. */
export function isInode(stat: FileStat, seen: FileSnapshot): boolean {
  return stat.ino === seen.inode && stat.dev === seen.device;
}

const TYPE_BITS = 0o170000;

/**
 * Why a file is not the one that was compared any more; undefined where it is. Its ctime may have moved
 * all the same (`ctimeMoved`): links move it, ours and another run's.
 */
export function whyChanged(stat: FileStat, seen: FileSnapshot): string | undefined {
  if ((stat.mode & TYPE_BITS) !== (seen.mode & TYPE_BITS)) return "it is no regular file any more";
  if (!isInode(stat, seen)) return "another file took its name";
  if (stat.size !== seen.size) return `its size went from ${seen.size} to ${stat.size} bytes`;
  if (stat.mtimeNs !== seen.mtime) return "it was written to (its modification time moved)";
  if (stat.mode !== seen.mode) return "its permission bits changed";
  if (stat.uid !== seen.uid || stat.gid !== seen.gid) return "its owner changed";
  return undefined;
}

/** Something about the inode changed: a link, an attribute, or a write that put the modification time back. */
export function ctimeMoved(stat: FileStat, seen: FileSnapshot): boolean {
  return stat.ctimeNs !== seen.ctime;
}
