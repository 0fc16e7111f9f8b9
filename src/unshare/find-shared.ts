import {
  BY_CONTENT,
  OTHER,
  confirmKind,
  hasSubkinds,
  kindNeedsContent,
  kindOfContent,
} from "../artifacts/kinds.ts";
import { errnoOf } from "../core/result.ts";
import type { FileTable } from "../core/file-table.ts";
import { disk } from "../fs/disk.ts";
import { WRITE_BITS } from "../replace/original-mode.ts";

export interface FindSharedOptions {
  /** Kinds that are selected; undefined: any. */
  readonly kinds: readonly number[] | undefined;
  /** Every regular file is selected, not only artifacts. */
  readonly all: boolean;
}

/** The rows of an inode's links, by path. The inode has several links, or is read-only and may be protected. */
export type SharedInode = readonly number[];

/** Bytes that suffice to recognize a kind. */
const HEAD = 4096;

/** Finds the artifacts that share their inode with another path, below the roots or outside, or that are read-only. */
export function findShared(files: FileTable, options: FindSharedOptions): SharedInode[] {
  const { inode, device, links, mode } = files.columns;
  const inodes = new Map<string, number[]>();
  for (let file = 0; file < files.count; file += 1) {
    if (links[file] < 2 && (mode[file] & WRITE_BITS) !== 0) continue;
    const key = `${device[file]}:${inode[file]}`;
    const names = inodes.get(key);
    if (names === undefined) inodes.set(key, [file]);
    else names.push(file);
  }
  return Array.from(inodes.values(), (names) => selectedLinks(files, options, names))
    .filter((names) => names.length > 0)
    .map((names) => names.toSorted((a, b) => files.comparePaths(a, b)))
    .sort((a, b) => files.comparePaths(a[0], b[0]));
}

/** The links that are artifacts. The file is read only if a name does not determine the kind. */
function selectedLinks(
  files: FileTable,
  { kinds, all }: FindSharedOptions,
  names: readonly number[],
): readonly number[] {
  const { kind } = files.columns;
  const isUnsure = (name: number): boolean =>
    kinds === undefined
      ? kind[name] === BY_CONTENT && !all
      : kind[name] === BY_CONTENT || kindNeedsContent(kind[name]) || hasSubkinds(kind[name]);
  if (!names.some(isUnsure)) return names;
  const head = headOf(files, names[0]);
  return names.filter((name) => {
    if (!isUnsure(name)) return true;
    const found = kind[name] === BY_CONTENT ? kindOfContent(head) : confirmKind(kind[name], head);
    return (found !== OTHER || all) && (kinds === undefined || kinds.includes(found));
  });
}

/** The first bytes of a file. None if it cannot be read, which makes it no artifact. */
function headOf(files: FileTable, file: number): Uint8Array {
  const head = Buffer.alloc(HEAD);
  try {
    const fd = disk.openForReading(files.path(file));
    try {
      return head.subarray(0, disk.read(fd, head, HEAD, 0));
    } finally {
      disk.close(fd);
    }
  } catch (error) {
    errnoOf(error);
    return head.subarray(0, 0);
  }
}
