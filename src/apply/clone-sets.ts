import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import { isErrno } from "../core/result.ts";
import type { DirCalls } from "../fs/dir-calls.ts";
import { NO_METHODS, Verdict, skipVerdict } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import { YIELD_INTERVAL, yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { type DirHandleCache, dirHandlesOf } from "../replace/dir-handle-cache.ts";
import { tableOf } from "../workers/shared-table.ts";
import { defineTask } from "../workers/task.ts";
import {
  type ReplaceOutcome,
  keeperUnavailable,
  targetUnavailable,
} from "../replace/replace-outcome.ts";
import { breakLink } from "../replace/private-copy.ts";
import { replaceEntry } from "../replace/replace-entry.ts";
import type { ReplaceResult, ReplaceWork } from "./replace-sets.ts";
import type { FileSnapshot } from "../replace/file-snapshot.ts";
import { type FileRef, fileRef } from "../replace/file-ref.ts";
import { shareBlocks } from "./share-blocks.ts";

/**
 * Carries out the rows that say `clone`, an inode at a time: its rows stand one after another. The kernel
 * is asked to share the blocks of the file as it is; where it cannot, a clone takes the file's place
 * under every name.
 */
async function cloneSets(
  files: FileTable,
  work: ReplaceWork,
  stopped: () => boolean,
  dirs: DirHandleCache,
): Promise<ReplaceResult> {
  const verdicts = work.verdicts.slice();
  const details: [number, string][] = [];
  const problems: Problem[] = [];
  const context: Context = { files, calls: dirs.calls, dirs, changedByUs: new Set() };
  const methods = { ...NO_METHODS };
  let tried = 0;
  for (let row = 0; row < work.names.length;) {
    const rows = rowsOfInode(files, work, row);
    row += rows.length;
    if (work.verdicts[rows[0]] !== Verdict.clone) continue;
    if (stopped()) {
      for (const one of rows) verdicts[one] = Verdict.pending;
      continue;
    }
    const names = rows.map((one) => work.names[one]);
    const done = cloneInode(context, work.keepers[rows[0]], names);
    if (done.method !== undefined) methods[done.method] += 1;
    rows.forEach((one, i) => {
      const { verdict, detail, code } = done.names[i] ?? done.names[0];
      verdicts[one] = verdict;
      if (detail !== undefined) details.push([one, detail]);
      if (code !== undefined) {
        problems.push({ path: files.path(work.names[one]), code, message: wordsOf(code) });
      }
    });
    tried += 1;
    if (tried % YIELD_INTERVAL === 0) await yieldToEventLoop();
  }
  return { verdicts, keepers: work.keepers.slice(), details, problems, methods };
}

function rowsOfInode(files: FileTable, { names }: ReplaceWork, first: number): number[] {
  const rows = [first];
  for (
    let row = first + 1;
    row < names.length && files.sameInode(names[first], names[row]);
    row += 1
  ) {
    rows.push(row);
  }
  return rows;
}

interface Context {
  readonly files: FileTable;
  readonly calls: DirCalls;
  readonly dirs: DirHandleCache;
  readonly changedByUs: Set<bigint>;
}

interface NameDone {
  readonly verdict: number;
  readonly detail?: string;
  readonly code?: string;
}

/** What became of an inode: of each of its names, or of all alike. */
interface InodeDone {
  readonly method?: "clone" | "dedupeRange";
  readonly names: readonly [NameDone, ...NameDone[]];
}

const CLONED: NameDone = { verdict: Verdict.cloned };

function cloneInode(context: Context, keeper: number, names: readonly number[]): InodeDone {
  const target = fileRef(context.files, context.dirs, names[0]);
  if (isErrno(target)) return all(targetUnavailable(target));
  const kept = fileRef(context.files, context.dirs, keeper);
  if (isErrno(kept)) return all(keeperUnavailable(kept));
  const shared = shareBlocks(kept, target);
  if (shared.type === "refused") return cloneBeside(context, kept, target, names);
  if (shared.type !== "shared") return all(shared);
  if (shared.bytes > 0) return { method: "dedupeRange", names: [CLONED] };
  return { names: [{ verdict: skipVerdict("no-gain") }] };
}

/** The old inode goes, so all its names must be known. */
function cloneBeside(
  context: Context,
  keeper: FileRef,
  target: FileRef,
  names: readonly number[],
): InodeDone {
  const { calls, files, changedByUs } = context;
  if (files.columns.links[names[0]] > names.length) {
    const detail = "it has a name elsewhere, which would keep its blocks";
    return { names: [{ verdict: skipVerdict("no-gain"), detail }] };
  }
  const outcome = breakLink(calls, { source: keeper, target, method: "clone", changedByUs });
  if (outcome.type !== "placed") return all(outcome);
  changedByUs.add(outcome.file.ino);
  const others = names.slice(1).map((name) => linkToClone(context, names[0], outcome.file, name));
  return { method: "clone", names: [CLONED, ...others] };
}

/** A further name of the file that was replaced by a clone: one file as before. */
function linkToClone(
  context: Context,
  first: number,
  snapshot: FileSnapshot,
  name: number,
): NameDone {
  const target = fileRef(context.files, context.dirs, name);
  if (isErrno(target)) return doneOf(targetUnavailable(target));
  // Held again: its directory may have made room for those of many other names.
  const made = fileRef(context.files, context.dirs, first);
  if (isErrno(made)) return doneOf(targetUnavailable(made));
  return doneOf(replaceEntry({ ...context, keeper: { ...made, snapshot }, target }));
}

function all(outcome: ReplaceOutcome): InodeDone {
  return { names: [doneOf(outcome)] };
}

function doneOf(outcome: ReplaceOutcome): NameDone {
  switch (outcome.type) {
    case "replaced":
    case "already":
      return CLONED;
    case "vanished":
      return { verdict: skipVerdict("vanished") };
    case "changed":
      return { verdict: skipVerdict("changed"), detail: outcome.detail };
    case "keeper-lost":
      return {
        verdict: skipVerdict("changed"),
        detail: `the file to clone is not what was compared: ${outcome.detail}`,
      };
    case "failed":
    case "keeper-refused":
      return { verdict: Verdict.failed, code: outcome.code };
    case "keeper-full":
      return { verdict: Verdict.failed, code: "EMLINK" };
    case "other-mount":
      return { verdict: Verdict.failed, code: "EXDEV" };
  }
}

/** Where the file system clones, it refuses single files for reasons of its own. */
function wordsOf(code: string): string {
  if (code !== "EINVAL" && code !== "ENOTSUP" && code !== "EOPNOTSUPP") return describeErrno(code);
  return "the file system does not share the blocks of this file (one without copy-on-write or checksums?)";
}

export const cloneSetsTask = defineTask("cloneSets", (work: ReplaceWork, thread) =>
  cloneSets(tableOf(thread), work, thread.stopped, dirHandlesOf(thread)),
);
