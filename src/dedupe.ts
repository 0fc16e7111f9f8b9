import type { Listener } from "./events.ts";
import { type Places, nothingDone } from "./model.ts";
import { type Options, type Settings, resolveOptions } from "./options.ts";
import type { Report } from "./report.ts";
import { apply } from "./stages/apply.ts";
import { claim } from "./stages/claim.ts";
import { classify } from "./stages/classify.ts";
import { clone } from "./stages/clone.ts";
import { dateOutputs } from "./stages/date-outputs.ts";
import { group } from "./stages/group.ts";
import { locate } from "./stages/locate.ts";
import { match } from "./stages/match.ts";
import { plan as planLinks } from "./stages/plan.ts";
import { planClones } from "./stages/plan-clones.ts";
import { protect } from "./stages/protect.ts";
import { recall } from "./stages/recall.ts";
import { summarize } from "./stages/summarize.ts";
import { warn } from "./stages/warn.ts";
import { verifyAfter, verifyBefore } from "./stages/verify.ts";
import { walk } from "./stages/walk.ts";
import { stopwatch } from "./stopwatch.ts";
import { Crew } from "./workers/crew.ts";

export interface Hooks {
  /** Told how far the work is. */
  readonly onEvent?: Listener;
  /** Stops the run between two replacements; the report tells what was done until then. */
  readonly signal?: AbortSignal;
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
  const seconds = stopwatch();
  const settings = resolveOptions(options);
  const crew = new Crew(settings.jobs, hooks.onEvent, hooks.signal);
  let claimed: { release(): void } | undefined;
  try {
    claimed = await claim(settings, crew, hooks.signal);
    await verifyBefore(settings, hooks.signal);
    const tree = await walk(settings, crew);
    const chosen =
      settings.variants === undefined ? undefined : await classify(tree.files, settings);
    const taken = chosenVariants(chosen, settings);
    const groups = group(tree.files, taken);
    // The worker threads read files while this one looks at paths.
    const [sets, places] = await Promise.all([
      match(tree.files, groups, settings, crew),
      chosen ?? classify(tree.files, settings),
    ]);
    const dated = await dateOutputs(tree, sets, settings, crew);
    const modes = recall(tree.files, sets, settings);
    const locations = await locate(tree.files, sets, settings, crew);
    const links = planLinks(tree.files, places, sets, settings, dated, modes);
    const plan = planClones(tree.files, places, sets, locations, links, settings);
    const planned = nothingDone(plan, crew.stopped);
    const linked = changesDisk(settings) ? await apply(tree, plan, planned, crew) : planned;
    const made = await clone(tree, plan, linked, settings, crew);
    crew.dismiss();
    const { outcomes, verification } = await verifyAfter(tree, plan, made, settings, hooks.signal);
    const protection = await protect(tree.files, taken, sets, plan, outcomes, settings, crew);
    const warnings = [...dated.warnings, ...(await warn(tree, plan, outcomes, settings))];
    return summarize({
      tree,
      places,
      taken,
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
    await crew.close();
    claimed?.release();
  }
}

/** The files of the variants asked for; `-o O2` takes `O2+pic` too. */
function chosenVariants(places: Places | undefined, settings: Settings): (file: number) => boolean {
  const asked = settings.variants;
  if (asked === undefined || places === undefined) return () => true;
  const { variant, variants } = places;
  const chosen = variants.map(
    (name) => asked.has(name) || name.split("+").some((part) => asked.has(part)),
  );
  return (file) => chosen[variant[file]];
}

function changesDisk({ action, dryRun }: Settings): boolean {
  return action !== "none" && !dryRun;
}
