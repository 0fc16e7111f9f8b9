import { Fate } from "./fate.ts";
import type { Recollection } from "./recall.ts";
import { Note, type Notes } from "./rebuilt-state.ts";

/** What is to be remembered after links were broken: of the rows unshared, only that they are written in place. */
export function noteUnshared(
  { fates, entries }: Recollection,
  unshared: ReadonlySet<number>,
): Notes {
  const what = fates.map((fate, row) => {
    if (entries[row] < 0) return Note.nothing;
    return unshared.has(row) && fate !== Fate.inPlace ? Note.nothing : Note.same;
  });
  return { what, keepers: new Int32Array(what.length).fill(-1), counts: new Map() };
}
