import { join } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import { isErrno } from "../core/result.ts";
import type { DirCalls } from "../fs/dir-calls.ts";
import type { FileMetadata } from "../fs/file-metadata.ts";
import { canSyncDirs, syncDir } from "../fs/new-file.ts";
import { ORIGINAL_MODE } from "../fs/attributes.ts";
import { Verdict, skipVerdict } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { type DirHandleCache, dirHandlesOf } from "../replace/dir-handle-cache.ts";
import { tableOf } from "../workers/shared-table.ts";
import { defineTask } from "../workers/task.ts";
import { type NotReplaced, targetUnavailable } from "../replace/replace-outcome.ts";
import {
  type PrivateCopyOutcome,
  type PreparedFile,
  placePrivateCopy,
  preparePrivateCopy,
} from "../replace/private-copy.ts";
import { restoreMode } from "../replace/original-mode.ts";
import { fileRef } from "../replace/file-ref.ts";
import type { UnsharePlan } from "./plan-unshare.ts";

export interface UnshareResult {
  /** `cloned` or `replaced` (by a copy); `keep`; `failed`, `pending`; or why it was left alone. */
  readonly verdicts: Uint8Array;
  /** 1 where write bits were given back. */
  readonly restored: Uint8Array;
  readonly details: readonly (readonly [row: number, words: string])[];
  readonly problems: readonly Problem[];
}

/** Files that are made before they are written out to the disk together: one by one that takes many times as long. */
const MADE_TOGETHER = 48;

/** Carries out some inodes of a plan. */
async function unshareFiles(
  files: FileTable,
  plan: UnsharePlan,
  stopped: () => boolean,
  dirs: DirHandleCache,
): Promise<UnshareResult> {
  const verdicts = plan.verdicts.slice();
  const restored = new Uint8Array(verdicts.length);
  const details: [number, string][] = [];
  const problems: Problem[] = [];
  const context: Context = { files, plan, calls: dirs.calls, dirs, changedByUs: new Set() };
  const work = [...plan.names.keys()].filter(
    (row) => plan.verdicts[row] !== Verdict.keep || isRestored(context, row),
  );
  for (const rows of inRounds(work)) {
    if (stopped()) {
      for (const row of rows)
        if (plan.verdicts[row] === Verdict.replace) verdicts[row] = Verdict.pending;
      continue;
    }
    for (const [row, done] of unshareRows(context, rows)) {
      verdicts[row] = done.verdict;
      restored[row] = Number(done.restored && isRestored(context, row));
      if (done.detail !== undefined) details.push([row, done.detail]);
      if (done.problem !== undefined) problems.push(done.problem);
    }
    await yieldToEventLoop();
  }
  return { verdicts, restored, details, problems };
}

function isRestored({ files, plan }: Context, row: number): boolean {
  return plan.modes[row] !== files.columns.mode[plan.names[row]];
}

function* inRounds(rows: readonly number[]): Generator<readonly number[]> {
  for (let at = 0; at < rows.length; at += MADE_TOGETHER) yield rows.slice(at, at + MADE_TOGETHER);
}

interface Context {
  readonly files: FileTable;
  readonly plan: UnsharePlan;
  readonly calls: DirCalls;
  readonly dirs: DirHandleCache;
  readonly changedByUs: Set<bigint>;
}

interface RowDone {
  readonly verdict: number;
  readonly restored: boolean;
  readonly detail?: string;
  readonly problem?: Problem;
}

/** Makes all files of a round, writes them out, then puts them in place; a name that keeps its file comes after its others. */
function unshareRows(context: Context, rows: readonly number[]): [number, RowDone][] {
  const { files, plan, dirs } = context;
  const together = rows.length > 1 && canSyncDirs();
  const made = new Map<number, PreparedFile | NotReplaced>();
  const copiesOn = new Map<number, number>();
  for (const row of rows) {
    if (plan.verdicts[row] !== Verdict.replace) continue;
    const prepared = prepareRow(context, row, together);
    made.set(row, prepared);
    const { dir, device } = files.columns;
    if (together && "method" in prepared && prepared.method === "copy") {
      copiesOn.set(device[plan.names[row]], dir[plan.names[row]]);
    }
  }
  for (const dir of copiesOn.values()) {
    const held = dirs.open(dir);
    // Where it cannot be written out now, the system does it in its own time, as with every other file.
    if (!isErrno(held)) syncDir(held);
  }
  return rows.map((row) => {
    const prepared = made.get(row);
    return [
      row,
      prepared === undefined ? restoreRow(context, row) : placeRow(context, row, prepared),
    ];
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
    // The note goes with the bits: what is written to again is not protected.
    editMetadata: (like: FileMetadata) => ({
      ...like,
      mode: plan.modes[row],
      attributes: like.attributes.filter(({ name }) => name !== ORIGINAL_MODE),
    }),
    changedByUs,
  });
}

function placeRow(
  { files, plan, calls, dirs, changedByUs }: Context,
  row: number,
  prepared: PreparedFile | NotReplaced,
): RowDone {
  const file = plan.names[row];
  if ("type" in prepared) return doneOf(files, file, prepared);
  const target = fileRef(files, dirs, file);
  if (isErrno(target)) return doneOf(files, file, targetUnavailable(target));
  return doneOf(files, file, placePrivateCopy(calls, target, prepared, changedByUs));
}

function doneOf(files: FileTable, file: number, outcome: PrivateCopyOutcome): RowDone {
  switch (outcome.type) {
    case "placed":
      return {
        verdict: outcome.method === "clone" ? Verdict.cloned : Verdict.replaced,
        restored: true,
      };
    case "changed":
    case "keeper-lost":
      return { verdict: skipVerdict("changed"), restored: false, detail: outcome.detail };
    case "vanished":
      return { verdict: skipVerdict("vanished"), restored: false };
    case "already":
      return { verdict: Verdict.keep, restored: false };
    case "keeper-refused":
      return {
        verdict: Verdict.failed,
        restored: false,
        problem: problemOf(files, file, outcome.code),
      };
    case "failed":
      return {
        verdict: Verdict.failed,
        restored: false,
        problem: problemOf(files, file, outcome.code, outcome.left),
      };
    case "keeper-full":
    case "other-mount":
      return { verdict: Verdict.failed, restored: false, problem: problemOf(files, file, "EIO") };
  }
}

function problemOf(files: FileTable, file: number, code: string, left?: string): Problem {
  const path = files.path(file);
  if (left === undefined) return { path, code, message: describeErrno(code) };
  const where = join(files.dirPath(files.columns.dir[file]), left);
  return {
    path,
    code,
    message: `${describeErrno(code)}; ${where} is left, which the next run puts in order`,
  };
}

/** The name that keeps the file, after the others have their own. */
function restoreRow({ files, plan, dirs }: Context, row: number): RowDone {
  const file = plan.names[row];
  const place = fileRef(files, dirs, file);
  const done = isErrno(place) ? "changed" : restoreMode(place, plan.modes[row]);
  const verdict = Verdict.keep;
  if (!isErrno(done)) return { verdict, restored: done === "restored" };
  return { verdict, restored: false, problem: problemOf(files, file, done.code) };
}

export const unshareFilesTask = defineTask("unshareFiles", (work: UnsharePlan, thread) =>
  unshareFiles(tableOf(thread), work, thread.stopped, dirHandlesOf(thread)),
);
