import type { BytePath } from "../core/byte-path.ts";
import { type Errno, isErrno } from "../core/result.ts";
import type { FileStat } from "../fs/disk.ts";
import type { Dir, DirCalls } from "../fs/dir-calls.ts";
import { makeTemporaryName } from "../fs/temporary-name.ts";
import { type ReplaceOutcome, keeperGone, targetGone } from "./replace-outcome.ts";
import { recompare } from "./recompare.ts";
import { cleanUp, lookAgain, restoreDisplaced } from "./restore-displaced.ts";
import { type FileSnapshot, ctimeMoved, isInode, whyChanged } from "./file-snapshot.ts";
import type { EntryRef } from "./file-ref.ts";

/** One replacement. */
export interface Replacement {
  readonly calls: DirCalls;
  readonly keeper: EntryRef;
  readonly target: EntryRef;
  /** Inodes whose ctime our own calls have moved. */
  readonly touched: Set<bigint>;
}

const ATTEMPTS_AT_A_FREE_NAME = 8;
/** What the kernel says where a file system cannot exchange two names. */
const CANNOT_EXCHANGE: ReadonlySet<string> = new Set(["EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"]);
const OPEN_FOR_WRITING = "a program has it open for writing";

/**
 * Makes a name a link to the keeper's inode. At every instant the name leads to its old file or to the
 * keeper, whole.
 *
 * The keeper is linked beside the name, verified through that link, and the two are exchanged: what was
 * displaced is then in our hands and is looked at before it is removed. If a compiler put a new file
 * there at the last instant, or still writes to the old one, it goes back. Where names cannot be
 * exchanged, the link is renamed over the name right after the last look.
 *
 * @param touched Inodes whose ctime our own calls have moved; those that this one moves are added.
 */
export function replaceEntry(
  calls: DirCalls,
  keeper: EntryRef,
  target: EntryRef,
  touched: Set<bigint>,
): ReplaceOutcome {
  const replacement = { calls, keeper, target, touched };
  const looked = lookAtKeeper(replacement);
  if (typeof looked === "object") return looked;
  const temporary = linkBeside(replacement);
  if (typeof temporary !== "string") return temporary;
  touched.add(keeper.seen.inode);
  const why = whyNotPlace(replacement, temporary, looked === "doubtful");
  return why === undefined
    ? place(replacement, temporary)
    : cleanUp(calls, target.dir, temporary, why);
}

/** Before its first use; later uses are verified through the link, as our own links have moved its ctime. */
function lookAtKeeper({
  calls,
  keeper,
  touched,
}: Replacement): ReplaceOutcome | "sure" | "doubtful" {
  const { dir, name, seen } = keeper;
  if (touched.has(seen.inode)) return "sure";
  const stat = calls.stat(dir, name);
  if (isErrno(stat)) return keeperGone(stat);
  const why = whyChanged(stat, seen);
  if (why !== undefined) return { type: "keeper-lost", how: "changed", detail: why };
  const writer = calls.writerOf(dir, name);
  if (writer === "writer") return { type: "keeper-lost", how: "changed", detail: OPEN_FOR_WRITING };
  if (isErrno(writer)) return { type: "failed", code: writer.code };
  return ctimeMoved(stat, seen) ? "doubtful" : "sure";
}

/** Links the keeper to a temporary beside the name; the temporary's name, or why not. */
function linkBeside(replacement: Replacement): BytePath | ReplaceOutcome {
  const { calls, keeper, target } = replacement;
  for (let attempt = 0; ; attempt += 1) {
    const temporary = makeTemporaryName(keeper.seen.inode, target.name);
    const linked = calls.link(keeper.dir, keeper.name, target.dir, temporary);
    if (!isErrno(linked)) return temporary;
    const { code } = linked;
    switch (code) {
      case "EEXIST":
        if (attempt < ATTEMPTS_AT_A_FREE_NAME) continue;
        return { type: "failed", code };
      case "EMLINK":
      case "ERANGE":
        return { type: "keeper-full" };
      case "EXDEV":
        return { type: "other-mount" };
      case "ENOENT":
      case "ENOTDIR":
      case "ELOOP":
      case "ESTALE": {
        // The keeper and the directory may be what is gone.
        const stat = calls.stat(keeper.dir, keeper.name);
        return isErrno(stat) ? keeperGone(stat) : targetGone(linked);
      }
      case "EPERM":
      case "EACCES":
        return whoIsRefused(replacement, temporary, code);
      default:
        return { type: "failed", code };
    }
  }
}

/**
 * Forbidden is either the keeper (immutable, or of an owner whose files may not be linked) or all links
 * here (directory, file system). Where the name's own file can be linked beside itself, it is the keeper.
 */
function whoIsRefused(
  { calls, target, touched }: Replacement,
  temporary: BytePath,
  code: string,
): ReplaceOutcome {
  if (isErrno(calls.link(target.dir, target.name, target.dir, temporary)))
    return { type: "failed", code };
  touched.add(target.seen.inode);
  return cleanUp(calls, target.dir, temporary, { type: "keeper-refused", code });
}

/** Looks at the new link and, once more, at the name. */
function whyNotPlace(
  { calls, keeper, target, touched }: Replacement,
  temporary: BytePath,
  keeperIsDoubtful: boolean,
): ReplaceOutcome | undefined {
  const link = calls.stat(target.dir, temporary);
  if (isErrno(link)) return targetGone(link);
  const wrong = whyChanged(link, keeper.seen);
  if (wrong !== undefined) return { type: "keeper-lost", how: "changed", detail: wrong };
  const stat = calls.stat(target.dir, target.name);
  if (isErrno(stat)) return targetGone(stat);
  if (isInode(stat, keeper.seen)) return { type: "already" };
  const why = whyChanged(stat, target.seen);
  if (why !== undefined) return { type: "changed", detail: why, leadsTo: stat.ino };
  const isDoubtful =
    keeperIsDoubtful || (ctimeMoved(stat, target.seen) && !touched.has(target.seen.inode));
  if (!isDoubtful) return undefined;
  const doubt = recompare(calls, target.dir, [temporary, target.name], [link, stat]);
  if (doubt === undefined) return undefined;
  if (isErrno(doubt)) return targetGone(doubt);
  if (keeperIsDoubtful) return { type: "keeper-lost", how: "changed", ...doubt };
  return { type: "changed", ...doubt };
}

/** Puts what is ready under the temporary's name in the place of the target. */
export function place(replacement: Replacement, temporary: BytePath): ReplaceOutcome {
  const { calls, target, touched } = replacement;
  if (calls.exchange === undefined) return placeByRename(replacement, temporary);
  const exchanged = calls.exchange(target.dir, temporary, target.name);
  if (isErrno(exchanged)) {
    if (CANNOT_EXCHANGE.has(exchanged.code)) return placeByRename(replacement, temporary);
    return cleanUp(calls, target.dir, temporary, notPlaced(exchanged));
  }
  touched.add(target.seen.inode);
  return settleExchange(replacement, temporary);
}

/** btrfs without extref bounds the bytes of an inode's names, and a name may be longer than the temporary's. */
function notPlaced(why: Errno): ReplaceOutcome {
  const isFull = why.code === "EMLINK" || why.code === "ERANGE";
  return isFull ? { type: "keeper-full" } : targetGone(why);
}

function placeByRename(
  { calls, target, touched }: Replacement,
  temporary: BytePath,
): ReplaceOutcome {
  const { dir, name, seen } = target;
  const renamed = calls.rename(dir, temporary, name);
  if (isErrno(renamed)) return cleanUp(calls, dir, temporary, notPlaced(renamed));
  touched.add(seen.inode);
  // Where both are one inode by now, rename has done nothing and left the temporary.
  if (isErrno(calls.stat(dir, temporary))) return { type: "replaced", method: "rename" };
  return cleanUp(calls, dir, temporary, { type: "already" });
}

/** The displaced file is under the temporary's name now: removed if it is what was compared, else put back. */
function settleExchange(
  { calls, keeper, target }: Replacement,
  temporary: BytePath,
): ReplaceOutcome {
  const { dir, name, seen } = target;
  const exchanged = { calls, dir, temporary, name };
  const displaced = lookAgain(exchanged, temporary);
  if (isErrno(displaced) && displaced.code === "ENOENT") return { type: "vanished" };
  const why = isErrno(displaced)
    ? targetGone(displaced)
    : (whyDisplacedIsWrong(calls, dir, temporary, displaced, seen) ??
      whyKeeperIsWrong(calls, keeper, dir, name, displaced));
  if (why === undefined)
    return cleanUp(calls, dir, temporary, { type: "replaced", method: "exchange" });
  const put = isErrno(displaced) ? undefined : displaced.ino;
  const restored = restoreDisplaced(exchanged, put, keeper.seen.inode);
  return isErrno(restored) ? { type: "failed", code: restored.code, left: temporary } : why;
}

/** The exchange itself has moved its ctime; it was looked at just before. */
function whyDisplacedIsWrong(
  calls: DirCalls,
  dir: Dir,
  temporary: BytePath,
  displaced: FileStat,
  seen: FileSnapshot,
): ReplaceOutcome | undefined {
  const detail = whyChanged(displaced, seen);
  if (detail !== undefined) return { type: "changed", detail };
  const writer = calls.writerOf(dir, temporary);
  if (writer === "writer") return { type: "changed", detail: OPEN_FOR_WRITING };
  return isErrno(writer) ? { type: "failed", code: writer.code } : undefined;
}

/**
 * Whether the keeper was written to just before it was put in place. A write after that may have come
 * through this very name, and would be lost to it if the old file came back.
 */
function whyKeeperIsWrong(
  calls: DirCalls,
  keeper: EntryRef,
  dir: Dir,
  name: BytePath,
  displaced: FileStat,
): ReplaceOutcome | undefined {
  const placed = calls.stat(dir, name);
  // Somebody replaced the name once more: what is there now is theirs.
  if (isErrno(placed) || !isInode(placed, keeper.seen)) return undefined;
  // The exchange has set the displaced file's ctime.
  if (placed.mtimeNs > displaced.ctimeNs) return undefined;
  const detail = whyChanged(placed, keeper.seen);
  return detail === undefined ? undefined : { type: "keeper-lost", how: "changed", detail };
}
