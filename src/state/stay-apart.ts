import { linksOf } from "../core/groups.ts";
import type { ApartPaths, DuplicateSets, StaysApart } from "../core/model.ts";
import type { Rebuilds } from "./judge-rebuilds.ts";
import { Fate } from "./fate.ts";
import type { Recollection } from "./recall.ts";

export const IN_PLACE = {
  reason: "in-place-kind",
  why: "a tool wrote into it in place while it was linked (dedupe status --forget lets it be linked again)",
} as const satisfies StaysApart;
export const REBUILT = {
  reason: "rebuilt-before",
  why: "whenever it was linked, the next build made it again, with the same contents (dedupe status --forget lets it be linked again)",
} as const satisfies StaysApart;

/** The paths of duplicate sets that stay apart because of what became of their links. */
export function stayApart(
  { fates }: Recollection,
  { apart: rebuilt }: Rebuilds,
  { members, nextLink }: DuplicateSets,
): ApartPaths {
  const apart = new Map<number, StaysApart>();
  for (const row of rebuilt) apart.set(row, REBUILT);
  if (!fates.includes(Fate.inPlace) && !fates.includes(Fate.written)) return apart;
  for (const member of members) {
    const links = [...linksOf(nextLink, member)];
    // What is written in place changes every link of the inode.
    if (links.some((row) => isInPlace(fates[row])))
      for (const row of links) apart.set(row, IN_PLACE);
  }
  return apart;
}

function isInPlace(fate: number): boolean {
  return fate === Fate.inPlace || fate === Fate.written;
}
