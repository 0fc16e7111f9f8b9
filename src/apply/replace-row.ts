import { join } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import { isErrno } from "../core/result.ts";
import type { DirCalls } from "../fs/dir-calls.ts";
import { Verdict, skipVerdict } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import type { DirHandleCache } from "../replace/dir-handle-cache.ts";
import {
  type ReplaceOutcome,
  type Method,
  keeperUnavailable,
  targetUnavailable,
} from "../replace/replace-outcome.ts";
import { replaceEntry } from "../replace/replace-entry.ts";
import { snapshotOf } from "../replace/file-snapshot.ts";
import { fileRef } from "../replace/file-ref.ts";

/** What is known while a set is worked on. */
export interface SetContext {
  readonly files: FileTable;
  readonly calls: DirCalls;
  readonly dirs: DirHandleCache;
  /** By planned keeper: the names that stand for it now. */
  readonly stands: Map<number, number[]>;
  /** Inodes whose ctime this run's own calls have changed. */
  readonly changedByUs: Set<bigint>;
  /** Inodes that became keepers, with the verdict of their names. */
  readonly becameKeeper: Map<bigint, number>;
  /** A name of the set by the inode that it led to; undefined for another inode. */
  readonly memberOf: (inode: bigint) => number | undefined;
}

/** What became of one name, as verdict and words. */
export interface RowDone {
  readonly verdict: number;
  readonly keeper: number;
  readonly method?: Method;
  readonly detail?: string;
  readonly problem?: Problem;
  readonly lostKeepers: readonly LostKeeper[];
}

/** A keeper that can be linked to no more. */
interface LostKeeper {
  readonly file: number;
  readonly how: "changed" | "vanished" | "failed";
  /** The errno where it failed. */
  readonly words: string;
}

/** Tries one keeper after the other; where none will do, the name's own file becomes the keeper of the rest. */
export function replaceRow(context: SetContext, file: number, planned: number): RowDone {
  const { files, stands, becameKeeper } = context;
  const { inode } = files.columns;
  const lostKeepers: LostKeeper[] = [];
  const own = becameKeeper.get(inode[file]);
  if (own !== undefined) return { verdict: own, keeper: file, lostKeepers };
  const candidates = stands.get(planned) ?? [planned];
  stands.set(planned, candidates);
  let verdict: number = Verdict.keep;
  for (const keeper of [...candidates]) {
    const outcome = replaceByLinkTo(context, keeper, file);
    const stays = { keeper: file, lostKeepers };
    switch (outcome.type) {
      case "replaced":
        return { verdict: Verdict.replaced, keeper, method: outcome.method, lostKeepers };
      case "already":
        return { verdict: Verdict.keep, keeper, lostKeepers };
      case "changed":
        return { verdict: skipVerdict("changed"), detail: outcome.detail, ...stays };
      case "vanished":
        return { verdict: skipVerdict("vanished"), ...stays };
      case "failed":
        return { verdict: Verdict.failed, problem: problemOf(files, file, outcome), ...stays };
      case "keeper-lost":
        lostKeepers.push({ file: keeper, how: outcome.how, words: outcome.detail });
        break;
      case "keeper-refused":
        lostKeepers.push({ file: keeper, how: "failed", words: outcome.code });
        break;
      case "keeper-full":
        verdict = skipVerdict("link-limit");
        break;
      case "other-mount":
        continue;
    }
    candidates.splice(candidates.indexOf(keeper), 1);
  }
  candidates.push(file);
  becameKeeper.set(inode[file], verdict);
  return { verdict, keeper: file, lostKeepers };
}

function replaceByLinkTo(context: SetContext, keeper: number, file: number): ReplaceOutcome {
  const { files, calls, dirs, changedByUs, memberOf } = context;
  const target = fileRef(files, dirs, file);
  if (isErrno(target)) return targetUnavailable(target);
  const kept = fileRef(files, dirs, keeper);
  if (isErrno(kept)) return keeperUnavailable(kept);
  const outcome = replaceEntry({ calls, keeper: kept, target, changedByUs });
  if (outcome.type !== "changed" || outcome.leadsTo === undefined) return outcome;
  // Another run, over a part of the tree perhaps, may have made it a link of another file of the set.
  const member = memberOf(outcome.leadsTo);
  if (member === undefined || !areAlike(files, member, file)) return outcome;
  const snapshot = snapshotOf(files, member);
  return replaceEntry({ calls, keeper: kept, target: { ...target, snapshot }, changedByUs });
}

function areAlike({ columns: { mode, uid, gid } }: FileTable, a: number, b: number): boolean {
  return mode[a] === mode[b] && uid[a] === uid[b] && gid[a] === gid[b];
}

function problemOf(
  files: FileTable,
  file: number,
  { code, left }: Extract<ReplaceOutcome, { type: "failed" }>,
): Problem {
  const path = files.path(file);
  if (left === undefined) return { path, code, message: describeErrno(code) };
  const where = join(files.dirPath(files.columns.dir[file]), left);
  return {
    path,
    code,
    message: `${describeErrno(code)}; ${where} is left, which the next run puts in order`,
  };
}
