import { compareBytes } from "../core/byte-path.ts";
import type { Hooks } from "../core/events.ts";
import { startTimer } from "../core/start-timer.ts";
import type { SuspicionReport } from "../core/suspicion-report.ts";
import { combineRules } from "../suspicious/combine-rules.ts";
import { type CompileCommand, readCompileCommands } from "../suspicious/compile-commands.ts";
import { findRewritten } from "../suspicious/find-rewritten.ts";
import { findSharedObjects } from "../suspicious/find-shared-objects.ts";
import { walk } from "../walk/walk.ts";
import { WorkerPool } from "../workers/worker-pool.ts";
import { checkOptions } from "./check-options.ts";
import { type Options, WALK_OPTIONS, resolveOptions } from "./options.ts";
import { findUnmatched } from "./unmatched.ts";

/** The options of `dedupe diff --suspicious`, as in `Options`. */
export interface SuspiciousOptions extends Pick<
  Options,
  | "paths"
  | "all"
  | "kinds"
  | "include"
  | "exclude"
  | "minSize"
  | "maxSize"
  | "oneFileSystem"
  | "jobs"
> {
  /** The text of a build log with one command a line, or of a `compile_commands.json`. */
  readonly commands?: string;
}

const { dryRun: _, remember: __, stateFile: ___, ...READING_OPTIONS } = WALK_OPTIONS;
const OPTIONS = { ...READING_OPTIONS, commands: "string" } as const;

/**
 * Looks for what a parallel build may have mixed up below `options.paths`: objects that were linked into several modules,
 * and objects that different commands write. Changes nothing.
 *
 * @throws DedupeError if the options are wrong or a path does not exist.
 */
export async function diffSuspicious(
  options: SuspiciousOptions,
  hooks: Hooks = {},
): Promise<SuspicionReport> {
  const seconds = startTimer();
  checkOptions(options, OPTIONS);
  const { commands: log = "", ...given } = options;
  const settings = resolveOptions(given);
  const commands: readonly CompileCommand[] = log === "" ? [] : readCompileCommands(log);
  const pool = new WorkerPool(settings.jobs, hooks);
  try {
    const tree = await walk(settings, pool);
    const { shared, objects, modules, problems } = await findSharedObjects(
      tree.files,
      () => pool.stopped,
    );
    const allProblems = [...tree.problems, ...problems].sort((a, b) =>
      compareBytes(a.path, b.path),
    );
    return {
      schema: 1,
      command: "diff --suspicious",
      interrupted: pool.stopped,
      roots: settings.paths,
      totals: {
        objects,
        modules,
        commands: commands.length,
        failed: allProblems.length,
        seconds: seconds(),
      },
      suspicions: combineRules(shared, findRewritten(commands)),
      unmatched: pool.stopped ? [] : findUnmatched(tree, settings),
      problems: allProblems,
    };
  } finally {
    await pool.close();
  }
}
