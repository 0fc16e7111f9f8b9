import type { FileTable } from "../core/file-table.ts";
import { eachGroup } from "../core/groups.ts";
import type { DuplicateSets } from "../core/model.ts";
import { linkLimit } from "../fs/file-systems.ts";

/** Less than any limit in the table of `linkLimit`: a set with fewer links needs no look at the file system. */
const LEAST = 30_000;

/** By device: the most hard links that its file system allows, if a set has enough links to reach it. */
export function linkLimits(files: FileTable, { starts, members }: DuplicateSets): number[] {
  const { device, links } = files.columns;
  const limits = files.devices.map(() => Number.POSITIVE_INFINITY);
  const known = new Set<number>();
  for (const { from, to } of eachGroup(starts)) {
    const number = device[members[from]];
    if (known.has(number)) continue;
    let total = 0;
    for (let i = from; i < to; i += 1) total += links[members[i]];
    if (total < LEAST) continue;
    known.add(number);
    limits[number] = linkLimit(files.path(members[from]));
  }
  return limits;
}
