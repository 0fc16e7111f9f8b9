import type { Hooks } from "./dedupe.ts";
import { claim } from "./stages/claim.ts";
import { walk } from "./stages/walk.ts";
import { checkRoom } from "./unsharing/check-room.ts";
import { findShared } from "./unsharing/find-shared.ts";
import { foreseeOwnFiles, giveOwnFiles, refuseOwnFiles } from "./unsharing/give-own-files.ts";
import { planOwnFiles } from "./unsharing/plan-own-files.ts";
import { summarizeUnshared } from "./unsharing/summarize-unshared.ts";
import { type UnshareOptions, resolveUnshareOptions } from "./unsharing/unshare-options.ts";
import type { UnshareReport } from "./report.ts";
import { stopwatch } from "./stopwatch.ts";
import { Crew } from "./workers/crew.ts";

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
  const seconds = stopwatch();
  const settings = resolveUnshareOptions(options);
  const crew = new Crew(settings.jobs, hooks.onEvent, hooks.signal);
  let claimed: { release(): void } | undefined;
  try {
    claimed = await claim(settings, crew, hooks.signal);
    const tree = await walk(settings, crew);
    const plan = planOwnFiles(tree.files, findShared(tree.files, settings));
    const lack = checkRoom(tree.files, plan);
    const outcomes =
      lack.length > 0
        ? refuseOwnFiles(plan, lack)
        : settings.dryRun
          ? foreseeOwnFiles(tree.files, plan, crew.stopped)
          : await giveOwnFiles(tree.files, plan, crew);
    return summarizeUnshared(tree, plan, outcomes, settings, seconds());
  } finally {
    await crew.close();
    claimed?.release();
  }
}
