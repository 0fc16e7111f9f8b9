import { type BytePath, compareBytes } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import type {
  FileSystemSummary,
  LinkedInode,
  MarkedPath,
  StateSummary,
} from "../core/status-report.ts";
import { disk } from "../fs/disk.ts";
import { canClone, canExchange, fileSystemType } from "../fs/file-systems.ts";
import { whyNoNative } from "../native/native.ts";
import { Fate } from "./fate.ts";
import type { Recollection } from "./recall.ts";
import { entryCount } from "./state.ts";
import { IN_PLACE, REBUILT } from "./stay-apart.ts";

export { whyNoNative };

/** The rows of an inode's links. */
type Links = readonly number[];

/** The inodes that have several links, each with who has linked it, in the order given. */
export function describeLinks(
  files: FileTable,
  { fates }: Recollection,
  inodes: readonly Links[],
): LinkedInode[] {
  const { links, size } = files.columns;
  return inodes
    .filter(([row]) => links[row] > 1)
    .map((rows) => ({
      by: isOurs(fates, rows) ? "dedupe" : "other",
      size: size[rows[0]],
      links: links[rows[0]],
      paths: rows.map((row) => files.path(row)),
    }));
}

/** Bytes of the blocks that the links made by runs would take in addition as separate files. */
export function savedBytes(
  { columns: { allocated } }: FileTable,
  { fates }: Recollection,
  inodes: readonly Links[],
): number {
  return inodes
    .filter((rows) => isOurs(fates, rows))
    .reduce((sum, rows) => sum + (rows.length - 1) * allocated[rows[0]], 0);
}

function isOurs(fates: Uint8Array, rows: Links): boolean {
  return rows.some((row) => fates[row] === Fate.linked || fates[row] === Fate.written);
}

/** The paths that runs remember not to link, ordered by path. */
export function listMarked(files: FileTable, { fates }: Recollection): MarkedPath[] {
  const marked: MarkedPath[] = [];
  fates.forEach((fate, row) => {
    if (fate !== Fate.inPlace && fate !== Fate.apart) return;
    const { reason } = fate === Fate.inPlace ? IN_PLACE : REBUILT;
    marked.push({ path: files.path(row), reason });
  });
  return marked.sort((a, b) => compareBytes(a.path, b.path));
}

export function listStates({ memory }: Recollection): StateSummary[] {
  return memory.homes
    .filter(({ state }) => entryCount(state) > 0)
    .map(({ file, root, state }) => {
      const stat = tryErrno(() => disk.stat(file));
      return {
        file,
        root,
        paths: entryCount(state),
        size: isErrno(stat) ? 0 : Number(stat.size),
        savedAt: Number(state.savedAt / 1_000_000n),
      };
    })
    .sort((a, b) => compareBytes(a.file, b.file));
}

/** What the file systems of a tree can do. */
export function listFileSystems(files: FileTable): FileSystemSummary[] {
  const paths = new Map<bigint, BytePath>();
  for (let dir = 0; dir < files.dirCount; dir += 1) {
    const { device } = files.dirIdentity(dir);
    if (!paths.has(device)) paths.set(device, files.dirPath(dir));
  }
  return Array.from(paths.values(), (path) => ({
    path,
    type: fileSystemType(path),
    clones: canClone(`${path}/.`),
    exchange: canExchange(path),
  }));
}
