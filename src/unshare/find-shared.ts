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
import type { Settings } from "../core/options.ts";

/** A stored file that has other names, or may be protected: the file numbers of its names, by path. */
export type SharedInode = readonly number[];

/** As much of a file as tells its kind. */
const HEAD = 4096;

/** The artifacts that share their inode with another name, here or elsewhere, and those that are read-only. */
export function findShared(files: FileTable, settings: Settings): SharedInode[] {
  const { inode, device, links, mode } = files.columns;
  const found = new Map<string, number[]>();
  for (let file = 0; file < files.count; file += 1) {
    if (links[file] < 2 && (mode[file] & WRITE_BITS) !== 0) continue;
    const key = `${device[file]}:${inode[file]}`;
    const names = found.get(key);
    if (names === undefined) found.set(key, [file]);
    else names.push(file);
  }
  return Array.from(found.values(), (names) => selectedNames(files, settings, names))
    .filter((names) => names.length > 0)
    .map((names) => inOrder(files, names))
    .sort((a, b) => files.comparePaths(a[0], b[0]));
}

function inOrder(files: FileTable, names: readonly number[]): SharedInode {
  return [...names].sort((a, b) => files.comparePaths(a, b));
}

/** Names that are an artifact's. The file is looked into only where they do not tell. */
function selectedNames(
  files: FileTable,
  settings: Settings,
  names: readonly number[],
): readonly number[] {
  const { kind } = files.columns;
  const { kinds, all } = settings;
  const isUnsure = (name: number): boolean =>
    kinds === undefined
      ? kind[name] === BY_CONTENT && !all
      : kind[name] === BY_CONTENT || kindNeedsContent(kind[name]) || hasSubkinds(kind[name]);
  if (!names.some(isUnsure)) return names;
  const head = headOf(files, names[0]);
  return names.filter((name) => {
    if (!isUnsure(name)) return true;
    const told = kind[name] === BY_CONTENT ? kindOfContent(head) : confirmKind(kind[name], head);
    return (told !== OTHER || all) && (kinds === undefined || kinds.includes(told));
  });
}

function headOf(files: FileTable, file: number): Uint8Array {
  const head = Buffer.alloc(HEAD);
  try {
    const descriptor = disk.openForReading(files.path(file));
    try {
      return head.subarray(0, disk.read(descriptor, head, HEAD, 0));
    } finally {
      disk.close(descriptor);
    }
  } catch (error) {
    errnoOf(error); // what cannot be read is no known artifact
    return head.subarray(0, 0);
  }
}
