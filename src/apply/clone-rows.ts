import { describeErrno } from "../core/errno-messages.ts";
import { Verdict, skipVerdict } from "../core/model.ts";
import { isErrno } from "../core/result.ts";
import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { type FileRef, fileRef } from "../replace/file-ref.ts";
import type { FileSnapshot } from "../replace/file-snapshot.ts";
import { breakLink } from "../replace/private-copy.ts";
import { replaceEntry } from "../replace/replace-entry.ts";
import {
  type ReplaceOutcome,
  keeperUnavailable,
  problemOf,
  targetUnavailable,
} from "../replace/replace-outcome.ts";
import type { ExecuteContext, RowOutcome } from "./outcome-collector.ts";
import { shareBlocks } from "./share-blocks.ts";

interface CloneContext extends ExecuteContext {
  /** Inodes whose ctime this run's own calls have changed. */
  readonly changedByUs: Set<bigint>;
}

const CLONED: RowOutcome = { verdict: Verdict.cloned };

/**
 * Makes the files of one set, rows `from` to `to - 1`, share their keeper's blocks, one inode after another; the rows of an inode are
 * consecutive. If the kernel cannot do that in place, a clone of the keeper replaces the file under all of its names.
 */
export async function cloneRows(context: ExecuteContext, from: number, to: number): Promise<void> {
  const { plan, stopped, isYieldDue } = context;
  const changedByUs = new Set<bigint>();
  for (let row = from; row < to;) {
    const rows = rowsOfInode(context, row, to);
    row += rows.length;
    if (plan.verdicts[rows[0]] !== Verdict.clone) continue;
    if (stopped()) {
      recordEach(context, rows, () => ({ verdict: Verdict.pending }));
      continue;
    }
    cloneInode({ ...context, changedByUs }, rows);
    if (isYieldDue()) await yieldToEventLoop();
  }
}

function rowsOfInode(
  { files, plan: { names } }: ExecuteContext,
  first: number,
  to: number,
): number[] {
  const rows = [first];
  for (let row = first + 1; row < to && files.sameInode(names[first], names[row]); row += 1)
    rows.push(row);
  return rows;
}

function recordEach(
  { outcomes }: ExecuteContext,
  rows: readonly number[],
  outcomeOf: (row: number) => RowOutcome,
): void {
  for (const row of rows) outcomes.record(row, outcomeOf(row));
}

/** @param rows All rows of one inode. */
function cloneInode(context: CloneContext, rows: readonly number[]): void {
  const { files, dirs, plan, outcomes } = context;
  const recordAll = (outcome: ReplaceOutcome): void =>
    recordEach(context, rows, (row) => rowOutcome(context, row, outcome));
  const target = fileRef(files, dirs, plan.names[rows[0]]);
  if (isErrno(target)) return recordAll(targetUnavailable(target));
  const keeper = fileRef(files, dirs, plan.keepers[rows[0]]);
  if (isErrno(keeper)) return recordAll(keeperUnavailable(keeper));
  const shared = shareBlocks(keeper, target);
  if (shared.type === "refused") return replaceByClone(context, rows, keeper, target);
  if (shared.type !== "shared") return recordAll(shared);
  const isGain = shared.bytes > 0;
  if (isGain) outcomes.methods.dedupeRange += 1;
  recordEach(context, rows, () => (isGain ? CLONED : { verdict: skipVerdict("no-gain") }));
}

/** Replaces the file under all of its names. A name that is not known would keep the old blocks in use. */
function replaceByClone(
  context: CloneContext,
  rows: readonly number[],
  keeper: FileRef,
  target: FileRef,
): void {
  const { files, dirs, plan, outcomes, changedByUs } = context;
  if (files.columns.links[plan.names[rows[0]]] > rows.length) {
    const detail = "it has another name outside the roots, which would keep its blocks in use";
    return recordEach(context, rows, () => ({ verdict: skipVerdict("no-gain"), detail }));
  }
  const outcome = breakLink(dirs.calls, { source: keeper, target, method: "clone", changedByUs });
  if (outcome.type !== "placed")
    return recordEach(context, rows, (row) => rowOutcome(context, row, outcome));
  changedByUs.add(outcome.file.ino);
  outcomes.methods.clone += 1;
  outcomes.record(rows[0], CLONED);
  recordEach(context, rows.slice(1), (row) =>
    rowOutcome(context, row, linkToClone(context, rows[0], outcome.file, row)),
  );
}

/** Links a further name of the replaced file to the clone, so that all of them are one inode as before. */
function linkToClone(
  context: CloneContext,
  first: number,
  snapshot: FileSnapshot,
  row: number,
): ReplaceOutcome {
  const { files, dirs, plan, changedByUs } = context;
  const target = fileRef(files, dirs, plan.names[row]);
  if (isErrno(target)) return targetUnavailable(target);
  // Opened again: the cache may have closed its directory since.
  const clone = fileRef(files, dirs, plan.names[first]);
  if (isErrno(clone)) return targetUnavailable(clone);
  return replaceEntry({
    calls: dirs.calls,
    keeper: { ...clone, snapshot },
    target,
    changedByUs,
  });
}

function rowOutcome(
  { files, plan }: ExecuteContext,
  row: number,
  outcome: ReplaceOutcome,
): RowOutcome {
  const failed = (failure: { code: string; left?: string }): RowOutcome => {
    const message = describeFailure(failure.code);
    const problem = problemOf(files, plan.names[row], failure, message);
    return { verdict: Verdict.failed, problem };
  };
  switch (outcome.type) {
    case "replaced":
    case "already":
      return CLONED;
    case "vanished":
      return { verdict: skipVerdict("vanished") };
    case "changed":
      return { verdict: skipVerdict("changed"), detail: outcome.detail };
    case "keeper-lost": {
      const detail = `the file to clone is not what was compared: ${outcome.detail}`;
      return { verdict: skipVerdict("changed"), detail };
    }
    case "forbidden":
      return { verdict: skipVerdict("forbidden"), detail: outcome.detail };
    case "failed":
    case "keeper-refused":
      return failed(outcome);
    case "keeper-full":
      return failed({ code: "EMLINK" });
    case "other-mount":
      return failed({ code: "EXDEV" });
  }
}

/** A file system that can clone refuses single files with errnos that otherwise mean that it cannot. */
function describeFailure(code: string): string {
  if (code !== "EINVAL" && code !== "ENOTSUP" && code !== "EOPNOTSUPP") return describeErrno(code);
  return "the file system does not share the blocks of this file (is it stored without copy-on-write or checksums?)";
}
