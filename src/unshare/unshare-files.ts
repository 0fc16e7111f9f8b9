import type { FileTable } from "../core/file-table.ts";
import { Verdict, skipVerdict } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import { isErrno } from "../core/result.ts";
import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import type { DirCalls } from "../fs/dir-calls.ts";
import { ORIGINAL_MODE } from "../fs/attributes.ts";
import { canSyncDirs, syncDir } from "../fs/new-file.ts";
import { type DirHandleCache, dirHandlesOf } from "../replace/dir-handle-cache.ts";
import { fileRef } from "../replace/file-ref.ts";
import {
  type PreparedFile,
  type PrivateCopyOutcome,
  placePrivateCopy,
  preparePrivateCopy,
} from "../replace/private-copy.ts";
import { type NotReplaced, problemOf, targetUnavailable } from "../replace/replace-outcome.ts";
import { restoreMode } from "../replace/original-mode.ts";
import { tableOf } from "../workers/shared-table.ts";
import { defineTask } from "../workers/task.ts";
import { OLDEST, type UnshareOutcomes, type UnsharePlan } from "./plan-unshare.ts";

/**
 * Files that are made before they are written to the disk together. To write them one by one takes many times as
 * long.
 */
const ROUND = 48;

interface Context {
  readonly files: FileTable;
  readonly plan: UnsharePlan;
  readonly calls: DirCalls;
  readonly dirs: DirHandleCache;
  /** Inodes whose ctime this run's own calls have changed. */
  readonly changedByUs: Set<bigint>;
}

/** Executes some inodes of a plan. */
async function unshareFiles(
  plan: UnsharePlan,
  files: FileTable,
  dirs: DirHandleCache,
  stopped: () => boolean,
): Promise<Omit<UnshareOutcomes, "interrupted">> {
  const verdicts = plan.verdicts.slice();
  const restored = new Uint8Array(verdicts.length);
  const details = new Map<number, string>();
  const problems: Problem[] = [];
  const context: Context = { files, plan, calls: dirs.calls, dirs, changedByUs: new Set() };
  const work = [...plan.names.keys()].filter(
    (row) =>
      plan.verdicts[row] === Verdict.replace ||
      (plan.verdicts[row] === Verdict.keep && changesMode(context, row)),
  );
  for (let next = 0; next < work.length; next += ROUND) {
    const rows = work.slice(next, next + ROUND);
    if (stopped()) {
      for (const row of rows)
        if (plan.verdicts[row] === Verdict.replace) verdicts[row] = Verdict.pending;
      continue;
    }
    for (const [row, outcome] of unshareRound(context, rows)) {
      verdicts[row] = outcome.verdict;
      restored[row] = Number(outcome.hasMode === true && changesMode(context, row));
      if (outcome.detail !== undefined) details.set(row, outcome.detail);
      if (outcome.problem !== undefined) problems.push(outcome.problem);
    }
    await yieldToEventLoop();
  }
  return { verdicts, restored, details, problems };
}

function changesMode({ files, plan }: Context, row: number): boolean {
  return plan.modes[row] !== files.columns.mode[plan.names[row]];
}

interface RowOutcome {
  readonly verdict: number;
  /** The file now has the planned mode. */
  readonly hasMode?: boolean;
  readonly detail?: string;
  readonly problem?: Problem;
}

/**
 * Makes all private files of a round, writes them to the disk, and then puts them in place. A path that keeps its
 * inode comes after the other paths of the inode.
 */
function unshareRound(context: Context, rows: readonly number[]): [number, RowOutcome][] {
  const { files, plan, dirs } = context;
  const syncTogether = rows.length > 1 && canSyncDirs();
  const prepared = new Map<number, PreparedFile | NotReplaced>();
  /** By device with a copy: a directory on it. */
  const unsynced = new Map<number, number>();
  for (const row of rows) {
    if (plan.verdicts[row] !== Verdict.replace) continue;
    const file = prepareRow(context, row, syncTogether);
    prepared.set(row, file);
    const { dir, device } = files.columns;
    if (syncTogether && "method" in file && file.method === "copy")
      unsynced.set(device[plan.names[row]], dir[plan.names[row]]);
  }
  for (const dir of unsynced.values()) {
    const handle = dirs.open(dir);
    // If this fails, the kernel writes the copies later, as it does with every other file.
    if (!isErrno(handle)) syncDir(handle);
  }
  return rows.map((row) => {
    const file = prepared.get(row);
    return [row, file === undefined ? restoreRow(context, row) : placeRow(context, row, file)];
  });
}

function prepareRow(
  { files, plan, calls, dirs, changedByUs }: Context,
  row: number,
  unsynced: boolean,
): PreparedFile | NotReplaced {
  const target = fileRef(files, dirs, plan.names[row]);
  if (isErrno(target)) return targetUnavailable(target);
  return preparePrivateCopy(calls, {
    source: target,
    target,
    method: plan.clones[row] === 1 ? "clone-or-copy" : "copy",
    unsynced,
    // A file that can be written to again is no longer protected, so it gets no note.
    editMetadata: (metadata) => ({
      ...metadata,
      mode: plan.modes[row],
      mtimeNs: plan.outdated?.[row] === 1 ? OLDEST : metadata.mtimeNs,
      attributes: metadata.attributes.filter(({ name }) => name !== ORIGINAL_MODE),
    }),
    changedByUs,
  });
}

function placeRow(
  { files, plan, calls, dirs, changedByUs }: Context,
  row: number,
  prepared: PreparedFile | NotReplaced,
): RowOutcome {
  const file = plan.names[row];
  if ("type" in prepared) return rowOutcome(files, file, prepared);
  const target = fileRef(files, dirs, file);
  if (isErrno(target)) return rowOutcome(files, file, targetUnavailable(target));
  return rowOutcome(files, file, placePrivateCopy(calls, target, prepared, changedByUs));
}

function rowOutcome(files: FileTable, file: number, outcome: PrivateCopyOutcome): RowOutcome {
  switch (outcome.type) {
    case "placed": {
      const verdict = outcome.method === "clone" ? Verdict.cloned : Verdict.replaced;
      return { verdict, hasMode: true };
    }
    case "changed":
    case "keeper-lost":
      return { verdict: skipVerdict("changed"), detail: outcome.detail };
    case "vanished":
      return { verdict: skipVerdict("vanished") };
    case "forbidden":
      return { verdict: skipVerdict("forbidden"), detail: outcome.detail };
    case "already":
      return { verdict: Verdict.keep };
    case "failed":
    case "keeper-refused":
      return { verdict: Verdict.failed, problem: problemOf(files, file, outcome) };
    case "keeper-full":
    case "other-mount":
      return { verdict: Verdict.failed, problem: problemOf(files, file, { code: "EIO" }) };
  }
}

/** Restores the mode of the file that keeps its inode, after the other paths have got their private files. */
function restoreRow({ files, plan, dirs }: Context, row: number): RowOutcome {
  const file = fileRef(files, dirs, plan.names[row]);
  const done = isErrno(file) ? "changed" : restoreMode(file, plan.modes[row]);
  const verdict = Verdict.keep;
  if (!isErrno(done)) return { verdict, hasMode: done === "restored" };
  return { verdict, problem: problemOf(files, plan.names[row], done) };
}

export const unshareFilesTask = defineTask("unshareFiles", (plan: UnsharePlan, thread) =>
  unshareFiles(plan, tableOf(thread), dirHandlesOf(thread), thread.stopped),
);
