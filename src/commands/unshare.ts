import type { Hooks } from "../core/events.ts";
import { DefectLog } from "../core/defects.ts";
import { lockRoots } from "../lock/lock-roots.ts";
import { findUnmatched } from "./unmatched.ts";
import { noteUnshared } from "../state/note-unshared.ts";
import { NOTHING_UNSAVED, remember } from "../state/remember.ts";
import { walkTree } from "./find-duplicates.ts";
import { memoryFindings, recallTree } from "./recall-tree.ts";
import { checkSpace } from "../unshare/check-space.ts";
import { findShared } from "../unshare/find-shared.ts";
import { breakLinks, predictOutcomes, privateRows, refuseAll } from "../unshare/break-links.ts";
import { leaveForbidden } from "../unshare/leave-forbidden.ts";
import { planUnshare } from "../unshare/plan-unshare.ts";
import { summarizeBriefly, summarizeUnshared } from "../unshare/summarize-unshare.ts";
import { type UnshareOptions, resolveUnshareOptions } from "./unshare-options.ts";
import type { UnshareReport } from "../core/unshare-report.ts";
import { startTimer } from "../core/start-timer.ts";
import { WorkerPool } from "../workers/worker-pool.ts";

/**
 * Gives every build artifact below `options.paths` that shares its stored file with another name a file
 * of its own, and files that were protected their write bits back.
 *
 * Trouble with single files is in the report's `problems`, and never ends the run. Where the copies would
 * not fit on the disk, nothing is changed.
 *
 * @throws DedupeError where the options are wrong or a path does not exist; nothing was changed then.
 */
export async function unshare(options: UnshareOptions, hooks: Hooks = {}): Promise<UnshareReport> {
  const seconds = startTimer();
  const settings = resolveUnshareOptions(options);
  const pool = new WorkerPool(settings.jobs, hooks);
  let locks: { release(): void } | undefined;
  try {
    locks = await lockRoots(settings, pool, hooks.signal);
    const defects = new DefectLog(settings.changesDisk);
    const recalled = await recallTree(await walkTree(settings, pool), settings, pool, defects);
    const { tree } = recalled;
    const inodes = findShared(tree.files, settings);
    const plan = leaveForbidden(tree.files, planUnshare(tree.files, inodes), settings.changesDisk);
    const lack = checkSpace(tree.files, plan);
    const outcomes =
      lack.length > 0
        ? refuseAll(plan, lack)
        : settings.dryRun
          ? predictOutcomes(tree.files, plan, pool.stopped)
          : await breakLinks(tree.files, plan, pool, defects);
    const unsaved = await defects.contain(
      "state",
      () => {
        if (!settings.changesDisk) return NOTHING_UNSAVED;
        const notes = noteUnshared(recalled.recollection, privateRows(plan, outcomes));
        return remember(tree.files, recalled.recollection, notes);
      },
      NOTHING_UNSAVED,
    );
    const unmatched = await defects.contain(
      "options",
      () => (outcomes.interrupted ? [] : findUnmatched(tree, settings)),
      [],
    );
    const findings = {
      tree,
      inodes,
      plan,
      outcomes,
      unmatched,
      memory: memoryFindings(recalled, unsaved),
      options: settings,
      defects: defects.problems,
      seconds: seconds(),
    };
    const report = await defects.contain("report", () => summarizeUnshared(findings), undefined);
    return report ?? summarizeBriefly(findings);
  } finally {
    await pool.close();
    locks?.release();
  }
}
