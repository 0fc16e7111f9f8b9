import type { BytePath } from "../core/byte-path.ts";
import { type Errno, type Result, errno, isErrno } from "../core/result.ts";
import type { FileStat } from "../fs/disk.ts";
import type { DirCalls, DirHandle } from "../fs/dir-calls.ts";
import type { NotReplaced, ReplaceOutcome } from "./replace-outcome.ts";

/** A name and the temporary in the same directory that it was exchanged with. */
export interface Exchanged {
  readonly calls: DirCalls;
  readonly dir: DirHandle;
  readonly temporary: BytePath;
  readonly name: BytePath;
}

/** Removes a temporary, with a second attempt after a failure. */
export function removeTemporary(calls: DirCalls, dir: DirHandle, temporary: BytePath): Result {
  const removed = unlinkIfExists(calls, dir, temporary);
  return isErrno(removed) ? unlinkIfExists(calls, dir, temporary) : removed;
}

function unlinkIfExists(calls: DirCalls, dir: DirHandle, temporary: BytePath): Result {
  const removed = calls.unlink(dir, temporary);
  return isErrno(removed) && removed.code === "ENOENT" ? undefined : removed;
}

/** Removes a temporary and answers the outcome; `failed` if the temporary cannot be removed. */
export function cleanUp<Outcome extends ReplaceOutcome>(
  calls: DirCalls,
  dir: DirHandle,
  temporary: BytePath,
  outcome: Outcome,
): Outcome | NotReplaced {
  const removed = removeTemporary(calls, dir, temporary);
  return isErrno(removed) ? { type: "failed", code: removed.code, left: temporary } : outcome;
}

/**
 * Exchanges a displaced file, which has the temporary's name, back to its own name, and removes the link to the keeper
 * that comes out.
 *
 * If another program replaced the name meanwhile, its newer file comes out instead and is exchanged back in turn. The
 * newest file thus ends up under the name, and only the link to the keeper or an older file is removed.
 *
 * @param displaced The inode under the temporary's name; undefined if it could not be read.
 * @param keeper The inode under the name.
 * @returns An errno if the displaced file still has the temporary's name.
 */
export function restoreDisplaced(
  exchanged: Exchanged,
  displaced: bigint | undefined,
  keeper: bigint,
): Result {
  const { calls, dir, temporary } = exchanged;
  let putBack = displaced;
  let expected = keeper;
  for (;;) {
    const done = exchangeAgain(exchanged);
    if (isErrno(done)) {
      return done.code === "ENOENT"
        ? linkDisplaced(exchanged)
        : renameDisplaced(exchanged, keeper, done);
    }
    const out = statTwice(exchanged, temporary);
    if (isErrno(out)) return out.code === "ENOENT" ? undefined : out;
    if (out.ino === expected || out.ino === keeper) return removeTemporary(calls, dir, temporary);
    // The name was replaced between the two exchanges, and the newest file came out.
    if (putBack === undefined) return exchangeAgain(exchanged) ?? errno("EBUSY");
    [putBack, expected] = [out.ino, putBack];
  }
}

/** Exchanges the two names, with a second attempt unless one of them is gone. */
function exchangeAgain({ calls, dir, temporary, name }: Exchanged): Result {
  if (calls.exchange === undefined) return errno("ENOSYS");
  const done = calls.exchange(dir, temporary, name);
  if (!isErrno(done) || done.code === "ENOENT") return done;
  return calls.exchange(dir, temporary, name);
}

/** The attributes of a name in the directory, with a second attempt unless it is gone. */
export function statTwice({ calls, dir }: Exchanged, name: BytePath): Result<FileStat> {
  const stat = calls.stat(dir, name);
  return isErrno(stat) && stat.code !== "ENOENT" ? calls.stat(dir, name) : stat;
}

/** Another program removed the name after our exchange. Whatever it intended, the displaced file must not be lost. */
function linkDisplaced({ calls, dir, temporary, name }: Exchanged): Result {
  const linked = calls.link(dir, temporary, dir, name);
  // EEXIST: the name was created again. ENOENT: the temporary or the directory is gone, too.
  if (isErrno(linked) && linked.code !== "EEXIST" && linked.code !== "ENOENT") return linked;
  return removeTemporary(calls, dir, temporary);
}

/** The exchange fails, although it worked before: renames instead, if the name still leads to the keeper. */
function renameDisplaced(exchanged: Exchanged, keeper: bigint, why: Errno): Result {
  const { calls, dir, temporary, name } = exchanged;
  const stat = statTwice(exchanged, name);
  if (isErrno(stat) || stat.ino !== keeper) return why;
  return isErrno(calls.rename(dir, temporary, name)) ? why : undefined;
}
