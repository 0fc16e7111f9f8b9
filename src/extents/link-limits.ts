import type { FileTable } from "../core/file-table.ts";
import { eachGroup } from "../core/groups.ts";
import type { DuplicateSets } from "../core/model.ts";
import { USUAL_LINK_LIMITS, linkLimit } from "../fs/file-systems.ts";

/** A set with fewer links fits into one inode of any file system. */
const LEAST = 250;

/**
 * By device: the most hard links that its file system allows, if a set has enough links to reach it.
 *
 * @param mayTry Whether the run makes links, and so finds out about a limit that is not known. Otherwise an inode that has
 *   as many links as some file system allows is taken to be full, or `--check` would fail after every complete run.
 * @param fullAt More numbers of links at which an inode may be full.
 * @param limitOf The limit for a path; undefined if it is unknown.
 */
export function linkLimits(
  files: FileTable,
  { starts, members }: DuplicateSets,
  mayTry: boolean,
  fullAt: ReadonlySet<number> = new Set(),
  limitOf: (path: string) => number | undefined = linkLimit,
): number[] {
  const { device, links } = files.columns;
  const limits = files.devices.map(() => Number.POSITIVE_INFINITY);
  const least = Math.min(LEAST, ...fullAt);
  const isFull = (count: number): boolean => USUAL_LINK_LIMITS.has(count) || fullAt.has(count);
  const known = new Map<number, number | undefined>();
  for (const { from, to } of eachGroup(starts)) {
    const number = device[members[from]];
    const counts = Array.from(members.subarray(from, to), (member) => links[member]);
    if (counts.reduce((total, count) => total + count, 0) < least) continue;
    if (!known.has(number)) known.set(number, limitOf(files.path(members[from])));
    const limit = known.get(number);
    const full = new Set(mayTry ? [] : counts.filter(isFull));
    limits[number] = limit ?? Math.min(limits[number], ...full);
  }
  return limits;
}
