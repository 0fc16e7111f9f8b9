import type { MtimeBound } from "../core/model.ts";

/** The modification time of an inode, and the interval in which it may be changed. Nanoseconds since 1970. */
export interface MtimeInterval {
  readonly time: bigint;
  /** The time of its newest prerequisite; undefined if none is known. */
  readonly after: bigint | undefined;
  /** The latest time that does not look like a change; undefined if any does not. */
  readonly until: bigint | undefined;
}

/**
 * Splits identical files into groups that can share one modification time without causing any of them to be
 * rebuilt. A group's time is that of its first member, the keeper.
 *
 * If linked files get the oldest time, member `i` can have any time from `after` to its own `time`. The oldest
 * remaining file determines the time of the next group, and every file that can have this time joins. This greedy
 * choice covers the intervals with the fewest points, so it keeps the fewest files apart. If linked files get the
 * newest time, the intervals go from `time` to `until`, and the newest remaining file determines the time.
 *
 * @param items Ordered by time, the preferred keeper first: the oldest, or with `newestTime` the newest. No
 *   item is older than its own prerequisites.
 * @returns Groups of indices into `items`, in ascending order.
 */
export function groupByTime(items: readonly MtimeInterval[], newestTime: boolean): number[][] {
  const limitOf = ({ after, until }: MtimeInterval): bigint | undefined =>
    newestTime ? until : after;
  if (items.every((item) => limitOf(item) === undefined)) return [items.map((_, i) => i)];
  const sign = newestTime ? -1n : 1n;
  const fits = (item: MtimeInterval, time: bigint): boolean => {
    const limit = limitOf(item);
    return limit === undefined || limit * sign <= time * sign;
  };
  const byLimit = items
    .map((_, i) => i)
    .sort((a, b) => compareLimits(limitOf(items[a]), limitOf(items[b]), sign));
  const groupOf = new Int32Array(items.length).fill(-1);
  const groups: number[][] = [];
  let next = 0;
  items.forEach(({ time }, first) => {
    if (groupOf[first] >= 0) return;
    const group = groups.push([]) - 1;
    groupOf[first] = group;
    for (; next < byLimit.length && fits(items[byLimit[next]], time); next += 1) {
      if (groupOf[byLimit[next]] < 0) groupOf[byLimit[next]] = group;
    }
  });
  groupOf.forEach((group, i) => groups[group].push(i));
  return groups;
}

/** Orders unlimited items first. */
function compareLimits(a: bigint | undefined, b: bigint | undefined, sign: bigint): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a * sign < b * sign ? -1 : 1;
}

/** The interval that satisfies the bounds of all links of an inode. */
export function mergeBounds(
  bounds: readonly (MtimeBound | undefined)[],
): Pick<MtimeInterval, "after" | "until"> {
  let after: bigint | undefined;
  let until: bigint | undefined;
  for (const bound of bounds) {
    if (bound?.after !== undefined && (after === undefined || bound.after > after))
      after = bound.after;
    if (bound?.until !== undefined && (until === undefined || bound.until < until))
      until = bound.until;
  }
  return { after, until };
}
