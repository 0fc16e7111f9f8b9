import type { BytePath } from "../core/byte-path.ts";
import { OPEN_FOR_WRITING } from "../core/model.ts";
import { type Errno, type Result, isErrno } from "../core/result.ts";
import type { FileStat } from "../fs/disk.ts";
import type { DirCalls } from "../fs/dir-calls.ts";
import { makeTemporaryName } from "./run-identity.ts";
import {
  type NotReplaced,
  type ReplaceOutcome,
  forbidden,
  keeperChanged,
  keeperUnavailable,
  targetChanged,
  targetUnavailable,
} from "./replace-outcome.ts";
import { recompare } from "./recompare.ts";
import { type Exchanged, cleanUp, restoreDisplaced, statTwice } from "./restore-displaced.ts";
import { ctimeChanged, isInode, whyChanged } from "./file-snapshot.ts";
import { noteFailedRemoval, whyNotRemovable } from "./removal-rules.ts";
import type { EntryRef } from "./file-ref.ts";

/** One replacement. */
export interface Replacement {
  readonly calls: DirCalls;
  readonly keeper: EntryRef;
  readonly target: EntryRef;
  /** Inodes whose ctime this run's own calls have changed. */
  readonly changedByUs: Set<bigint>;
}

const MAX_NAME_ATTEMPTS = 8;
/** The errnos of a file system that cannot exchange names. */
const CANNOT_EXCHANGE: ReadonlySet<string> = new Set(["EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"]);

/**
 * Replaces a name by a link to the keeper's inode. At every moment the name leads to its old file or to the keeper,
 * both complete.
 *
 * The keeper is linked under a temporary name in the target's directory and verified through that link. Then the two
 * names are exchanged, and the displaced file is checked before it is removed: if another program replaced it at the
 * last moment, or has it open for writing, it is exchanged back. Where names cannot be exchanged, the link is renamed
 * over the target right after the last check.
 */
export function replaceEntry(replacement: Replacement): ReplaceOutcome {
  const { keeper, target } = replacement;
  const detail = whyNotRemovable(target.removal, [keeper.snapshot.uid, target.snapshot.uid]);
  if (detail !== undefined) return forbidden(detail);
  const outcome = replaceChecked(replacement);
  noteFailedRemoval(target.removal, outcome);
  return outcome;
}

function replaceChecked(replacement: Replacement): ReplaceOutcome {
  const { calls, target, changedByUs, keeper } = replacement;
  const check = checkKeeper(replacement);
  if (typeof check === "object") return check;
  const temporary = linkKeeper(replacement);
  if (typeof temporary === "object") return temporary;
  changedByUs.add(keeper.snapshot.ino);
  const why = checkLinkAndTarget(replacement, temporary, check === "recompare");
  return why === undefined
    ? putInPlace(replacement, temporary)
    : cleanUp(calls, target.dir, temporary, why);
}

/**
 * Checks the keeper before it is linked for the first time. Later links are verified only through themselves, as
 * earlier ones have changed its ctime.
 */
function checkKeeper({
  calls,
  keeper,
  changedByUs,
}: Replacement): NotReplaced | "unchanged" | "recompare" {
  const { dir, name, snapshot } = keeper;
  if (changedByUs.has(snapshot.ino)) return "unchanged";
  const stat = calls.stat(dir, name);
  if (isErrno(stat)) return keeperUnavailable(stat);
  const why = whyChanged(stat, snapshot);
  if (why !== undefined) return keeperChanged(why);
  const writer = calls.writerOf(dir, name);
  if (isErrno(writer)) return { type: "failed", code: writer.code };
  if (writer === "writer") return keeperChanged(OPEN_FOR_WRITING);
  return ctimeChanged(stat, snapshot) ? "recompare" : "unchanged";
}

/** Links the keeper to a temporary name in the target's directory, and answers that name. */
function linkKeeper(replacement: Replacement): BytePath | NotReplaced {
  const { calls, keeper, target } = replacement;
  for (let attempt = 0; ; attempt += 1) {
    const temporary = makeTemporaryName(keeper.snapshot, target.snapshot, target.name);
    const linked = calls.link(keeper.dir, keeper.name, target.dir, temporary);
    if (!isErrno(linked)) return temporary;
    switch (linked.code) {
      case "EEXIST":
        if (attempt < MAX_NAME_ATTEMPTS) continue;
        return { type: "failed", code: linked.code };
      case "EMLINK":
      case "ERANGE":
        return { type: "keeper-full" };
      case "EXDEV":
        return { type: "other-mount" };
      case "ENOENT":
      case "ENOTDIR":
      case "ELOOP":
      case "ESTALE": {
        // Either the keeper or the target's directory is gone.
        const stat = calls.stat(keeper.dir, keeper.name);
        return isErrno(stat) ? keeperUnavailable(stat) : targetUnavailable(linked);
      }
      case "EPERM":
      case "EACCES":
        return whyForbidden(replacement, temporary, linked);
      default:
        return { type: "failed", code: linked.code };
    }
  }
}

/**
 * The system forbids to link the keeper (immutable, or of an owner whose files may not be linked), or to link anything
 * here (directory, file system). Tells them apart by linking the target's own file.
 */
function whyForbidden(
  { calls, target, changedByUs }: Replacement,
  temporary: BytePath,
  { code }: Errno,
): NotReplaced {
  if (isErrno(calls.link(target.dir, target.name, target.dir, temporary)))
    return { type: "failed", code };
  changedByUs.add(target.snapshot.ino);
  return cleanUp(calls, target.dir, temporary, { type: "keeper-refused", code });
}

/** Checks the new link and the target; compares their content again if an inode was changed by another program. */
function checkLinkAndTarget(
  { calls, keeper, target, changedByUs }: Replacement,
  temporary: BytePath,
  isKeeperDoubtful: boolean,
): NotReplaced | undefined {
  const link = calls.stat(target.dir, temporary);
  if (isErrno(link)) return targetUnavailable(link);
  const keeperChange = whyChanged(link, keeper.snapshot);
  if (keeperChange !== undefined) return keeperChanged(keeperChange);
  const stat = calls.stat(target.dir, target.name);
  if (isErrno(stat)) return targetUnavailable(stat);
  if (isInode(stat, keeper.snapshot)) return { type: "already" };
  const change = whyChanged(stat, target.snapshot);
  if (change !== undefined) return { type: "changed", detail: change, leadsTo: stat.ino };
  const isDoubtful =
    isKeeperDoubtful ||
    (ctimeChanged(stat, target.snapshot) && !changedByUs.has(target.snapshot.ino));
  if (!isDoubtful) return undefined;
  const difference = recompare(calls, target.dir, [temporary, target.name], [link, stat]);
  if (isErrno(difference)) return targetUnavailable(difference);
  if (difference === undefined) return undefined;
  return isKeeperDoubtful ? keeperChanged(difference) : targetChanged(difference);
}

/** Puts the file under the temporary's name in the target's place. `keeper` is that file. */
export function putInPlace(replacement: Replacement, temporary: BytePath): ReplaceOutcome {
  const { calls, target, changedByUs } = replacement;
  if (calls.exchange === undefined) return renameInPlace(replacement, temporary);
  const exchanged = calls.exchange(target.dir, temporary, target.name);
  if (isErrno(exchanged)) {
    if (CANNOT_EXCHANGE.has(exchanged.code)) return renameInPlace(replacement, temporary);
    return cleanUp(calls, target.dir, temporary, whyNotPlaced(exchanged));
  }
  changedByUs.add(target.snapshot.ino);
  return checkDisplaced(replacement, temporary);
}

/** btrfs without extref limits the bytes of an inode's names, and the target's name may be longer than the temporary's. */
function whyNotPlaced(why: Errno): NotReplaced {
  const isFull = why.code === "EMLINK" || why.code === "ERANGE";
  return isFull ? { type: "keeper-full" } : targetUnavailable(why);
}

function renameInPlace(
  { calls, target, changedByUs }: Replacement,
  temporary: BytePath,
): ReplaceOutcome {
  const { dir, name, snapshot } = target;
  const renamed = calls.rename(dir, temporary, name);
  if (isErrno(renamed)) return cleanUp(calls, dir, temporary, whyNotPlaced(renamed));
  changedByUs.add(snapshot.ino);
  // If both names lead to the same inode meanwhile, rename does nothing and leaves the temporary.
  if (isErrno(calls.stat(dir, temporary))) return { type: "replaced", method: "rename" };
  return cleanUp(calls, dir, temporary, { type: "already" });
}

/** Removes the displaced file, which now has the temporary's name, if it is the one that was compared; else restores it. */
function checkDisplaced(
  { calls, keeper, target }: Replacement,
  temporary: BytePath,
): ReplaceOutcome {
  const { dir, name } = target;
  const exchanged = { calls, dir, temporary, name };
  const displaced = statTwice(exchanged, temporary);
  if (isErrno(displaced) && displaced.code === "ENOENT") return { type: "vanished" };
  if (isErrno(displaced))
    return restore(exchanged, undefined, keeper, targetUnavailable(displaced));
  const whyTarget = whyDisplacedChanged(calls, target, temporary, displaced);
  if (whyTarget !== undefined) return restore(exchanged, displaced.ino, keeper, whyTarget);
  const placed = calls.stat(dir, name);
  const whyKeeper = whyKeeperChanged(keeper, placed, displaced);
  if (whyKeeper !== undefined) return restore(exchanged, displaced.ino, keeper, whyKeeper);
  const ctimeNs = isErrno(placed) || !isInode(placed, keeper.snapshot) ? undefined : placed.ctimeNs;
  return cleanUp(calls, dir, temporary, { type: "replaced", method: "exchange", ctimeNs });
}

/** @param displaced The inode under the temporary's name; undefined if it could not be read. */
function restore(
  exchanged: Exchanged,
  displaced: bigint | undefined,
  keeper: EntryRef,
  why: NotReplaced,
): NotReplaced {
  const restored = restoreDisplaced(exchanged, displaced, keeper.snapshot.ino);
  if (!isErrno(restored)) return why;
  return { type: "failed", code: restored.code, left: exchanged.temporary };
}

/** Does not check the ctime, which the exchange itself has changed. */
function whyDisplacedChanged(
  calls: DirCalls,
  { dir, snapshot }: EntryRef,
  temporary: BytePath,
  displaced: FileStat,
): NotReplaced | undefined {
  const detail = whyChanged(displaced, snapshot);
  if (detail !== undefined) return targetChanged(detail);
  const writer = calls.writerOf(dir, temporary);
  if (isErrno(writer)) return { type: "failed", code: writer.code };
  return writer === "writer" ? targetChanged(OPEN_FOR_WRITING) : undefined;
}

/**
 * Whether the keeper was written to before it was put in place. A later write may have come through the target's name,
 * and would be lost to that name if the old file were restored.
 *
 * @param placed The attributes of the target's name.
 */
function whyKeeperChanged(
  keeper: EntryRef,
  placed: Result<FileStat>,
  displaced: FileStat,
): NotReplaced | undefined {
  // Another program replaced the name again; its file stays.
  if (isErrno(placed) || !isInode(placed, keeper.snapshot)) return undefined;
  // The exchange set the ctime of the displaced file.
  if (placed.mtimeNs > displaced.ctimeNs) return undefined;
  const detail = whyChanged(placed, keeper.snapshot);
  return detail === undefined ? undefined : keeperChanged(detail);
}
