import type { DiffReport } from "../core/diff-report.ts";
import type { Hooks } from "../core/events.ts";
import type { Unmatched } from "../core/report.ts";
import { startTimer } from "../core/start-timer.ts";
import { compareTrees } from "../diff/compare-trees.ts";
import { type Pairing, pairFiles } from "../diff/pair-files.ts";
import { summarizeDiff } from "../diff/summarize-diff.ts";
import { walk } from "../walk/walk.ts";
import { WorkerPool } from "../workers/worker-pool.ts";
import { type DiffOptions, type DiffSettings, resolveDiffOptions } from "./diff-options.ts";
import { findUnmatched } from "./unmatched.ts";

/**
 * Compares two build trees artifact by artifact, byte for byte, and finds out why they differ. Changes nothing.
 *
 * Problems with single files are in the report's `problems` and do not end the run.
 *
 * @throws DedupeError if the options are wrong or a path does not exist.
 */
export async function diff(options: DiffOptions, hooks: Hooks = {}): Promise<DiffReport> {
  const seconds = startTimer();
  const settings = resolveDiffOptions(options);
  const pool = new WorkerPool(settings.jobs, hooks);
  try {
    const tree = await walk(settings, pool);
    const pairing = pairFiles(tree, settings);
    const comparison = await compareTrees(tree.files, pairing, settings, pool);
    const interrupted = pool.stopped;
    const unmatched = interrupted
      ? []
      : [...findUnmatched(tree, settings), ...unmatchedMaps(settings, pairing)];
    const { paths } = settings;
    return summarizeDiff({ tree, comparison, unmatched, paths, interrupted, seconds: seconds() });
  } finally {
    await pool.close();
  }
}

function unmatchedMaps({ maps }: DiffSettings, { unusedMaps }: Pairing): Unmatched[] {
  return unusedMaps.map((map) => ({ option: "map", value: maps[map].text }));
}
