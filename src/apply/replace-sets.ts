import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import { NO_METHODS, Verdict, skipVerdict } from "../core/model.ts";
import type { Problem, Methods } from "../core/report.ts";
import { YIELD_INTERVAL, yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { type DirHandleCache, dirHandlesOf } from "../replace/dir-handle-cache.ts";
import { tableOf } from "../workers/shared-table.ts";
import { defineTask } from "../workers/task.ts";
import { replaceRow } from "./replace-row.ts";

/** Some sets of a plan: rows as in `Plan`, `starts` relative to their first. */
export interface ReplaceWork {
  readonly starts: Uint32Array;
  readonly names: Uint32Array;
  readonly keepers: Uint32Array;
  readonly verdicts: Uint8Array;
}

export interface ReplaceResult {
  readonly verdicts: Uint8Array;
  readonly keepers: Uint32Array;
  readonly details: readonly (readonly [row: number, words: string])[];
  readonly problems: readonly Problem[];
  readonly methods: Methods;
}

/**
 * Carries out the rows that say `replace`, set by set. Where a keeper can take no more (its links are
 * used up, it is on another mount, it changed), the name at hand becomes a keeper for the rest of its set.
 */
async function replaceSets(
  files: FileTable,
  work: ReplaceWork,
  stopped: () => boolean,
  dirs: DirHandleCache,
): Promise<ReplaceResult> {
  const verdicts = work.verdicts.slice();
  const keepers = work.keepers.slice();
  const details = new Map<number, string>();
  const problems: Problem[] = [];
  const methods = { ...NO_METHODS };
  let tried = 0;
  for (let set = 0; set + 1 < work.starts.length; set += 1) {
    const [from, to] = [work.starts[set], work.starts[set + 1]];
    const context = {
      files,
      calls: dirs.calls,
      dirs,
      stands: new Map(),
      changedByUs: new Set<bigint>(),
      becameKeeper: new Map(),
      memberOf: memberFinder(files, work.names.subarray(from, to)),
    };
    for (let row = from; row < to; row += 1) {
      if (work.verdicts[row] !== Verdict.replace) continue;
      if (stopped()) {
        verdicts[row] = Verdict.pending;
        continue;
      }
      const done = replaceRow(context, work.names[row], work.keepers[row]);
      verdicts[row] = done.verdict;
      keepers[row] = done.keeper;
      if (done.method !== undefined) methods[done.method] += 1;
      if (done.detail !== undefined) details.set(row, done.detail);
      if (done.problem !== undefined) problems.push(done.problem);
      for (const { file, how, words } of done.lostKeepers) {
        const its = work.names.indexOf(file, from);
        if (its >= 0 && its < to)
          verdicts[its] = how === "failed" ? Verdict.failed : skipVerdict(how);
        if (how === "failed")
          problems.push({ path: files.path(file), code: words, message: refusedWords(words) });
        else details.set(its, words);
      }
      tried += 1;
      if (tried % YIELD_INTERVAL === 0) await yieldToEventLoop();
    }
  }
  return { verdicts, keepers, details: [...details], problems, methods };
}

/** Finds the names of a set by their inodes; made when it is first asked, which is rare. */
function memberFinder(files: FileTable, names: Uint32Array): (inode: bigint) => number | undefined {
  let members: Map<bigint, number> | undefined;
  return (inode) => {
    members ??= new Map(Array.from(names, (name) => [files.columns.inode[name], name]));
    return members.get(inode);
  };
}

function refusedWords(code: string): string {
  return `the others cannot be linked to it: ${describeErrno(code)}`;
}

export const replaceSetsTask = defineTask("replaceSets", (work: ReplaceWork, thread) =>
  replaceSets(tableOf(thread), work, thread.stopped, dirHandlesOf(thread)),
);
