import type { BytePath } from "../core/byte-path.ts";
import type { Done, Dir, DirCalls } from "../fs/dir-calls.ts";
import type { ReplaceOutcome } from "./replace-outcome.ts";

/** A name that was exchanged with our temporary beside it. */
export interface Exchanged {
  readonly calls: DirCalls;
  readonly dir: Dir;
  readonly temporary: BytePath;
  readonly name: BytePath;
}

/** Removes the temporary; a second try where the first one failed. */
export function removeTemporary(calls: DirCalls, dir: Dir, temporary: BytePath): Done {
  let code: Done = "";
  for (let tryErrno = 0; tryErrno < 2; tryErrno += 1) {
    code = calls.unlink(dir, temporary);
    if (code === "" || code === "ENOENT") return "";
  }
  return code;
}

/** The outcome after the temporary was removed; where it cannot be removed, that is the outcome. */
export function cleanUp(
  calls: DirCalls,
  dir: Dir,
  temporary: BytePath,
  outcome: ReplaceOutcome,
): ReplaceOutcome {
  const code = removeTemporary(calls, dir, temporary);
  return code === "" ? outcome : { type: "failed", code, left: temporary };
}

/**
 * Puts a displaced file, which is under the temporary's name, back under its own. Should someone replace
 * the name once more meanwhile, what comes out is newer than what went in, and goes back in its turn; so
 * the newest file ends under the name, and nothing is removed but the link to the keeper and what is
 * older than what the name leads to.
 *
 * @param put The inode to be put back; undefined where it could not be looked at.
 * @param keeper The inode that should come out.
 * @returns "" or why the file is still under the temporary's name.
 */
export function restoreDisplaced(at: Exchanged, put: bigint | undefined, keeper: bigint): Done {
  const { calls, dir, temporary } = at;
  let expected = keeper;
  for (;;) {
    const code = exchangeAgain(at);
    if (code === "ENOENT") return makeNameAgain(at);
    if (code !== "") return renameBack(at, keeper, code);
    const out = lookAgain(at, temporary);
    if (out === "ENOENT") return "";
    if (typeof out === "string") return out;
    if (out.ino === expected || out.ino === keeper) return removeTemporary(calls, dir, temporary);
    // The name was replaced again between the two exchanges: what came out is the newest.
    if (put === undefined) return exchangeAgain(at) || "EBUSY";
    [put, expected] = [out.ino, put];
  }
}

function exchangeAgain({ calls, dir, temporary, name }: Exchanged): Done {
  if (calls.exchange === undefined) return "ENOSYS";
  const code = calls.exchange(dir, temporary, name);
  return code === "" || code === "ENOENT" ? code : calls.exchange(dir, temporary, name);
}

export function lookAgain({ calls, dir }: Exchanged, name: BytePath): ReturnType<DirCalls["stat"]> {
  const stat = calls.stat(dir, name);
  return typeof stat === "string" && stat !== "ENOENT" ? calls.stat(dir, name) : stat;
}

/** Somebody removed the name after our exchange: what they meant is not known, so what we hold is not lost. */
function makeNameAgain({ calls, dir, temporary, name }: Exchanged): Done {
  const code = calls.link(dir, temporary, dir, name);
  // EEXIST: they made it anew. ENOENT: temporary or directory are gone too.
  if (code !== "" && code !== "EEXIST" && code !== "ENOENT") return code;
  return removeTemporary(calls, dir, temporary);
}

/** Where an exchange fails that worked a moment ago: a rename, as long as the name leads to the keeper. */
function renameBack(at: Exchanged, keeper: bigint, code: Done): Done {
  const { calls, dir, temporary, name } = at;
  const stat = lookAgain(at, name);
  if (typeof stat === "string" || stat.ino !== keeper) return code;
  return calls.rename(dir, temporary, name) === "" ? "" : code;
}
