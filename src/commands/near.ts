import { classify } from "../classify/classify.ts";
import type { Hooks } from "../core/events.ts";
import type { NearReport } from "../core/near-report.ts";
import { startTimer } from "../core/start-timer.ts";
import { findNear } from "../diff/find-near.ts";
import { summarizeNear } from "../diff/summarize-near.ts";
import { walk } from "../walk/walk.ts";
import { WorkerPool } from "../workers/worker-pool.ts";
import { type NearOptions, resolveNearOptions } from "./diff-options.ts";
import { findUnmatched } from "./unmatched.ts";

/**
 * Finds the artifacts below `options.paths` that differ from another variant of their unit only in noise: files that
 * could be linked if the build were reproducible. Changes nothing.
 *
 * Problems with single files are in the report's `problems` and do not end the run.
 *
 * @throws DedupeError if the options are wrong or a path does not exist.
 */
export async function diffNear(options: NearOptions, hooks: Hooks = {}): Promise<NearReport> {
  const seconds = startTimer();
  const settings = resolveNearOptions(options);
  const pool = new WorkerPool(settings.jobs, hooks);
  try {
    const tree = await walk(settings, pool);
    const classification = classify(tree.files, settings);
    const found = await findNear(tree.files, classification, settings, pool);
    const interrupted = pool.stopped;
    const unmatched = interrupted ? [] : findUnmatched(tree, settings);
    const { paths } = settings;
    return summarizeNear({ tree, found, unmatched, paths, interrupted, seconds: seconds() });
  } finally {
    await pool.close();
  }
}
