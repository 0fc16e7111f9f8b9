import type { FileTable } from "../core/file-table.ts";
import { eachGroup } from "../core/groups.ts";
import { Verdict } from "../core/model.ts";
import { YIELD_INTERVAL } from "../core/yield-to-event-loop.ts";
import { type DirHandleCache, dirHandlesOf } from "../replace/dir-handle-cache.ts";
import { tableOf } from "../workers/shared-table.ts";
import { type ThreadState, defineTask } from "../workers/task.ts";
import { cloneRows } from "./clone-rows.ts";
import { linkRows } from "./link-rows.ts";
import { type OutcomeColumns, OutcomeCollector, type PlannedSets } from "./outcome-collector.ts";

/** Executes some sets of a plan. */
export async function executeSets(
  plan: PlannedSets,
  files: FileTable,
  dirs: DirHandleCache,
  stopped: () => boolean,
): Promise<OutcomeColumns> {
  const outcomes = new OutcomeCollector(plan);
  let replacements = 0;
  const isYieldDue = (): boolean => (replacements += 1) % YIELD_INTERVAL === 0;
  const context = { plan, files, dirs, outcomes, stopped, isYieldDue };
  for (const { from, to } of eachGroup(plan.starts)) {
    const verdicts = plan.verdicts.subarray(from, to);
    if (verdicts.includes(Verdict.replace)) await linkRows(context, from, to);
    if (verdicts.includes(Verdict.clone)) await cloneRows(context, from, to);
  }
  return outcomes.columns();
}

export const executeSetsTask = defineTask("executeSets", (plan: PlannedSets, thread: ThreadState) =>
  executeSets(plan, tableOf(thread), dirHandlesOf(thread), thread.stopped),
);
