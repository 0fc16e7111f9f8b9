import type { FileTable } from "../core/file-table.ts";
import { type Outcomes, type Plan, type Verdict, skipVerdict } from "../core/model.ts";
import type { ReplaceResult, ReplaceWork, replaceSetsTask } from "./replace-sets.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { restoreDirTimes } from "../replace/restore-dir-times.ts";

/** Names in one task of a worker thread: some 10 ms. */
const BATCH = 200;
/** Fewer names than this are done here: starting worker threads would cost more. */
const WORTH_THREADS = 1000;

/** One kind of work that a plan holds, and the task that does it. */
export interface Job {
  readonly verdict: typeof Verdict.replace | typeof Verdict.clone;
  readonly task: typeof replaceSetsTask;
}

/**
 * Has one kind of the plan's rows carried out, set by set, on the worker threads where they are many.
 * Afterwards the directories whose names were replaced get their modification time back: build tools take a
 * directory's new time for a reason to rebuild.
 *
 * @param before What became of the other rows.
 */
export async function executePlan(
  { verdict, task }: Job,
  files: FileTable,
  plan: Plan,
  before: Outcomes,
  pool: WorkerPool,
): Promise<Outcomes> {
  const count = (verdicts: Uint8Array): number =>
    verdicts.reduce((sum, each) => sum + Number(each === verdict), 0);
  const total = count(plan.verdicts);
  if (total === 0) return before;
  if (total > WORTH_THREADS) pool.start();
  const collected = new Collected(before);
  let done = 0;
  await Promise.all(
    cutBatches(plan, count).map(async ([from, to]) => {
      const work = workOf(plan, before, from, to);
      const result = await pool.run(task, work);
      collected.add(result, plan.starts[from]);
      done += count(work.verdicts);
      pool.emit({ type: "replace", done, total });
    }),
  );
  const outcomes = collected.outcomes(pool.stopped);
  const changed = new Set<number>();
  plan.names.forEach((file, row) => {
    if (plan.verdicts[row] === verdict) changed.add(files.columns.dir[file]);
  });
  await restoreDirTimes(files, changed, disturbedDirs(files, plan, outcomes), pool);
  return outcomes;
}

/** Runs of sets, first and past the last, that hold rows to carry out. */
function cutBatches(
  { starts, verdicts }: Plan,
  count: (verdicts: Uint8Array) => number,
): [number, number][] {
  const batches: [number, number][] = [];
  let size = 0;
  for (let set = 0; set + 1 < starts.length; set += 1) {
    const own = count(verdicts.subarray(starts[set], starts[set + 1]));
    if (own === 0) continue;
    const last = batches.at(-1);
    if (last !== undefined && size < BATCH) last[1] = set + 1;
    else {
      batches.push([set, set + 1]);
      size = 0;
    }
    size += own;
  }
  return batches;
}

function workOf(plan: Plan, before: Outcomes, from: number, to: number): ReplaceWork {
  const first = plan.starts[from];
  const last = plan.starts[to];
  return {
    starts: plan.starts.slice(from, to + 1).map((start) => start - first),
    names: plan.names.slice(first, last),
    keepers: plan.keepers.slice(first, last),
    verdicts: before.verdicts.slice(first, last),
  };
}

/** The outcomes, put together from the tasks' results. */
class Collected {
  readonly #before: Outcomes;
  readonly #verdicts: Uint8Array;
  readonly #keepers: Uint32Array;
  readonly #details: Map<number, string>;
  readonly #problems: Outcomes["problems"][number][];
  readonly #methods: { -readonly [method in keyof Outcomes["methods"]]: number };

  constructor(before: Outcomes) {
    this.#before = before;
    this.#verdicts = before.verdicts.slice();
    this.#keepers = before.keepers.slice();
    this.#details = new Map(before.details);
    this.#problems = [...before.problems];
    this.#methods = { ...before.methods };
  }

  /** @param first The plan's row that the result's first row is. */
  add(result: ReplaceResult, first: number): void {
    this.#verdicts.set(result.verdicts, first);
    this.#keepers.set(result.keepers, first);
    for (const [row, words] of result.details) this.#details.set(first + row, words);
    for (const problem of result.problems) this.#problems.push(problem);
    this.#methods.exchange += result.methods.exchange;
    this.#methods.rename += result.methods.rename;
    this.#methods.clone += result.methods.clone;
    this.#methods.dedupeRange += result.methods.dedupeRange;
  }

  outcomes(interrupted: boolean): Outcomes {
    return {
      ...this.#before,
      verdicts: this.#verdicts,
      keepers: this.#keepers,
      details: this.#details,
      problems: this.#problems,
      methods: this.#methods,
      interrupted,
    };
  }
}

/** Directories in which something else changed meanwhile keep their new time: a build may wait for it. */
function disturbedDirs(files: FileTable, plan: Plan, outcomes: Outcomes): Set<number> {
  const disturbed = new Set<number>();
  const changed = skipVerdict("changed");
  const vanished = skipVerdict("vanished");
  plan.names.forEach((file, row) => {
    const verdict = outcomes.verdicts[row];
    if (verdict === changed || verdict === vanished) disturbed.add(files.columns.dir[file]);
  });
  return disturbed;
}
