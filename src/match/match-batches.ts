import type { FileTable } from "../core/file-table.ts";
import { cutBatches, groupCount, sliceStarts } from "../core/groups.ts";
import type { MatchWork } from "./match-groups.ts";

/** Microseconds, roughly: to open, stat and close one file, and to read one byte. */
const COST_OF_FILE = 8;
const COST_OF_BYTE = 1 / 4000;
/** Microseconds of work in a batch: enough to outweigh its messages, and little enough to balance the threads. */
const BATCH = 8000;

/** The groups of one task. */
export interface MatchBatch extends MatchWork {
  /** Microseconds of work, roughly. */
  readonly cost: number;
}

/** Cuts groups into batches; a group that costs more than a batch is a batch of its own. */
export function cutMatchBatches(files: FileTable, work: MatchWork): MatchBatch[] {
  const { members, starts } = work;
  const { size } = files.columns;
  const costOf = (group: number): number =>
    (starts[group + 1] - starts[group]) *
    (COST_OF_FILE + size[members[starts[group]]] * COST_OF_BYTE);
  return cutBatches(groupCount(starts), costOf, BATCH).map(({ from, to, cost }) => ({
    ...sliceWork(work, from, to),
    cost,
  }));
}

/** The costliest first, so that no thread is left with one when the others are done. */
export function largestFirst(batches: readonly MatchBatch[]): MatchBatch[] {
  return batches.toSorted((a, b) => b.cost - a.cost);
}

export function totalCost(batches: readonly MatchBatch[]): number {
  return batches.reduce((sum, { cost }) => sum + cost, 0);
}

function sliceWork(
  { members, starts, prefetched }: MatchWork,
  from: number,
  to: number,
): MatchWork {
  const [first, last] = [starts[from], starts[to]];
  const slice = { members: members.slice(first, last), starts: sliceStarts(starts, from, to) };
  if (prefetched === undefined) return slice;
  return { ...slice, prefetched: { ...prefetched, at: prefetched.at.slice(first, last) } };
}
