import { DefectLog } from "../core/defects.ts";
import type { FileTable } from "../core/file-table.ts";
import { cutBatches, groupCount, sliceStarts } from "../core/groups.ts";
import { type Outcomes, type Plan, Verdict, initialOutcomes } from "../core/model.ts";
import { restoreDirTimes } from "../replace/restore-dir-times.ts";
import { shareTable } from "../workers/shared-table.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { executeSetsTask } from "./execute-sets.ts";
import { OutcomeCollector } from "./outcome-collector.ts";

/** Rows in one task of a worker thread: about 10 ms of work. */
const BATCH_ROWS = 200;
/** With fewer rows than this, starting worker threads costs more time than they save. */
const WORTH_THREADS = 1000;

/**
 * Replaces files by links and clones, as the plan says, on worker threads if there are many. Afterwards, the
 * directories in which files were replaced get their modification time back, because some build tools rebuild when
 * it changes.
 *
 * @param files The table that the plan's rows refer to. Keepers may be rows that `appendRows` has added to the
 *   tree's table.
 */
export async function apply(
  files: FileTable,
  plan: Plan,
  pool: WorkerPool,
  defects = new DefectLog(false),
): Promise<Outcomes> {
  const outcomes = new OutcomeCollector(plan);
  const total = countRows(plan.verdicts);
  if (total === 0) return initialOutcomes(plan, pool.stopped);
  if (total > WORTH_THREADS) pool.start();
  await pool.prepare(shareTable, files.shared());
  const { starts, names, keepers, verdicts } = plan;
  const costOf = (set: number): number =>
    countRows(verdicts.subarray(starts[set], starts[set + 1]));
  let done = 0;
  await Promise.all(
    cutBatches(groupCount(starts), costOf, BATCH_ROWS).map(async ({ from, to, cost }) => {
      const rows = [starts[from], starts[to]] as const;
      const input = {
        starts: sliceStarts(starts, from, to),
        names: names.slice(...rows),
        keepers: keepers.slice(...rows),
        verdicts: verdicts.slice(...rows),
      };
      const where = `${files.path(names[rows[0]])} and ${rows[1] - rows[0] - 1} others`;
      const execute = async (): Promise<void> => {
        outcomes.merge(await pool.run(executeSetsTask, input), rows[0]);
        done += cost;
        pool.emit({ type: "replace", done, total });
      };
      await defects.contain(where, execute, undefined);
      outcomes.failUnknown(rows[0], rows[1]);
    }),
  );
  const executed = { names, planned: verdicts, verdicts: outcomes.verdicts };
  await defects.contain(
    "modification times of directories",
    () => restoreDirTimes(files, executed, pool),
    undefined,
  );
  return { ...outcomes.columns(), interrupted: pool.stopped };
}

function countRows(verdicts: Uint8Array): number {
  let count = 0;
  for (const verdict of verdicts)
    if (verdict === Verdict.replace || verdict === Verdict.clone) count += 1;
  return count;
}
