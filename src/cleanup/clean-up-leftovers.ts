import { type BytePath, dirOf, nameOf } from "../core/byte-path.ts";
import { type Result, isErrno, tryErrno } from "../core/result.ts";
import type { FileTable } from "../core/file-table.ts";
import { type FileStat, disk } from "../fs/disk.ts";
import { type DirHandle, type DirCalls, type Writer, dirCalls } from "../fs/dir-calls.ts";
import {
  PARTIAL,
  type TemporaryName,
  nameHash,
  readTemporaryName,
} from "../core/temporary-name.ts";
import { isAlive } from "../replace/run-identity.ts";
import { restoreDisplaced, removeTemporary } from "../replace/restore-displaced.ts";
import { DirOpener } from "../replace/dir-opener.ts";

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
export function cleanUpLeftovers(
  temporaries: readonly BytePath[],
  files: FileTable,
  calls: DirCalls = dirCalls(),
): number {
  if (temporaries.length === 0) return 0;
  const dirs = new Map<BytePath, number>();
  for (let dir = 0; dir < files.dirCount; dir += 1) dirs.set(files.dirPath(dir), dir);
  const seen = new DirOpener(files, calls);
  let cleaned = 0;
  for (const path of temporaries) {
    const dir = dirs.get(dirOf(path));
    const opened = dir === undefined ? undefined : seen.open(dir);
    if (opened === undefined || isErrno(opened)) continue;
    const at = { calls, dir: opened.handle, temporary: nameOf(path) };
    if (cleanUpOne(at, dirOf(path))) cleaned += 1;
    calls.close(opened.handle);
  }
  seen.close();
  return cleaned;
}

interface Leftover {
  readonly calls: DirCalls;
  readonly dir: DirHandle;
  readonly temporary: BytePath;
}

function cleanUpOne(leftover: Leftover, dirPath: BytePath): boolean {
  const { calls, dir, temporary } = leftover;
  const told = readTemporaryName(temporary);
  const stat = calls.stat(dir, temporary);
  if (told === undefined || isErrno(stat) || (stat.mode & TYPE_BITS) !== REGULAR) return false;
  const alive =
    isAlive(told.maker) ?? stat.ctimeNs > BigInt(Date.now()) * 1_000_000n - NOBODYS_AFTER;
  if (alive) return false;
  // A copy not yet complete or in place: what it was made from is where it was.
  const isSpare = told.keeper === PARTIAL || (told.isCopy && stat.ino === told.keeper);
  // The keeper's link, not yet in place; the keeper has its own names.
  if (isSpare || (stat.ino === told.keeper && stat.nlink > 1))
    return !isErrno(removeTemporary(calls, dir, temporary));
  const name = nameWithHash(dirPath, temporary, told);
  if (name !== undefined) return cleanUpDisplaced(leftover, name, stat, told);
  // Its name was removed. What has another name still is not lost.
  return stat.nlink > 1 && !isErrno(removeTemporary(calls, dir, temporary));
}

/** What was displaced by an exchange just before the run was killed; often it has no other name. */
function cleanUpDisplaced(
  { calls, dir, temporary }: Leftover,
  name: BytePath,
  stat: FileStat,
  told: TemporaryName,
): boolean {
  const now = calls.stat(dir, name);
  if (isErrno(now)) return false;
  if (now.ino === told.keeper && stat.ino !== told.keeper) {
    // The name leads to the keeper, written to since, or still equal; else we hold a rebuild of the last instant.
    const isDone =
      now.mtimeNs > stat.ctimeNs ||
      (!mayBeWritten(calls.writerOf(dir, temporary)) &&
        calls.compare(dir, temporary, name) === "equal");
    if (isDone) return !isErrno(removeTemporary(calls, dir, temporary));
    return !isErrno(restoreDisplaced({ calls, dir, temporary, name }, stat.ino, told.keeper));
  }
  // The name was made anew after the kill: the builder has replaced what we hold.
  const isOld = now.ctimeNs > stat.ctimeNs || calls.compare(dir, temporary, name) === "equal";
  return isOld && !isErrno(removeTemporary(calls, dir, temporary));
}

function mayBeWritten(writer: Result<Writer>): boolean {
  return isErrno(writer) || writer === "writer";
}

/** The name that was to be replaced is known by its hash. */
function nameWithHash(
  dir: BytePath,
  temporary: BytePath,
  { replaces }: TemporaryName,
): BytePath | undefined {
  // The walk reports a directory that cannot be read.
  const entries = tryErrno(() => disk.readDir(dir));
  if (isErrno(entries)) return undefined;
  return entries.find(({ name }) => name !== temporary && nameHash(name) === replaces)?.name;
}
