import type { FileTable } from "../core/file-table.ts";
import type { MatchWork } from "./match-groups.ts";

/** Microseconds, roughly: to open, stat and close one file, and to read one byte. */
const COST_OF_FILE = 8;
const COST_OF_BYTE = 1 / 4000;
/** Microseconds of work in a batch: enough to outweigh its messages, and little enough to balance the threads. */
const BATCH = 8000;

/** The groups of one task. */
export interface Batch extends MatchWork {
  /** Microseconds of work, roughly. */
  readonly cost: number;
}

/** Cuts groups into batches; a group that costs more than a batch is a batch of its own. */
export function cutBatches(files: FileTable, work: MatchWork): Batch[] {
  const { members, starts } = work;
  const { size } = files.columns;
  const costOf = (g: number): number =>
    (starts[g + 1] - starts[g]) * (COST_OF_FILE + size[members[starts[g]]] * COST_OF_BYTE);
  const batches: Batch[] = [];
  let first = 0;
  let cost = 0;
  const cut = (end: number): void => {
    if (end > first) batches.push({ ...partOf(work, first, end), cost });
    first = end;
    cost = 0;
  };
  for (let g = 0; g + 1 < starts.length; g += 1) {
    const own = costOf(g);
    if (own > BATCH) cut(g);
    cost += own;
    if (cost > BATCH) cut(g + 1);
  }
  cut(starts.length - 1);
  return batches;
}

/** The costliest first, so that no thread is left with one when the others are done. */
export function largestFirst(batches: readonly Batch[]): Batch[] {
  return batches.toSorted((a, b) => b.cost - a.cost);
}

export function totalCost(batches: readonly Batch[]): number {
  return batches.reduce((sum, { cost }) => sum + cost, 0);
}

function partOf({ members, starts, prefetched }: MatchWork, from: number, to: number): MatchWork {
  const [first, last] = [starts[from], starts[to]];
  const part = {
    members: members.slice(first, last),
    starts: starts.slice(from, to + 1).map((start) => start - first),
  };
  return prefetched === undefined
    ? part
    : { ...part, prefetched: { ...prefetched, at: prefetched.at.slice(first, last) } };
}
