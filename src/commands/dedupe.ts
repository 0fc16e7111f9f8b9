import type { Hooks } from "../core/events.ts";
import { DefectLog } from "../core/defects.ts";
import { initialOutcomes } from "../core/model.ts";
import { type Options, resolveOptions } from "./options.ts";
import type { Report, Warning } from "../core/report.ts";
import { apply } from "../apply/apply.ts";
import { lockRoots } from "../lock/lock-roots.ts";
import { findWriters } from "../writers/find-writers.ts";
import { openBuildFiles } from "../prerequisites/open-build-files.ts";
import { findMtimeConstraints } from "../prerequisites/mtime-constraints.ts";
import { linkLimits } from "../extents/link-limits.ts";
import { mapExtents } from "../extents/map-extents.ts";
import { plan as planLinks } from "../plan/plan.ts";
import { planClones } from "../plan/plan-clones.ts";
import { protect } from "../protect/protect.ts";
import { readOriginalModes } from "../protect/read-original-modes.ts";
import { judgeRebuilds } from "../state/judge-rebuilds.ts";
import { noteLinks } from "../state/note-links.ts";
import { NOTHING_UNSAVED, remember } from "../state/remember.ts";
import { stayApart } from "../state/stay-apart.ts";
import { summarizeBriefly } from "../summarize/summarize-briefly.ts";
import { summarize } from "../summarize/summarize.ts";
import { warn } from "../warnings/warn.ts";
import { verifyAfter, verifyBefore } from "../verify/verify.ts";
import { findDuplicatesIn, walkTree } from "./find-duplicates.ts";
import { memoryFindings, recallTree } from "./recall-tree.ts";
import { findUnmatched } from "./unmatched.ts";
import { startTimer } from "../core/start-timer.ts";
import { WorkerPool } from "../workers/worker-pool.ts";

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
  const pool = new WorkerPool(settings.jobs, hooks);
  let locks: { release(): void } | undefined;
  try {
    locks = await lockRoots(settings, pool, hooks.signal);
    await verifyBefore(settings, hooks.signal);
    const defects = new DefectLog(settings.changesDisk);
    const recalled = await recallTree(await walkTree(settings, pool), settings, pool, defects);
    const { recollection } = recalled;
    const onlyClones = settings.action === "reflink" && !settings.linkElsewhere;
    const findProducers = !settings.final && !onlyClones;
    const found = await findDuplicatesIn(recalled.tree, { ...settings, findProducers }, pool);
    const { tree, classification, isSelected, sets } = found;
    const { files } = tree;
    const buildFiles = openBuildFiles(tree, { ...settings, onlyClones });
    const constraints = await findMtimeConstraints(files, sets, buildFiles, settings, pool);
    const writers = await findWriters(files, sets, buildFiles, { ...settings, onlyClones }, pool);
    const rebuilds = judgeRebuilds(files, recollection, sets);
    const apart = new Map([
      ...constraints.apart,
      ...writers.apart,
      ...stayApart(recollection, rebuilds, sets),
    ]);
    const originalModes = readOriginalModes(files, sets);
    const locations = await mapExtents(files, sets, settings, pool);
    const links = planLinks(
      {
        files,
        classification,
        sets,
        constraints,
        apart,
        originalModes,
        installed: writers.installed,
        linkLimits: linkLimits(files, sets),
      },
      settings,
    );
    const plan = planClones({ files, classification, sets, locations, links }, settings);
    const applied = settings.changesDisk
      ? await apply(files, plan, pool, defects)
      : initialOutcomes(plan, pool.stopped);
    pool.shutdown();
    const linked = { files, plan, outcomes: applied };
    const { outcomes, verification } = await defects.contain(
      "--verify",
      () => verifyAfter(linked, settings, hooks.signal),
      { outcomes: applied, verification: undefined },
    );
    const unsaved = await defects.contain(
      "state",
      () => {
        if (!settings.changesDisk) return NOTHING_UNSAVED;
        const notes = noteLinks({ files, sets, plan, outcomes }, recollection, rebuilds);
        return remember(files, recollection, notes);
      },
      NOTHING_UNSAVED,
    );
    const protection = await defects.contain(
      "--protect",
      () => protect({ files, isSelected, sets, plan, outcomes }, settings, pool),
      { count: 0, warnings: [], problems: [] },
    );
    const hazards = await defects.contain(
      "warnings",
      () => warn(files, plan, outcomes, settings),
      [],
    );
    const unmatched = await defects.contain(
      "options",
      () => (outcomes.interrupted ? [] : findUnmatched(tree, settings, classification)),
      [],
    );
    const findings = {
      tree,
      classification,
      isSelected,
      sets,
      plan,
      outcomes,
      protection,
      options: settings,
      warnings: [
        ...threadWarnings(pool),
        ...(buildFiles?.warnings.values() ?? []),
        ...hazards,
        ...protection.warnings,
      ],
      unmatched,
      verification,
      memory: memoryFindings(recalled, unsaved),
      defects: defects.problems,
      seconds: seconds(),
    };
    const report = await defects.contain("report", () => summarize(findings), undefined);
    return report ?? summarizeBriefly(findings);
  } finally {
    await pool.close();
    locks?.release();
  }
}

/** Where another program bundles the library, the worker threads' code is not beside it. */
function threadWarnings({ missingEntry }: WorkerPool): Warning[] {
  if (missingEntry === undefined) return [];
  const message =
    "it is missing, so that one thread did all the work: do not bundle dedupe-artifacts (esbuild: --external:dedupe-artifacts)";
  return [{ code: "no-threads", path: missingEntry, message }];
}
