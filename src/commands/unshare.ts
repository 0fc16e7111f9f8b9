import type { Hooks } from "../core/events.ts";
import { DefectLog } from "../core/defects.ts";
import { lockRoots } from "../lock/lock-roots.ts";
import { findUnmatched } from "./unmatched.ts";
import { walkTree } from "./find-duplicates.ts";
import { checkSpace } from "../unshare/check-space.ts";
import { findShared } from "../unshare/find-shared.ts";
import { predictOutcomes, breakLinks, refuseAll } from "../unshare/break-links.ts";
import { planUnshare } from "../unshare/plan-unshare.ts";
import { summarizeBriefly, summarizeUnshared } from "../unshare/summarize-unshare.ts";
import { type UnshareOptions, resolveUnshareOptions } from "./options.ts";
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
    const tree = await walkTree(settings, pool);
    const inodes = findShared(tree.files, settings);
    const plan = planUnshare(tree.files, inodes);
    const lack = checkSpace(tree.files, plan);
    const defects = new DefectLog(!settings.dryRun && lack.length === 0);
    const outcomes =
      lack.length > 0
        ? refuseAll(plan, lack)
        : settings.dryRun
          ? predictOutcomes(tree.files, plan, pool.stopped)
          : await breakLinks(tree.files, plan, pool, defects);
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
