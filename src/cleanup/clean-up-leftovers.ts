import { type BytePath, dirOf, nameOf } from "../core/byte-path.ts";
import { type Result, isErrno, tryErrno } from "../core/result.ts";
import { describeErrno } from "../core/errno-messages.ts";
import type { Problem } from "../core/report.ts";
import type { FileTable } from "../core/file-table.ts";
import { type FileStat, disk } from "../fs/disk.ts";
import type { DirHandle, DirCalls, Writer } from "../fs/dir-calls.ts";
import { dirCalls } from "../fs/native-dir-calls.ts";
import {
  PARTIAL,
  type TemporaryName,
  isUnchanged,
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

/** What became of the leftovers. */
export interface CleanUp {
  /** The number of temporaries that are gone: if any is, the tree must be walked again. */
  readonly cleaned: number;
  /** Temporaries that hold a file which may be the newest one, or the last of its kind. The user decides. */
  readonly kept: readonly Problem[];
}

/**
 * Removes the temporaries of runs that were killed, and restores files that such a run had displaced but not checked.
 * Leaves a temporary alone if its run is alive.
 *
 * Decides by inodes, unchanged modification times, and bytes, but never by which time is later: a clock may have been
 * wrong. A file is removed only if the name leads to the same bytes, or to a newer file without any doubt. A file that
 * may be the newer one is kept and reported.
 */
export function cleanUpLeftovers(
  temporaries: readonly BytePath[],
  files: FileTable,
  calls: DirCalls = dirCalls(),
): CleanUp {
  const kept: Problem[] = [];
  if (temporaries.length === 0) return { cleaned: 0, kept };
  const dirs = new Map<BytePath, number>();
  for (let dir = 0; dir < files.dirCount; dir += 1) dirs.set(files.dirPath(dir), dir);
  const opener = new DirOpener(files, calls);
  let cleaned = 0;
  for (const path of temporaries) {
    const dir = dirs.get(dirOf(path));
    const opened = dir === undefined ? undefined : opener.open(dir);
    if (opened === undefined || isErrno(opened)) continue;
    const leftover = { calls, dir: opened.handle, temporary: nameOf(path) };
    const fate = cleanUpOne(leftover, dirOf(path));
    if (fate === "gone") cleaned += 1;
    else if (fate !== "left") kept.push({ path, code: "EEXIST", message: fate.why });
    calls.close(opened.handle);
  }
  opener.close();
  return { cleaned, kept };
}

interface Leftover {
  readonly calls: DirCalls;
  readonly dir: DirHandle;
  readonly temporary: BytePath;
}

/** `left`: it is none of this run's business. `why`: it is kept, and the user is told. */
type Fate = "gone" | "left" | { readonly why: string };

const LAST_COPY: Fate = {
  why: "a killed run left this file, and the name that it belongs to is gone: rename or remove it",
};

function cleanUpOne(leftover: Leftover, dirPath: BytePath): Fate {
  const { calls, dir, temporary } = leftover;
  const parsed = readTemporaryName(temporary);
  const stat = calls.stat(dir, temporary);
  if (parsed === undefined || isErrno(stat) || !isRegular(stat)) return "left";
  const { maker, keeper, isCopy } = parsed;
  const now = BigInt(Date.now()) * 1_000_000n;
  if (isAlive(maker) ?? stat.ctimeNs > now - ABANDONED_AFTER) return "left";
  // A copy that is incomplete or not in place: the file that it was made from is unchanged.
  const isSpareCopy = keeper.ino === PARTIAL.ino || (isCopy && isUnchanged(stat, keeper));
  // A link to the keeper that is not in place: the keeper has other names.
  const isSpareLink = stat.ino === keeper.ino && stat.nlink > 1;
  if (isSpareCopy || isSpareLink) return remove(leftover);
  const name = findReplacedName(dirPath, temporary, parsed);
  if (name !== undefined) return cleanUpDisplaced(leftover, name, stat, parsed);
  // The replaced name was removed meanwhile. The file is not lost if it has another name.
  return stat.nlink > 1 ? remove(leftover) : LAST_COPY;
}

/** Handles a file that was exchanged with the keeper's link just before the run was killed. It may have no other name. */
function cleanUpDisplaced(
  leftover: Leftover,
  name: BytePath,
  displaced: FileStat,
  { keeper, target }: TemporaryName,
): Fate {
  const { calls, dir, temporary } = leftover;
  const current = calls.stat(dir, name);
  if (isErrno(current)) return "left";
  if (current.ino === displaced.ino) return remove(leftover);
  const hasWriter = mayHaveWriter(calls.writerOf(dir, temporary));
  if (!hasWriter && calls.compare(dir, temporary, name) === "equal") return remove(leftover);
  // The exchange put the keeper there, and nothing was written since: what it displaced goes back.
  if (isUnchanged(current, keeper) && displaced.ino !== keeper.ino) {
    const restored = restoreDisplaced({ ...leftover, name }, displaced.ino, keeper.ino);
    return isErrno(restored) ? { why: describeErrno(restored.code) } : "gone";
  }
  // The file that was compared: a program has put another one in its place since.
  const isReplaced = isUnchanged(displaced, target) && current.ino !== keeper.ino;
  if (isReplaced && !hasWriter && isRegular(current)) return remove(leftover);
  return {
    why: `a killed run displaced this file from ${name}, which leads to another file now, and which of the two is newer is not known: keep the right one and remove the other`,
  };
}

function isRegular({ mode }: FileStat): boolean {
  return (mode & TYPE_BITS) === REGULAR_FILE;
}

function remove({ calls, dir, temporary }: Leftover): Fate {
  const removed = removeTemporary(calls, dir, temporary);
  return isErrno(removed)
    ? {
        why: `a killed run left this file, and it cannot be removed: ${describeErrno(removed.code)}`,
      }
    : "gone";
}

function mayHaveWriter(writer: Result<Writer>): boolean {
  return isErrno(writer) || writer === "writer";
}

/** Finds the name that the temporary was to replace, by its hash; undefined also if several names have it. */
function findReplacedName(
  dir: BytePath,
  temporary: BytePath,
  { replaces }: TemporaryName,
): BytePath | undefined {
  const entries = tryErrno(() => disk.readDir(dir));
  if (isErrno(entries)) return undefined; // the walk reports it
  const found = entries.filter(({ name }) => name !== temporary && nameHash(name) === replaces);
  return found.length === 1 ? found[0].name : undefined;
}
