import type { FileTable } from "../core/file-table.ts";
import { type DuplicateSets, type Outcomes, type Plan, Verdict } from "../core/model.ts";
import type { Rebuilds } from "./judge-rebuilds.ts";
import { Fate } from "./fate.ts";
import type { Recollection } from "./recall.ts";
import { touchDigest } from "./touch-digest.ts";
import { Note, type Notes } from "./rebuilt-state.ts";

/** The result of linking. */
export interface LinkResult {
  /** The table that `outcomes.keepers` refers to; its first rows are those that were recalled. */
  readonly files: FileTable;
  readonly sets: DuplicateSets;
  readonly plan: Plan;
  readonly outcomes: Outcomes;
  /** Rows whose inodes were put into a content store, which links them to other trees. */
  readonly added: ReadonlySet<number>;
  /** Rows that their tool may touch without changing a byte, which does no harm. */
  readonly touched: ReadonlySet<number>;
}

/**
 * What is to be remembered after linking: every link of an inode to which the run has linked a path, and what is
 * remembered already and still holds.
 */
export function noteLinks(
  result: LinkResult,
  { memory, fates, entries }: Recollection,
  { apart, counts }: Rebuilds,
): Notes {
  const { files, sets, plan, outcomes, added, touched } = result;
  const { links } = files.columns;
  const what = new Uint8Array(fates.length);
  for (let row = 0; row < what.length; row += 1) {
    const fate = fates[row];
    const isSame =
      fate === Fate.linked
        ? links[row] > 1
        : fate === Fate.apart || fate === Fate.written || fate === Fate.inPlace;
    if (isSame && entries[row] >= 0) what[row] = Note.same;
  }
  const digests = new Map<number, bigint | undefined>();
  for (let row = 0; row < what.length; row += 1) {
    if (what[row] !== Note.same || fates[row] !== Fate.linked) continue;
    const known = memory.homes[memory.homeOf(files.columns.dir[row])].state;
    const digest = known.digests.get(entries[row]);
    const isSameTime = known.entries.mtime[entries[row]] === files.columns.mtime[row];
    if (digest === undefined || (isSameTime && touched.has(row))) continue;
    what[row] = Note.linked;
    digests.set(row, touched.has(row) ? digest : undefined);
  }
  for (const row of apart) if (what[row] === Note.nothing) what[row] = Note.apart;
  const keepers = new Int32Array(files.count).fill(-1);
  const isKept = new Uint8Array(files.count);
  for (const row of added) isKept[row] = 1;
  for (let planRow = 0; planRow < plan.names.length; planRow += 1) {
    if (!isLinked(result, planRow)) continue;
    const row = plan.names[planRow];
    what[row] = Note.linked;
    keepers[row] = outcomes.keepers[planRow];
    isKept[keepers[row]] = 1;
  }
  for (const member of sets.members) {
    let isKeeper = false;
    for (let row = member; row >= 0; row = sets.nextLink[row]) isKeeper ||= isKept[row] === 1;
    if (!isKeeper) continue;
    for (let row = member; row >= 0; row = sets.nextLink[row])
      if (what[row] === Note.nothing) what[row] = Note.linked;
  }
  addDigests(digests, result, what, keepers);
  return { what, keepers, counts, digests };
}

/** Adds the digests of files that were linked and may be touched. */
function addDigests(
  digests: Map<number, bigint | undefined>,
  { files, touched }: LinkResult,
  what: Uint8Array,
  keepers: Int32Array,
): void {
  const { inode, size, mtime } = files.columns;
  const known = new Map<number, bigint | undefined>();
  for (const row of touched) {
    if (what[row] !== Note.linked || digests.has(row)) continue;
    const at = keepers[row] < 0 ? row : keepers[row];
    if (!known.has(at)) {
      const expected = { inode: inode[at], size: size[at], mtime: mtime[at] };
      known.set(at, touchDigest(files.path(row), expected));
    }
    digests.set(row, known.get(at));
  }
}

/** Whether the path of a plan's row leads to its keeper now: linked by this run, or by another one at the same time. */
export function isLinked({ files, plan, outcomes }: LinkResult, planRow: number): boolean {
  const verdict = outcomes.verdicts[planRow];
  if (verdict === Verdict.replaced) return true;
  return (
    verdict === Verdict.keep && !files.sameInode(plan.names[planRow], outcomes.keepers[planRow])
  );
}
