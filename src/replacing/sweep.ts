import { type BytePath, folderOf, nameOf } from "../byte-path.ts";
import { errnoOf } from "../errors.ts";
import type { FileTable } from "../file-table.ts";
import { disk } from "../fs/disk.ts";
import type { FileStat } from "../fs/file-stat.ts";
import { type Folder, type FolderCalls, folderCalls } from "../fs/folder-calls.ts";
import { isAlive } from "../fs/run-identity.ts";
import { PARTIAL, type TemporaryName, nameHash, readTemporaryName } from "../fs/temporary.ts";
import { putBack, removeTemporary } from "./put-back.ts";
import { SeenFolders } from "./seen-folders.ts";

/** Where nobody can say whether the maker lives, a temporary of this age (nanoseconds) is nobody's: one lives for milliseconds. */
const NOBODYS_AFTER = 3_600_000_000_000n;
const TYPE_BITS = 0o170000;
const REGULAR = 0o100000;

/**
 * Removes what a run that was killed has left, and puts back what it had displaced and not yet looked at.
 * What belongs to a run that is alive, or would be the last name of a file that is nowhere else, stays.
 *
 * @returns How many were dealt with: the tree has to be walked again then.
 */
export function sweep(
  temporaries: readonly BytePath[],
  files: FileTable,
  calls: FolderCalls = folderCalls(),
): number {
  if (temporaries.length === 0) return 0;
  const folders = new Map<BytePath, number>();
  for (let folder = 0; folder < files.folderCount; folder += 1)
    folders.set(files.folderPath(folder), folder);
  const seen = new SeenFolders(files, calls);
  let swept = 0;
  for (const path of temporaries) {
    const folder = folders.get(folderOf(path));
    const opened = folder === undefined ? undefined : seen.open(folder);
    if (opened === undefined || "errno" in opened) continue;
    const at = { calls, folder: opened.folder, temporary: nameOf(path) };
    if (sweepOne(at, folderOf(path))) swept += 1;
    calls.close(opened.folder);
  }
  seen.close();
  return swept;
}

interface Leftover {
  readonly calls: FolderCalls;
  readonly folder: Folder;
  readonly temporary: BytePath;
}

function sweepOne(leftover: Leftover, folderPath: BytePath): boolean {
  const { calls, folder, temporary } = leftover;
  const told = readTemporaryName(temporary);
  const stat = calls.stat(folder, temporary);
  if (told === undefined || typeof stat === "string" || (stat.mode & TYPE_BITS) !== REGULAR)
    return false;
  const alive =
    isAlive(told.maker) ?? stat.ctimeNs > BigInt(Date.now()) * 1_000_000n - NOBODYS_AFTER;
  if (alive) return false;
  // A copy not yet complete or in place: what it was made from is where it was.
  const isSpare = told.keeper === PARTIAL || (told.isCopy && stat.ino === told.keeper);
  // The keeper's link, not yet in place; the keeper has its own names.
  if (isSpare || (stat.ino === told.keeper && stat.nlink > 1))
    return removeTemporary(calls, folder, temporary) === "";
  const name = nameWithHash(folderPath, temporary, told);
  if (name !== undefined) return sweepDisplaced(leftover, name, stat, told);
  // Its name was removed. What has another name still is not lost.
  return stat.nlink > 1 && removeTemporary(calls, folder, temporary) === "";
}

/** What was displaced by an exchange just before the run was killed; often it has no other name. */
function sweepDisplaced(
  { calls, folder, temporary }: Leftover,
  name: BytePath,
  stat: FileStat,
  told: TemporaryName,
): boolean {
  const now = calls.stat(folder, name);
  if (typeof now === "string") return false;
  if (now.ino === told.keeper && stat.ino !== told.keeper) {
    // The name leads to the keeper, written to since, or still equal; else we hold a rebuild of the last instant.
    const isDone =
      now.mtimeNs > stat.ctimeNs ||
      (["free", "unknown"].includes(calls.writerOf(folder, temporary)) &&
        calls.compare(folder, temporary, name) === "equal");
    if (isDone) return removeTemporary(calls, folder, temporary) === "";
    return putBack({ calls, folder, temporary, name }, stat.ino, told.keeper) === "";
  }
  // The name was made anew after the kill: the builder has replaced what we hold.
  const isOld = now.ctimeNs > stat.ctimeNs || calls.compare(folder, temporary, name) === "equal";
  return isOld && removeTemporary(calls, folder, temporary) === "";
}

/** The name that was to be replaced is known by its hash. */
function nameWithHash(
  folder: BytePath,
  temporary: BytePath,
  { replaces }: TemporaryName,
): BytePath | undefined {
  try {
    return disk
      .readFolder(folder)
      .find(({ name }) => name !== temporary && nameHash(name) === replaces)?.name;
  } catch (error) {
    errnoOf(error); // a folder that cannot be read is named by the walk
    return undefined;
  }
}
