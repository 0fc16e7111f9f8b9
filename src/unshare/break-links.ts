import type { FileTable } from "../core/file-table.ts";
import { Verdict, skipVerdict } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import { restoreDirTimes } from "../replace/restore-dir-times.ts";
import { shareTable } from "../workers/shared-table.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { unshareFilesTask } from "./unshare-files.ts";
import type { UnsharePlan } from "./plan-unshare.ts";

/** Names in one task of a worker thread. */
const BATCH = 100;
/** Fewer than this are done here: starting worker threads would cost more. */
const WORTH_THREADS = 500;

/** What became of the plan; parallel to its rows. */
export interface UnshareOutcomes {
  readonly verdicts: Uint8Array;
  readonly restored: Uint8Array;
  readonly details: ReadonlyMap<number, string>;
  readonly problems: readonly Problem[];
  readonly interrupted: boolean;
}

/** Carries out the plan, on the worker threads where it is long, and puts the directories' times back. */
export async function breakLinks(
  files: FileTable,
  plan: UnsharePlan,
  pool: WorkerPool,
): Promise<UnshareOutcomes> {
  const total = plan.names.length;
  if (total > WORTH_THREADS) pool.start();
  await pool.prepare(shareTable, files.shared());
  const verdicts = plan.verdicts.slice();
  const restored = new Uint8Array(total);
  const details = new Map<number, string>();
  const problems: Problem[] = [];
  let done = 0;
  await Promise.all(
    cutBatches(plan).map(async ([from, to]) => {
      const result = await pool.run(unshareFilesTask, partOf(plan, from, to));
      const first = plan.starts[from];
      verdicts.set(result.verdicts, first);
      restored.set(result.restored, first);
      for (const [row, words] of result.details) details.set(first + row, words);
      problems.push(...result.problems);
      done += result.verdicts.length;
      pool.emit({ type: "replace", done, total });
    }),
  );
  const changed = new Set(Array.from(plan.names, (file) => files.columns.dir[file]));
  const disturbed = new Set<number>();
  plan.names.forEach((file, row) => {
    const isDisturbed =
      verdicts[row] === skipVerdict("changed") || verdicts[row] === skipVerdict("vanished");
    if (isDisturbed) disturbed.add(files.columns.dir[file]);
  });
  await restoreDirTimes(files, changed, disturbed, pool);
  return { verdicts, restored, details, problems, interrupted: pool.stopped };
}

/** What would become of it if nothing came between. */
export function predictOutcomes(
  files: FileTable,
  plan: UnsharePlan,
  interrupted: boolean,
): UnshareOutcomes {
  const verdicts = plan.verdicts.map((verdict, row) => {
    if (verdict !== Verdict.replace) return verdict;
    return plan.clones[row] === 1 ? Verdict.cloned : Verdict.replaced;
  });
  const restored = Uint8Array.from(plan.modes, (mode, row) =>
    Number(mode !== files.columns.mode[plan.names[row]]),
  );
  return { verdicts, restored, details: new Map(), problems: [], interrupted };
}

/** Nothing is done, as it would not fit. */
export function refuseAll(plan: UnsharePlan, problems: readonly Problem[]): UnshareOutcomes {
  const verdicts = plan.verdicts.map((verdict) =>
    verdict === Verdict.replace ? Verdict.failed : verdict,
  );
  return {
    verdicts,
    restored: new Uint8Array(verdicts.length),
    details: new Map(),
    problems,
    interrupted: false,
  };
}

function cutBatches({ starts }: UnsharePlan): [number, number][] {
  const batches: [number, number][] = [];
  for (let inode = 0; inode + 1 < starts.length; inode += 1) {
    const last = batches.at(-1);
    if (last !== undefined && starts[inode] - starts[last[0]] < BATCH) last[1] = inode + 1;
    else batches.push([inode, inode + 1]);
  }
  return batches;
}

function partOf(
  { starts, names, verdicts, modes, clones }: UnsharePlan,
  from: number,
  to: number,
): UnsharePlan {
  const [first, last] = [starts[from], starts[to]];
  return {
    starts: starts.slice(from, to + 1).map((start) => start - first),
    names: names.slice(first, last),
    verdicts: verdicts.slice(first, last),
    modes: modes.slice(first, last),
    clones: clones.slice(first, last),
  };
}
