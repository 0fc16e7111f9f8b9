import type { AbortSignalLike, Listener } from "../core/events.ts";
import { type Classification, initialOutcomes } from "../core/model.ts";
import { type Options, type Settings, resolveOptions } from "../core/options.ts";
import type { Report } from "../core/report.ts";
import { apply } from "../apply/apply.ts";
import { lockRoots } from "../lock/lock-roots.ts";
import { classify } from "../classify/classify.ts";
import { clone } from "../apply/clone.ts";
import { findMtimeConstraints } from "../prerequisites/mtime-constraints.ts";
import { group } from "../group/group.ts";
import { mapExtents } from "../extents/map-extents.ts";
import { match } from "../match/match.ts";
import { plan as planLinks } from "../plan/plan.ts";
import { planClones } from "../plan/plan-clones.ts";
import { protect } from "../protect/protect.ts";
import { readOriginalModes } from "../protect/read-original-modes.ts";
import { summarize } from "../summarize/summarize.ts";
import { warn } from "../warnings/warn.ts";
import { verifyAfter, verifyBefore } from "../verify/verify.ts";
import { walk } from "../walk/walk.ts";
import { startTimer } from "../core/start-timer.ts";
import { WorkerPool } from "../workers/worker-pool.ts";

export interface Hooks {
  /** Told how far the work is. */
  readonly onEvent?: Listener;
  /** Stops the run between two replacements; the report tells what was done until then. */
  readonly signal?: AbortSignalLike;
}

/**
 * Finds the build artifacts below `options.paths` that are equal byte for byte and, with the action
 * `hardlink`, replaces the extra copies by links.
 *
 * Trouble with single files is in the report's `problems`, and never ends the run.
 *
 * @throws DedupeError where the options are wrong or a path does not exist; nothing was changed then.
 */
export async function dedupe(options: Options, hooks: Hooks = {}): Promise<Report> {
  const seconds = startTimer();
  const settings = resolveOptions(options);
  const pool = new WorkerPool(settings.jobs, hooks.onEvent, hooks.signal);
  let locks: { release(): void } | undefined;
  try {
    locks = await lockRoots(settings, pool, hooks.signal);
    await verifyBefore(settings, hooks.signal);
    const tree = await walk(settings, pool);
    const early =
      settings.variants === undefined ? undefined : await classify(tree.files, settings);
    const isSelected = selectByVariant(early, settings);
    const groups = group(tree.files, isSelected);
    // The worker threads read files while this one looks at paths.
    const [sets, classification] = await Promise.all([
      match(tree.files, groups, settings, pool),
      early ?? classify(tree.files, settings),
    ]);
    const onlyClones = settings.action === "reflink" && !settings.linkElsewhere;
    const constraints = await findMtimeConstraints(tree, sets, { ...settings, onlyClones }, pool);
    const modes = readOriginalModes(tree.files, sets, settings);
    const locations = await mapExtents(tree.files, sets, settings, pool);
    const linkPlan = planLinks(tree.files, classification, sets, settings, constraints, modes);
    const plan = planClones(tree.files, classification, sets, locations, linkPlan, settings);
    const planned = initialOutcomes(plan, pool.stopped);
    const linked = changesDisk(settings) ? await apply(tree, plan, planned, pool) : planned;
    const applied = await clone(tree, plan, linked, settings, pool);
    pool.shutdown();
    const { outcomes, verification } = await verifyAfter(
      tree,
      plan,
      applied,
      settings,
      hooks.signal,
    );
    const protection = await protect(tree.files, isSelected, sets, plan, outcomes, settings, pool);
    const warnings = [...constraints.warnings, ...(await warn(tree, plan, outcomes, settings))];
    return summarize({
      tree,
      classification,
      isSelected,
      sets,
      plan,
      outcomes,
      protection,
      settings,
      warnings,
      verification,
      seconds: seconds(),
    });
  } finally {
    await pool.close();
    locks?.release();
  }
}

/** The files of the variants asked for; `-o O2` takes `O2+pic` too. */
function selectByVariant(
  classification: Classification | undefined,
  settings: Settings,
): (file: number) => boolean {
  const asked = settings.variants;
  if (asked === undefined || classification === undefined) return () => true;
  const { variant, variants } = classification;
  const early = variants.map(
    (name) => asked.has(name) || name.split("+").some((part) => asked.has(part)),
  );
  return (file) => early[variant[file]];
}

function changesDisk({ action, dryRun }: Settings): boolean {
  return action !== "none" && !dryRun;
}
