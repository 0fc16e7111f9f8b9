import { join } from "../byte-path.ts";
import { describeErrno } from "../errno-words.ts";
import type { FileTable } from "../file-table.ts";
import type { FolderCalls } from "../fs/folder-calls.ts";
import type { Likeness } from "../fs/likeness.ts";
import { canSyncFolders, syncFolder } from "../fs/new-file.ts";
import { MODE_NOTE } from "../fs/mode-note.ts";
import { type Problem, Verdict, skipVerdict } from "../model.ts";
import { breathe } from "../breathe.ts";
import type { HeldFolders } from "../replacing/held-folders.ts";
import { targetGone } from "../replacing/name-outcome.ts";
import {
  type OwnFileOutcome,
  type PreparedFile,
  placeOwnFile,
  prepareOwnFile,
} from "../replacing/own-file.ts";
import { restoreFile } from "../replacing/restore-file.ts";
import { seenPlace } from "../replacing/seen-place.ts";
import type { UnsharePlan } from "./plan-own-files.ts";

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
export async function unshareNames(
  files: FileTable,
  plan: UnsharePlan,
  stopped: () => boolean,
  folders: HeldFolders,
): Promise<UnshareResult> {
  const verdicts = plan.verdicts.slice();
  const restored = new Uint8Array(verdicts.length);
  const details: [number, string][] = [];
  const problems: Problem[] = [];
  const context: Context = { files, plan, calls: folders.calls, folders, touched: new Set() };
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
    await breathe();
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
  readonly calls: FolderCalls;
  readonly folders: HeldFolders;
  readonly touched: Set<bigint>;
}

interface RowDone {
  readonly verdict: number;
  readonly restored: boolean;
  readonly detail?: string;
  readonly problem?: Problem;
}

/** Makes all files of a round, writes them out, then puts them in place; a name that keeps its file comes after its others. */
function unshareRows(context: Context, rows: readonly number[]): [number, RowDone][] {
  const { files, plan, folders } = context;
  const together = rows.length > 1 && canSyncFolders();
  const made = new Map<number, PreparedFile | OwnFileOutcome>();
  const copiesOn = new Map<number, number>();
  for (const row of rows) {
    if (plan.verdicts[row] !== Verdict.replace) continue;
    const prepared = prepareRow(context, row, together);
    made.set(row, prepared);
    const { folder, device } = files.columns;
    if (together && "by" in prepared && prepared.by === "copy") {
      copiesOn.set(device[plan.names[row]], folder[plan.names[row]]);
    }
  }
  for (const folder of copiesOn.values()) {
    const held = folders.hold(folder);
    // Where it cannot be written out now, the system does it in its own time, as with every other file.
    if (typeof held !== "object") syncFolder(held);
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
  { files, plan, calls, folders, touched }: Context,
  row: number,
  unsynced: boolean,
): PreparedFile | OwnFileOutcome {
  const target = seenPlace(files, folders, plan.names[row]);
  if ("errno" in target) return targetGone(target.errno) as OwnFileOutcome;
  return prepareOwnFile(calls, {
    content: target,
    target,
    by: plan.clones[row] === 1 ? "clone-or-copy" : "copy",
    unsynced,
    // The note goes with the bits: what is written to again is not protected.
    likeness: (like: Likeness) => ({
      ...like,
      mode: plan.modes[row],
      attributes: like.attributes.filter(({ name }) => name !== MODE_NOTE),
    }),
    touched,
  });
}

function placeRow(
  { files, plan, calls, folders, touched }: Context,
  row: number,
  prepared: PreparedFile | OwnFileOutcome,
): RowDone {
  const file = plan.names[row];
  if ("type" in prepared) return doneOf(files, file, prepared);
  const target = seenPlace(files, folders, file);
  if ("errno" in target) return doneOf(files, file, targetGone(target.errno) as OwnFileOutcome);
  return doneOf(files, file, placeOwnFile(calls, target, prepared, touched));
}

function doneOf(files: FileTable, file: number, outcome: OwnFileOutcome): RowDone {
  switch (outcome.type) {
    case "placed":
      return {
        verdict: outcome.by === "clone" ? Verdict.cloned : Verdict.replaced,
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
  const where = join(files.folderPath(files.columns.folder[file]), left);
  return {
    path,
    code,
    message: `${describeErrno(code)}; ${where} is left, which the next run puts in order`,
  };
}

/** The name that keeps the file, after the others have their own. */
function restoreRow({ files, plan, folders }: Context, row: number): RowDone {
  const file = plan.names[row];
  const place = seenPlace(files, folders, file);
  const done = "errno" in place ? "changed" : restoreFile(place, plan.modes[row]);
  const verdict = Verdict.keep;
  if (done === "restored" || done === "changed" || done === "shared") {
    return { verdict, restored: done === "restored" };
  }
  return { verdict, restored: false, problem: problemOf(files, file, done) };
}
