import type { AbortSignalLike } from "../core/events.ts";
import { compareBytes } from "../core/byte-path.ts";
import { DedupeError } from "../core/errors.ts";
import { type Outcomes, type Plan, type Tree, Verdict, skipVerdict } from "../core/model.ts";
import type { Verification } from "../core/report.ts";
import { LinkReverter } from "./link-reverter.ts";
import { buildStatusOf } from "./build-status.ts";
import { type CommandResult, runCommand } from "./run-command.ts";
import { type Suspect, listSuspects, rankSuspects } from "./suspects.ts";

/** The command is run this often at most; what is not cleared until then stays taken back. */
const MOST_RUNS = 40;

export interface VerifyOptions {
  /** The command; undefined: none. */
  readonly verify: string | undefined;
  readonly changesDisk: boolean;
}

/**
 * For `--verify`, before anything is changed: the build must be finished.
 *
 * @throws DedupeError where the command reports work.
 */
export async function verifyBefore(
  { verify, changesDisk }: VerifyOptions,
  signal?: AbortSignalLike,
): Promise<void> {
  if (verify === undefined || !changesDisk) return;
  const { code, output, stopped } = await runCommand(verify, signal);
  if (stopped) return;
  const answer = buildStatusOf(verify, code, output);
  if (answer.quiet) return;
  if (answer.failed) {
    throw new DedupeError(
      "bad-option",
      `--verify '${verify}' cannot be run: ${answer.why}`,
      "nothing was changed",
    );
  }
  throw new DedupeError(
    "unfinished-build",
    `--verify '${verify}' reports work before anything was linked (${answer.why}): nothing was changed`,
    "finish the build, then link",
  );
}

/**
 * For `--verify`, after linking: where the command reports work now, links that changed a time are taken
 * back until it is quiet, the most suspect first, twice as many each time; then those that were not to
 * blame are linked again, half by half. So the command is run few times, whatever the number of links.
 */
export async function verifyAfter(
  { files }: Tree,
  plan: Plan,
  linked: Outcomes,
  { verify, changesDisk }: VerifyOptions,
  signal?: AbortSignalLike,
): Promise<{ readonly outcomes: Outcomes; readonly verification: Verification | undefined }> {
  if (verify === undefined || !changesDisk) return { outcomes: linked, verification: undefined };
  const links = new LinkReverter(files, plan, linked);
  const search = new Search(verify, links, listSuspects(files, plan, linked), signal);
  const changed = linked.verdicts.includes(Verdict.replaced);
  const quiet =
    !linked.interrupted && changed ? await search.run() : linked.interrupted ? undefined : true;
  const pathsOf = (rows: Iterable<number>): string[] =>
    Array.from(rows, (row) => files.path(plan.names[row])).sort(compareBytes);
  const verification = {
    command: verify,
    runs: search.runs + 1,
    quiet,
    reverted: pathsOf(links.reverted),
    rebuilt: pathsOf(links.rebuilt),
  };
  return { outcomes: withoutLinks(plan, linked, links, verify, signal), verification };
}

class Search {
  runs = 0;
  readonly #command: string;
  readonly #links: LinkReverter;
  readonly #suspects: Suspect[];
  readonly #signal: AbortSignalLike | undefined;

  constructor(
    command: string,
    links: LinkReverter,
    suspects: Suspect[],
    signal: AbortSignalLike | undefined,
  ) {
    this.#command = command;
    this.#links = links;
    this.#suspects = suspects;
    this.#signal = signal;
  }

  /** Whether the command reports nothing to do in the end; undefined where it was stopped. */
  async run(): Promise<boolean | undefined> {
    let ran = await this.#ask();
    // A command that builds has undone links itself, perhaps without a word.
    this.#links.findRebuilt(this.#suspects);
    const isSelected: Suspect[] = [];
    for (let size = 1; !ran.quiet; size *= 2) {
      if (ran.stopped) return undefined;
      if (this.#suspects.length === 0 || this.runs >= MOST_RUNS) return false;
      const named = rankSuspects(this.#suspects, ran.output);
      const batch = this.#suspects.splice(0, Math.max(size, named));
      this.#links.revert(batch);
      isSelected.push(...batch);
      ran = await this.#ask();
    }
    if (isSelected.length > 1) for (const half of halves(isSelected)) await this.#clear(half);
    return true;
  }

  /** Links these again where they are not to blame. The command is quiet before and after. */
  async #clear(suspects: readonly Suspect[]): Promise<void> {
    if (this.runs >= MOST_RUNS) return;
    this.#links.relink(suspects);
    const ran = await this.#ask();
    if (ran.quiet) return;
    this.#links.revert(suspects);
    if (ran.stopped || suspects.length === 1) return;
    for (const half of halves(suspects)) await this.#clear(half);
  }

  async #ask(): Promise<CommandResult & { readonly quiet: boolean }> {
    this.runs += 1;
    const ran = await runCommand(this.#command, this.#signal);
    return {
      ...ran,
      quiet: !ran.stopped && buildStatusOf(this.#command, ran.code, ran.output).quiet,
    };
  }
}

function halves<T>(items: readonly T[]): (readonly T[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)].filter((half) => half.length > 0);
}

function withoutLinks(
  plan: Plan,
  linked: Outcomes,
  links: LinkReverter,
  command: string,
  signal: AbortSignalLike | undefined,
): Outcomes {
  const interrupted = linked.interrupted || (signal?.aborted ?? false);
  if (links.reverted.size + links.rebuilt.size === 0) {
    return { ...linked, problems: [...linked.problems, ...links.problems], interrupted };
  }
  const verdicts = linked.verdicts.slice();
  const keepers = linked.keepers.slice();
  const details = new Map(linked.details);
  for (const row of links.reverted) {
    verdicts[row] = skipVerdict("would-rebuild");
    keepers[row] = plan.names[row];
    details.set(row, `taken back: while it was linked, '${command}' reported work`);
  }
  for (const row of links.rebuilt) {
    verdicts[row] = skipVerdict("changed");
    keepers[row] = plan.names[row];
    details.set(row, `'${command}' has made it anew`);
  }
  return {
    ...linked,
    verdicts,
    keepers,
    details,
    problems: [...linked.problems, ...links.problems],
    interrupted,
  };
}
