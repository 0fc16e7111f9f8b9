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
import { planReplacements } from "./plan-replacements.ts";
import { protect } from "../protect/protect.ts";
import { readOriginalModes } from "../protect/read-original-modes.ts";
import { judgeRebuilds } from "../state/judge-rebuilds.ts";
import { noteLinks } from "../state/note-links.ts";
import { learnLinkLimits, rememberedLinkLimits } from "../state/learn-link-limits.ts";
import { NOTHING_UNSAVED, remember } from "../state/remember.ts";
import { SettledGroups } from "../state/settled-groups.ts";
import { stayApart } from "../state/stay-apart.ts";
import { touchedRows } from "../state/touched-rows.ts";
import { summarizeBriefly } from "../summarize/summarize-briefly.ts";
import { summarize } from "../summarize/summarize.ts";
import { warn } from "../warnings/warn.ts";
import { verifyAfter, verifyBefore } from "../verify/verify.ts";
import { findDuplicatesIn, walkTree } from "./find-duplicates.ts";
import { memoryFindings, recallTree } from "./recall-tree.ts";
import { type OpenStore, openStore } from "./store-of-run.ts";
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
  let store: OpenStore | undefined;
  try {
    locks = await lockRoots(settings, pool, hooks.signal);
    await verifyBefore(settings, hooks.signal);
    const defects = new DefectLog(settings.changesDisk);
    store = await openStore(settings, pool);
    const recalled = await recallTree(await walkTree(settings, pool), settings, pool, defects);
    const { recollection } = recalled;
    const onlyClones = settings.action === "reflink" && !settings.linkElsewhere;
    const findProducers = !settings.final && !onlyClones;
    const recognized = await store.recognize(recalled.tree.files);
    const settled = new SettledGroups(recollection.memory, settings);
    const found = await findDuplicatesIn(recalled.tree, { ...settings, findProducers }, pool, {
      digests: recognized,
      drop: (all, groups) => settled.drop(all, groups),
    });
    const { tree, classification, isSelected } = found;
    const looked = await store.lookUp(found, recognized, pool);
    // From here on, the rows of the tree are followed by those of the store's entries.
    const { files, sets, withEntries } = looked;
    const buildFiles = openBuildFiles(tree, { ...settings, onlyClones });
    const constraints = await findMtimeConstraints(files, withEntries, buildFiles, settings, pool);
    const matched = { files, sets, classification };
    const touched = touchedRows(files, recollection);
    const rules = { ...settings, onlyClones, touched };
    const writers = await findWriters(matched, buildFiles, rules, pool);
    const rebuilds = judgeRebuilds(files, recollection, withEntries);
    const apart = new Map([
      ...constraints.apart,
      ...writers.apart,
      ...stayApart(recollection, rebuilds, sets),
    ]);
    const originalModes = readOriginalModes(files, withEntries);
    const locations = await mapExtents(files, withEntries, settings, pool);
    const fullAt = rememberedLinkLimits(recollection.memory);
    const plan = planReplacements(
      {
        files,
        classification,
        sets,
        withEntries,
        constraints,
        apart,
        originalModes,
        installed: writers.installed,
        locations,
        linkLimits: linkLimits(files, withEntries, settings.changesDisk, fullAt),
        store: looked.entries,
      },
      settings,
    );
    const applied = settings.changesDisk
      ? await apply(files, plan, pool, defects)
      : initialOutcomes(plan, pool.stopped);
    const linked = { files, plan, outcomes: applied };
    const { outcomes, verification } = await defects.contain(
      "--verify",
      () => verifyAfter(linked, settings, hooks.signal),
      { outcomes: applied, verification: undefined },
    );
    const stored = await defects.contain(
      "--store",
      () => looked.update(plan, outcomes, locations, pool),
      looked.nothing,
    );
    pool.shutdown();
    const unsaved = await defects.contain(
      "state",
      () => {
        if (!settings.changesDisk) return NOTHING_UNSAVED;
        const result = {
          files,
          sets,
          plan,
          outcomes,
          added: stored.rows,
          touched: writers.touched,
        };
        const notes = noteLinks(result, recollection, rebuilds);
        const learned = learnLinkLimits(result, recollection.memory);
        return remember(files, recollection, notes, settled.after(result), learned);
      },
      NOTHING_UNSAVED,
    );
    const protection = await defects.contain(
      "--protect",
      () =>
        protect(
          { files: tree.files, isSelected, sets, plan, outcomes, isStored: stored.isStored },
          settings,
          pool,
        ),
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
      extendedFiles: files,
      classification,
      isSelected,
      sets,
      plan,
      outcomes,
      protection,
      store: stored.findings,
      options: settings,
      warnings: [
        ...threadWarnings(pool),
        ...(buildFiles?.warnings.values() ?? []),
        ...hazards,
        ...protection.warnings,
        ...stored.warnings,
      ],
      unmatched,
      verification,
      memory: memoryFindings(recalled, unsaved),
      defects: defects.problems,
      seconds: seconds(),
    };
    const report = await defects.contain(
      "report",
      () => {
        const whole = summarize(findings);
        // Once files were changed, the totals must not be lost by a bug.
        if (settings.changesDisk) void whole.totals;
        return whole;
      },
      undefined,
    );
    return report ?? summarizeBriefly(findings);
  } finally {
    await pool.close();
    store?.release();
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
