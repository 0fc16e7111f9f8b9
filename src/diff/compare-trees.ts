import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import { cutBatches } from "../core/groups.ts";
import type { BytePath } from "../core/byte-path.ts";
import type { Explanation } from "../core/explanation.ts";
import type { Problem } from "../core/report.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { shareTable } from "../workers/shared-table.ts";
import { releaseResources } from "../workers/task.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { Compared, NO_FILE, type Pairs, comparePairsTask } from "./compare-pairs.ts";
import { type KindFilter, needsHead } from "./kind-filter.ts";
import type { Pairing, Side, TreeLink } from "./pair-files.ts";

/** A pair of which at least one side is a symbolic link. */
export interface ComparedLinks {
  readonly a: Side;
  readonly b: Side;
  /** `Compared`. */
  readonly verdict: number;
  /** The targets of symbolic links. */
  readonly targets: readonly [a: BytePath | undefined, b: BytePath | undefined];
}

/** What the comparison of two trees found. The columns are parallel. */
export interface Comparison extends Pairs {
  /** `Compared`. */
  readonly verdicts: Uint8Array;
  readonly kinds: Uint8Array;
  /** By pair. */
  readonly explanations: ReadonlyMap<number, Explanation>;
  readonly links: readonly ComparedLinks[];
  readonly onlyA: readonly Side[];
  readonly onlyB: readonly Side[];
  readonly bytesRead: number;
  readonly problems: readonly Problem[];
}

/** Microseconds, roughly: to open, stat and close two files, and to read a byte of both. */
const COST_OF_PAIR = 16;
const COST_OF_BYTE = 1 / 2000;
/** Bytes that are read of a pair of different sizes, roughly. */
const EXPLAINED = 128 * 1024;
/** Microseconds of work in a task: enough to outweigh its messages, and little enough to balance the threads. */
const BATCH = 8000;
/** Below this many microseconds of work, worker threads cost more than they save. */
const WORTH_THREADS = 60_000;

/** Compares the pairs byte for byte. Two paths of one inode are equal unread; different sizes are different. */
export async function compareTrees(
  files: FileTable,
  pairing: Pairing,
  { all, kinds: wanted }: KindFilter,
  pool: WorkerPool,
): Promise<Comparison> {
  // Only what crosses to the worker threads.
  const filter = { all, kinds: wanted };
  const { kind } = files.columns;
  const a = Uint32Array.from(pairing.a);
  const b = Uint32Array.from(pairing.b);
  const verdicts = new Uint8Array(a.length);
  const kinds = a.map((row) => kind[row]);
  /** Pairs to compare, followed by single files whose kinds are to be looked up. */
  const work: number[] = [];
  a.forEach((row, pair) => {
    const isUnsure = needsHead(kind[row], filter) || needsHead(kind[b[pair]], filter);
    if (files.sameInode(row, b[pair]) && !isUnsure) verdicts[pair] = Compared.equal;
    else work.push(pair);
  });
  const unsure = [...pairing.onlyA, ...pairing.onlyB].flatMap((side) =>
    "row" in side && needsHead(kind[side.row], filter) ? [side.row] : [],
  );
  const input = {
    a: Uint32Array.from([...work.map((pair) => a[pair]), ...unsure]),
    b: Uint32Array.from([...work.map((pair) => b[pair]), ...unsure.map(() => NO_FILE)]),
  };
  const compared = await comparePairs(files, input, filter, pool);
  const explanations = new Map<number, Explanation>();
  work.forEach((pair, i) => {
    verdicts[pair] = compared.verdicts[i];
    kinds[pair] = compared.kinds[i];
    const explanation = compared.explanations.get(i);
    if (explanation !== undefined) explanations.set(pair, explanation);
  });
  const unselected = new Set(
    unsure.filter((_, i) => compared.verdicts[work.length + i] === Compared.unselected),
  );
  const isSelected = (side: Side): boolean => !("row" in side) || !unselected.has(side.row);
  const problems = [...compared.problems];
  return {
    a,
    b,
    verdicts,
    kinds: Uint8Array.from(kinds),
    explanations,
    links: pairing.links.map((sides) => compareLinks(sides, problems)),
    onlyA: pairing.onlyA.filter(isSelected),
    onlyB: pairing.onlyB.filter(isSelected),
    bytesRead: compared.bytesRead,
    problems,
  };
}

/** The results of all tasks, by the position of the pair. */
interface ComparedInput {
  readonly verdicts: Uint8Array;
  readonly kinds: Uint8Array;
  readonly explanations: ReadonlyMap<number, Explanation>;
  readonly bytesRead: number;
  readonly problems: readonly Problem[];
}

async function comparePairs(
  files: FileTable,
  { a, b }: Pairs,
  filter: KindFilter,
  pool: WorkerPool,
): Promise<ComparedInput> {
  const { size } = files.columns;
  const costOf = (pair: number): number => {
    if (b[pair] === NO_FILE) return COST_OF_PAIR / 2;
    const [one, other] = [size[a[pair]], size[b[pair]]];
    const bytes = one === other ? one : Math.min(EXPLAINED, Math.max(one, other));
    return COST_OF_PAIR + bytes * COST_OF_BYTE;
  };
  const batches = cutBatches(a.length, costOf, BATCH);
  const total = batches.reduce((sum, { cost }) => sum + cost, 0);
  await pool.prepare(shareTable, files.shared());
  if (total > WORTH_THREADS) pool.start();
  let done = 0;
  const verdicts = new Uint8Array(a.length);
  const kinds = new Uint8Array(a.length);
  const explanations = new Map<number, Explanation>();
  const problems: Problem[] = [];
  let bytesRead = 0;
  // The costliest first, so that no thread is left with one when the others are done.
  const order = batches.toSorted((x, y) => y.cost - x.cost);
  await Promise.all(
    order.map(async ({ from, to, cost }) => {
      const input = { a: a.slice(from, to), b: b.slice(from, to), filter };
      const part = await pool.run(comparePairsTask, input);
      verdicts.set(part.verdicts, from);
      kinds.set(part.kinds, from);
      for (const [pair, explanation] of part.explanations)
        explanations.set(from + pair, explanation);
      for (const problem of part.problems) problems.push(problem);
      bytesRead += part.bytesRead;
      done += cost;
      pool.emit({ type: "match", done, total });
    }),
  );
  await pool.broadcast(releaseResources, undefined);
  return { verdicts, kinds, explanations, bytesRead, problems };
}

/** Compares the targets of symbolic links, or a link with a file. */
function compareLinks([a, b]: readonly [Side, Side], problems: Problem[]): ComparedLinks {
  const targets = [targetOf(a, problems), targetOf(b, problems)] as const;
  const isFailed = [a, b].some((side, i) => "link" in side && targets[i] === undefined);
  const verdict = isFailed
    ? Compared.unknown
    : targets[0] === targets[1]
      ? Compared.equal
      : Compared.different;
  return { a, b, verdict, targets };
}

function targetOf(side: Side, problems: Problem[]): BytePath | undefined {
  return "link" in side ? readTarget(side.link, problems) : undefined;
}

function readTarget({ fullPath }: TreeLink, problems: Problem[]): BytePath | undefined {
  const target = tryErrno(() => disk.readLink(fullPath));
  if (!isErrno(target)) return target;
  // EINVAL: it is no longer a symbolic link.
  const message =
    target.code === "EINVAL" ? "it changed while it was compared" : describeErrno(target.code);
  problems.push({ path: fullPath, code: target.code, message });
  return undefined;
}
