import type { DefectLog } from "../core/defects.ts";
import type { FileTable } from "../core/file-table.ts";
import { cutBatches, eachGroup, groupCount, sliceStarts } from "../core/groups.ts";
import { Verdict } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import { restoreDirTimes } from "../replace/restore-dir-times.ts";
import { shareTable } from "../workers/shared-table.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import type { UnshareOutcomes, UnsharePlan } from "./plan-unshare.ts";
import { unshareFilesTask } from "./unshare-files.ts";

/** Rows in one task of a worker thread. */
const BATCH_ROWS = 100;
/** With fewer rows than this, starting worker threads costs more time than they save. */
const WORTH_THREADS = 500;

/**
 * Executes the plan, on worker threads if it is long. The directories get their modification times back.
 */
export async function breakLinks(
  files: FileTable,
  plan: UnsharePlan,
  pool: WorkerPool,
  defects: DefectLog,
): Promise<UnshareOutcomes> {
  const { starts, names } = plan;
  const total = names.length;
  if (total > WORTH_THREADS) pool.start();
  await pool.prepare(shareTable, files.shared());
  const verdicts = plan.verdicts.slice();
  const restored = new Uint8Array(total);
  const details = new Map(plan.details);
  const problems: Problem[] = [];
  const rowsOf = (inode: number): number => starts[inode + 1] - starts[inode];
  let done = 0;
  await Promise.all(
    cutBatches(groupCount(starts), rowsOf, BATCH_ROWS).map(async ({ from, to, cost }) => {
      const first = starts[from];
      const where = `${files.path(names[first])} and ${starts[to] - first - 1} others`;
      const execute = async (): Promise<void> => {
        const result = await pool.run(unshareFilesTask, slicePlan(plan, from, to));
        verdicts.set(result.verdicts, first);
        restored.set(result.restored, first);
        for (const [row, detail] of result.details) details.set(first + row, detail);
        for (const problem of result.problems) problems.push(problem);
        done += cost;
        pool.emit({ type: "replace", done, total });
      };
      await defects.contain(where, execute, undefined);
      // Nobody knows what happened to rows without an outcome. Their paths are whole.
      for (let row = first; row < starts[to]; row += 1)
        if (verdicts[row] === Verdict.replace) verdicts[row] = Verdict.failed;
    }),
  );
  await defects.contain(
    "modification times of directories",
    () => restoreDirTimes(files, { names, planned: plan.verdicts, verdicts }, pool),
    undefined,
  );
  return { verdicts, restored, details, problems, interrupted: pool.stopped };
}

/** Rows of the file table whose files are private now: those that got one, and those that kept theirs alone. */
export function privateRows(
  { starts, names }: UnsharePlan,
  { verdicts }: Pick<UnshareOutcomes, "verdicts">,
): Set<number> {
  const rows = new Set<number>();
  for (const { from, to } of eachGroup(starts)) {
    let areAllPrivate = true;
    for (let row = from; row < to; row += 1) {
      const isNew = verdicts[row] === Verdict.cloned || verdicts[row] === Verdict.replaced;
      // A row that keeps its inode comes last.
      if (isNew || (verdicts[row] === Verdict.keep && areAllPrivate)) rows.add(names[row]);
      else areAllPrivate = false;
    }
  }
  return rows;
}

function slicePlan(plan: UnsharePlan, from: number, to: number): UnsharePlan {
  const rows = [plan.starts[from], plan.starts[to]] as const;
  return {
    starts: sliceStarts(plan.starts, from, to),
    names: plan.names.slice(...rows),
    verdicts: plan.verdicts.slice(...rows),
    modes: plan.modes.slice(...rows),
    clones: plan.clones.slice(...rows),
    ...(plan.outdated === undefined ? {} : { outdated: plan.outdated.slice(...rows) }),
  };
}

/** The outcomes that a dry run reports: every path succeeds. */
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
  const { details = new Map() } = plan;
  return { verdicts, restored, details, problems: [], interrupted };
}

/** The outcomes if nothing is done, because the disk has no space for the copies. */
export function refuseAll(plan: UnsharePlan, problems: readonly Problem[]): UnshareOutcomes {
  const verdicts = plan.verdicts.map((verdict) =>
    verdict === Verdict.replace ? Verdict.failed : verdict,
  );
  const restored = new Uint8Array(verdicts.length);
  const { details = new Map() } = plan;
  return { verdicts, restored, details, problems, interrupted: false };
}
