import type { BytePath } from "../core/byte-path.ts";
import { type Errno, type Result, errno, isErrno } from "../core/result.ts";
import type { Dir, DirCalls } from "../fs/dir-calls.ts";
import type { ReplaceOutcome } from "./replace-outcome.ts";

/** A name that was exchanged with our temporary beside it. */
export interface Exchanged {
  readonly calls: DirCalls;
  readonly dir: Dir;
  readonly temporary: BytePath;
  readonly name: BytePath;
}

/** Removes the temporary; a second try where the first one failed. */
export function removeTemporary(calls: DirCalls, dir: Dir, temporary: BytePath): Result {
  let removed: Result = undefined;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    removed = calls.unlink(dir, temporary);
    if (!isErrno(removed) || removed.code === "ENOENT") return undefined;
  }
  return removed;
}

/** The outcome after the temporary was removed; where it cannot be removed, that is the outcome. */
export function cleanUp(
  calls: DirCalls,
  dir: Dir,
  temporary: BytePath,
  outcome: ReplaceOutcome,
): ReplaceOutcome {
  const removed = removeTemporary(calls, dir, temporary);
  return isErrno(removed) ? { type: "failed", code: removed.code, left: temporary } : outcome;
}

/**
 * Puts a displaced file, which is under the temporary's name, back under its own. Should someone replace
 * the name once more meanwhile, what comes out is newer than what went in, and goes back in its turn; so
 * the newest file ends under the name, and nothing is removed but the link to the keeper and what is
 * older than what the name leads to.
 *
 * @param put The inode to be put back; undefined where it could not be looked at.
 * @param keeper The inode that should come out.
 * @returns An errno where the file is still under the temporary's name.
 */
export function restoreDisplaced(at: Exchanged, put: bigint | undefined, keeper: bigint): Result {
  const { calls, dir, temporary } = at;
  let expected = keeper;
  for (;;) {
    const exchanged = exchangeAgain(at);
    if (isErrno(exchanged)) {
      return exchanged.code === "ENOENT" ? makeNameAgain(at) : renameBack(at, keeper, exchanged);
    }
    const out = lookAgain(at, temporary);
    if (isErrno(out)) return out.code === "ENOENT" ? undefined : out;
    if (out.ino === expected || out.ino === keeper) return removeTemporary(calls, dir, temporary);
    // The name was replaced again between the two exchanges: what came out is the newest.
    if (put === undefined) return exchangeAgain(at) ?? errno("EBUSY");
    [put, expected] = [out.ino, put];
  }
}

function exchangeAgain({ calls, dir, temporary, name }: Exchanged): Result {
  if (calls.exchange === undefined) return errno("ENOSYS");
  const exchanged = calls.exchange(dir, temporary, name);
  if (!isErrno(exchanged) || exchanged.code === "ENOENT") return exchanged;
  return calls.exchange(dir, temporary, name);
}

export function lookAgain({ calls, dir }: Exchanged, name: BytePath): ReturnType<DirCalls["stat"]> {
  const stat = calls.stat(dir, name);
  return isErrno(stat) && stat.code !== "ENOENT" ? calls.stat(dir, name) : stat;
}

/** Somebody removed the name after our exchange: what they meant is not known, so what we hold is not lost. */
function makeNameAgain({ calls, dir, temporary, name }: Exchanged): Result {
  const linked = calls.link(dir, temporary, dir, name);
  // EEXIST: they made it anew. ENOENT: temporary or directory are gone too.
  if (isErrno(linked) && linked.code !== "EEXIST" && linked.code !== "ENOENT") return linked;
  return removeTemporary(calls, dir, temporary);
}

/** Where an exchange fails that worked a moment ago: a rename, as long as the name leads to the keeper. */
function renameBack(at: Exchanged, keeper: bigint, why: Errno): Result {
  const { calls, dir, temporary, name } = at;
  const stat = lookAgain(at, name);
  if (isErrno(stat) || stat.ino !== keeper) return why;
  return isErrno(calls.rename(dir, temporary, name)) ? why : undefined;
}
