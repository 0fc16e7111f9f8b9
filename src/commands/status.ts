import { compareBytes } from "../core/byte-path.ts";
import type { Hooks } from "../core/events.ts";
import type { Problem, Skipped } from "../core/report.ts";
import { startTimer } from "../core/start-timer.ts";
import type { LeftAlone, LinkedInode, StatusReport } from "../core/status-report.ts";
import { lockRoots } from "../lock/lock-roots.ts";
import {
  describeLinks,
  listFileSystems,
  listMarked,
  listStates,
  savedBytes,
  whyNoNative,
} from "../state/describe-state.ts";
import { forget } from "../state/forget.ts";
import { loadState } from "../state/load-state.ts";
import { recall } from "../state/recall.ts";
import { findShared } from "../unshare/find-shared.ts";
import { walk } from "../walk/walk.ts";
import { WorkerPool } from "../workers/worker-pool.ts";
import { checkOptions } from "./check-options.ts";
import { dedupe } from "./dedupe.ts";
import { type Options, WALK_OPTIONS, type WalkOptions, resolveOptions } from "./options.ts";

export interface StatusOptions
  extends Omit<WalkOptions, "dryRun">, Pick<Options, "writers" | "final"> {
  /** Drop what is remembered about paths that are not to be linked, so that they may be linked again. Default: false. */
  readonly forget?: boolean;
}

/** How many paths a reason is illustrated with. */
const MOST_EXAMPLES = 3;

/**
 * Finds out what is linked below `options.paths`, what has become of links, what `dedupe --hardlink` would do and leave
 * alone, and what the file systems can do. Changes no file of the tree; `forget` changes what is remembered about it.
 *
 * @throws DedupeError if the options are wrong or a path does not exist.
 */
export async function status(options: StatusOptions, hooks: Hooks = {}): Promise<StatusReport> {
  const seconds = startTimer();
  const { dryRun: _, ...walkOptions } = WALK_OPTIONS;
  checkOptions(options, {
    ...walkOptions,
    writers: "strings",
    final: "boolean",
    forget: "boolean",
  });
  const { forget: forgets = false, ...given } = options;
  const forgotten = forgets ? await forgetMarks(given, hooks) : undefined;
  const preview = await dedupe({ ...given, action: "hardlink", dryRun: true }, hooks);
  const settings = resolveOptions(given);
  const pool = new WorkerPool(settings.jobs, hooks);
  try {
    const { files } = await walk(settings, pool);
    const recollection = recall(files, loadState(files, settings.stateLocation), settings);
    const shared = findShared(files, settings);
    const linked = describeLinks(files, recollection, shared);
    const ours = linked.filter(({ by }) => by === "dedupe");
    const others = linked.filter(({ by }) => by === "other");
    const problems = [...preview.problems, ...(forgotten?.problems ?? [])];
    return {
      schema: 1,
      command: "status",
      interrupted: preview.interrupted || pool.stopped,
      roots: settings.paths,
      totals: {
        files: preview.totals.files,
        inodes: ours.length,
        paths: countPaths(ours),
        savedBytes: savedBytes(files, recollection, shared),
        otherInodes: others.length,
        otherPaths: countPaths(others),
        replaceable: preview.totals.replaceable,
        freeableBytes: preview.totals.freeableBytes,
        skipped: preview.totals.skipped,
        failed: problems.length,
        seconds: seconds(),
      },
      linked,
      writtenThrough: preview.writtenThrough,
      leftAlone: countByReason(preview.skipped),
      marked: listMarked(files, recollection),
      states: listStates(recollection),
      fileSystems: listFileSystems(files),
      noNative: whyNoNative(),
      forgotten: forgotten?.count,
      warnings: recollection.memory.warnings,
      problems: problems.sort((a, b) => compareBytes(a.path, b.path)),
    };
  } finally {
    await pool.close();
  }
}

/** Drops marks while no other run changes the tree. */
async function forgetMarks(
  options: WalkOptions,
  hooks: Hooks,
): Promise<{ readonly count: number; readonly problems: readonly Problem[] }> {
  const settings = { ...resolveOptions(options), changesDisk: true };
  const pool = new WorkerPool(settings.jobs, hooks);
  let locks: { release(): void } | undefined;
  try {
    locks = await lockRoots(settings, pool, hooks.signal);
    const { files } = await walk(settings, pool);
    if (pool.stopped) return { count: 0, problems: [] };
    const memory = loadState(files, settings.stateLocation);
    return forget(files, memory, settings);
  } finally {
    await pool.close();
    locks?.release();
  }
}

function countPaths(inodes: readonly LinkedInode[]): number {
  return inodes.reduce((sum, { paths }) => sum + paths.length, 0);
}

/** The most frequent reason comes first. */
function countByReason(skipped: readonly Skipped[]): LeftAlone[] {
  const byReason = new Map<Skipped["reason"], Skipped[]>();
  for (const each of skipped) {
    const known = byReason.get(each.reason);
    if (known === undefined) byReason.set(each.reason, [each]);
    else known.push(each);
  }
  return Array.from(byReason, ([reason, paths]) => ({
    reason,
    count: paths.length,
    examples: paths.slice(0, MOST_EXAMPLES).map(({ path, detail }) => ({ path, detail })),
  })).sort((a, b) => b.count - a.count || compareBytes(a.reason, b.reason));
}
