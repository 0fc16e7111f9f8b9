import { type BytePath, dirOf, nameOf } from "../core/byte-path.ts";
import { type Result, isErrno, tryErrno } from "../core/result.ts";
import type { FileTable } from "../core/file-table.ts";
import { type FileStat, disk } from "../fs/disk.ts";
import type { DirHandle, DirCalls, Writer } from "../fs/dir-calls.ts";
import { dirCalls } from "../fs/native-dir-calls.ts";
import {
  PARTIAL,
  type TemporaryName,
  nameHash,
  readTemporaryName,
} from "../core/temporary-name.ts";
import { isAlive } from "../replace/run-identity.ts";
import { restoreDisplaced, removeTemporary } from "../replace/restore-displaced.ts";
import { DirOpener } from "../replace/dir-opener.ts";

/**
 * A temporary of this age (nanoseconds) is abandoned if nothing is known about the process that made it. Temporaries
 * usually exist for milliseconds.
 */
const ABANDONED_AFTER = 3_600_000_000_000n;
const TYPE_BITS = 0o170000;
const REGULAR_FILE = 0o100000;

/**
 * Removes the temporaries of runs that were killed, and restores files that such a run had displaced but not checked.
 * Leaves a temporary alone if its run is alive, or if it is the last name of a file that exists nowhere else.
 *
 * @returns The number of temporaries that are gone: if any is, the tree must be walked again.
 */
export function cleanUpLeftovers(
  temporaries: readonly BytePath[],
  files: FileTable,
  calls: DirCalls = dirCalls(),
): number {
  if (temporaries.length === 0) return 0;
  const dirs = new Map<BytePath, number>();
  for (let dir = 0; dir < files.dirCount; dir += 1) dirs.set(files.dirPath(dir), dir);
  const opener = new DirOpener(files, calls);
  let cleaned = 0;
  for (const path of temporaries) {
    const dir = dirs.get(dirOf(path));
    const opened = dir === undefined ? undefined : opener.open(dir);
    if (opened === undefined || isErrno(opened)) continue;
    const leftover = { calls, dir: opened.handle, temporary: nameOf(path) };
    if (cleanUpOne(leftover, dirOf(path))) cleaned += 1;
    calls.close(opened.handle);
  }
  opener.close();
  return cleaned;
}

interface Leftover {
  readonly calls: DirCalls;
  readonly dir: DirHandle;
  readonly temporary: BytePath;
}

/** @returns Whether the temporary is gone. */
function cleanUpOne(leftover: Leftover, dirPath: BytePath): boolean {
  const { calls, dir, temporary } = leftover;
  const parsed = readTemporaryName(temporary);
  const stat = calls.stat(dir, temporary);
  if (parsed === undefined || isErrno(stat) || (stat.mode & TYPE_BITS) !== REGULAR_FILE)
    return false;
  const { maker, keeper, isCopy } = parsed;
  const now = BigInt(Date.now()) * 1_000_000n;
  if (isAlive(maker) ?? stat.ctimeNs > now - ABANDONED_AFTER) return false;
  // A copy that is incomplete or not in place: the file that it was made from is unchanged.
  const isSpareCopy = keeper === PARTIAL || (isCopy && stat.ino === keeper);
  // A link to the keeper that is not in place: the keeper has other names.
  const isSpareLink = stat.ino === keeper && stat.nlink > 1;
  if (isSpareCopy || isSpareLink) return remove(leftover);
  const name = findReplacedName(dirPath, temporary, parsed);
  if (name !== undefined) return cleanUpDisplaced(leftover, name, stat, parsed);
  // The replaced name was removed meanwhile. The file is not lost if it has another name.
  return stat.nlink > 1 && remove(leftover);
}

/** Handles a file that was exchanged with the keeper's link just before the run was killed. It may have no other name. */
function cleanUpDisplaced(
  leftover: Leftover,
  name: BytePath,
  displaced: FileStat,
  { keeper }: TemporaryName,
): boolean {
  const { calls, dir, temporary } = leftover;
  const current = calls.stat(dir, name);
  if (isErrno(current)) return false;
  const isEqual = (): boolean => calls.compare(dir, temporary, name) === "equal";
  if (current.ino === keeper && displaced.ino !== keeper) {
    // Either the keeper was written to since the exchange, or both must still be equal. Otherwise the displaced file is
    // one that a build put there just before the exchange.
    const isObsolete =
      current.mtimeNs > displaced.ctimeNs ||
      (!mayHaveWriter(calls.writerOf(dir, temporary)) && isEqual());
    if (isObsolete) return remove(leftover);
    return !isErrno(restoreDisplaced({ ...leftover, name }, displaced.ino, keeper));
  }
  // A build has replaced the name since the run was killed.
  return (current.ctimeNs > displaced.ctimeNs || isEqual()) && remove(leftover);
}

function remove({ calls, dir, temporary }: Leftover): boolean {
  return !isErrno(removeTemporary(calls, dir, temporary));
}

function mayHaveWriter(writer: Result<Writer>): boolean {
  return isErrno(writer) || writer === "writer";
}

/** Finds the name that the temporary was to replace, by its hash. */
function findReplacedName(
  dir: BytePath,
  temporary: BytePath,
  { replaces }: TemporaryName,
): BytePath | undefined {
  const entries = tryErrno(() => disk.readDir(dir));
  if (isErrno(entries)) return undefined; // the walk reports it
  return entries.find(({ name }) => name !== temporary && nameHash(name) === replaces)?.name;
}
