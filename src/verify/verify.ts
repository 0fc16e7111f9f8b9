import { compareBytes } from "../core/byte-path.ts";
import { DedupeError } from "../core/errors.ts";
import type { AbortSignalLike } from "../core/events.ts";
import type { FileTable } from "../core/file-table.ts";
import { type Outcomes, type Plan, Verdict, skipVerdict } from "../core/model.ts";
import type { Verification } from "../core/report.ts";
import { buildStatusOf } from "./build-status.ts";
import { LinkReverter } from "./link-reverter.ts";
import { type CommandResult, runCommand } from "./run-command.ts";
import { type Suspect, listSuspects, rankSuspects } from "./suspects.ts";

export interface VerifyOptions {
  /** A command that reports whether the build has anything to do; undefined: nothing is verified. */
  readonly verify: string | undefined;
  /** The run changes files. If not, there is nothing to verify. */
  readonly changesDisk: boolean;
}

/** Limits how long the search takes. Links that it has not cleared by then stay reverted. */
const MAX_RUNS = 40;

/**
 * For `--verify`, before anything is changed: checks that the build is finished.
 *
 * @throws DedupeError if the command reports work, or cannot be run.
 */
export async function verifyBefore(
  { verify, changesDisk }: VerifyOptions,
  signal?: AbortSignalLike,
): Promise<void> {
  if (verify === undefined || !changesDisk) return;
  const { code, output, stopped } = await runCommand(verify, signal);
  if (stopped) return;
  const status = buildStatusOf(verify, code, output);
  if (status.quiet) return;
  if (status.failed) {
    throw new DedupeError(
      "bad-option",
      `--verify '${verify}' cannot be run: ${status.why}`,
      "nothing was changed",
    );
  }
  throw new DedupeError(
    "unfinished-build",
    `--verify '${verify}' reports work before anything was linked (${status.why}): nothing was changed`,
    "finish the build, then link",
  );
}

/** What was linked. `files` is the table that the plan was executed with. */
export interface Linked {
  readonly files: FileTable;
  readonly plan: Plan;
  readonly outcomes: Outcomes;
}

export interface Verified {
  readonly outcomes: Outcomes;
  /** Undefined if nothing was verified. */
  readonly verification: Verification | undefined;
}

/**
 * For `--verify`, after linking: reverts the links that cause the build to report work.
 *
 * Only links that changed a file's time are suspects. They are reverted, the most suspect ones first and twice as many
 * each time, until the command reports nothing to do. Then they are linked again by halves, and a half that causes
 * work is reverted and divided further. So few runs of the command suffice, even for many links.
 */
export async function verifyAfter(
  { files, plan, outcomes }: Linked,
  { verify, changesDisk }: VerifyOptions,
  signal?: AbortSignalLike,
): Promise<Verified> {
  if (verify === undefined || !changesDisk) return { outcomes, verification: undefined };
  const links = new LinkReverter(files, plan, outcomes);
  const search = new Search(verify, links, signal);
  let quiet: boolean | undefined;
  if (!outcomes.interrupted)
    quiet = outcomes.verdicts.includes(Verdict.replaced)
      ? await search.run(listSuspects(files, plan, outcomes))
      : true;
  const pathsOf = (rows: Iterable<number>): string[] =>
    Array.from(rows, (row) => files.path(plan.names[row])).sort(compareBytes);
  const verification = {
    command: verify,
    runs: search.runs + 1,
    quiet,
    reverted: pathsOf(links.reverted),
    rebuilt: pathsOf(links.rebuilt),
  };
  const interrupted = outcomes.interrupted || (signal?.aborted ?? false);
  return {
    outcomes: { ...withReverted(plan, outcomes, links, verify), interrupted },
    verification,
  };
}

/** Searches for the links that cause the command to report work. */
class Search {
  runs = 0;
  readonly #command: string;
  readonly #links: LinkReverter;
  readonly #signal: AbortSignalLike | undefined;

  constructor(command: string, links: LinkReverter, signal: AbortSignalLike | undefined) {
    this.#command = command;
    this.#links = links;
    this.#signal = signal;
  }

  /** Whether the command reports nothing to do in the end; undefined if it was stopped. */
  async run(suspects: Suspect[]): Promise<boolean | undefined> {
    let result = await this.#runCommand();
    // A command that builds has replaced links by new files, and need not report it.
    this.#links.findRebuilt(suspects);
    const reverted: Suspect[] = [];
    for (let size = 1; !result.quiet; size *= 2) {
      if (result.stopped) return undefined;
      if (suspects.length === 0 || this.runs >= MAX_RUNS) return false;
      const named = rankSuspects(suspects, result.output);
      const batch = suspects.splice(0, Math.max(size, named));
      this.#links.revert(batch);
      for (const suspect of batch) reverted.push(suspect);
      result = await this.#runCommand();
    }
    if (reverted.length > 1) for (const half of halvesOf(reverted)) await this.#relink(half);
    return true;
  }

  /** Links those of the suspects again that cause no work. The command is quiet before and after. */
  async #relink(suspects: readonly Suspect[]): Promise<void> {
    if (this.runs >= MAX_RUNS) return;
    this.#links.relink(suspects);
    const result = await this.#runCommand();
    if (result.quiet) return;
    this.#links.revert(suspects);
    if (result.stopped || suspects.length === 1) return;
    for (const half of halvesOf(suspects)) await this.#relink(half);
  }

  async #runCommand(): Promise<CommandResult & { readonly quiet: boolean }> {
    this.runs += 1;
    const result = await runCommand(this.#command, this.#signal);
    const { quiet } = buildStatusOf(this.#command, result.code, result.output);
    return { ...result, quiet: quiet && !result.stopped };
  }
}

/** @param items At least two, or the second half is empty. */
function halvesOf<T>(items: readonly T[]): [readonly T[], readonly T[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

/** The outcomes without the links that were reverted, or replaced by the command. */
function withReverted(
  plan: Plan,
  outcomes: Outcomes,
  { reverted, rebuilt, problems }: LinkReverter,
  command: string,
): Outcomes {
  const verdicts = outcomes.verdicts.slice();
  const keepers = outcomes.keepers.slice();
  const details = new Map(outcomes.details);
  const record = (row: number, verdict: number, detail: string): void => {
    verdicts[row] = verdict;
    keepers[row] = plan.names[row];
    details.set(row, detail);
  };
  for (const row of reverted)
    record(
      row,
      skipVerdict("would-rebuild"),
      `reverted: while it was linked, '${command}' reported work`,
    );
  for (const row of rebuilt) record(row, skipVerdict("changed"), `'${command}' has rebuilt it`);
  const allProblems = [...outcomes.problems, ...problems];
  // Links that were reverted for a while have changed the times.
  const ctimes = new BigInt64Array(verdicts.length);
  return { ...outcomes, verdicts, keepers, ctimes, details, problems: allProblems };
}
