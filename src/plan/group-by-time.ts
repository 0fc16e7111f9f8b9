import type { MtimeBound } from "../core/model.ts";

/** An inode that may be linked: its own time, and between which times its names may be dated. */
export interface MtimeInterval {
  readonly time: bigint;
  /** Not before this (its newest prerequisite), where that is known. */
  readonly after: bigint | undefined;
  /** Not later than this, where something says so. */
  readonly until: bigint | undefined;
}

/**
 * Splits equal files into groups that can share one time, so that no build has a reason to remake any of
 * them. A group's time is that of its first member, which is the keeper.
 *
 * With the oldest time, member `i` can be dated anywhere from `after[i]` to its own time. The oldest file
 * that is left gives the time of the next group, and all that can take this time join it: the way to
 * cover intervals with the fewest points, so the fewest files stay apart. With the newest time it is the
 * same from the other end, `time[i]` to `until[i]`.
 *
 * @param items The preferred keeper first: ordered by time, the oldest (or newest) in front. None is
 *   older than its own prerequisites.
 * @returns Groups of positions in `items`, each in their order.
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

/** Those without a limit first. */
function compareLimits(a: bigint | undefined, b: bigint | undefined, sign: bigint): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a * sign < b * sign ? -1 : 1;
}

/** What all names of an inode ask for together. */
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
