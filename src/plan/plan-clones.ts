import type { FileTable } from "../core/file-table.ts";
import { eachGroup, linksOf } from "../core/groups.ts";
import {
  type Classification,
  type DuplicateSets,
  type Locations,
  NO_BLOCKS,
  type Plan,
  type StoreEntries,
  Verdict,
  skipVerdict,
} from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import { PlanRows } from "./plan-rows.ts";
import { CloneStore } from "./clone-store.ts";
import { SharingKeys, type SharingOptions } from "./sharing-keys.ts";

export interface ClonePlanOptions extends Pick<
  SharingOptions,
  "scope" | "respectTime" | "respectName"
> {
  /** Duplicates on file systems that cannot clone are hardlinked; otherwise the run is refused. */
  readonly linkElsewhere: boolean;
  /** Extended attributes must agree. */
  readonly respectXattrs: boolean;
}

export interface ClonePlanInput {
  readonly files: FileTable;
  readonly classification: Classification;
  readonly sets: DuplicateSets;
  /** Undefined if nothing is to be cloned. */
  readonly locations: Locations | undefined;
  /** The plan to hardlink the same sets. */
  readonly links: Plan;
  /** Default: no content store. The members of `sets` include its entries then, at the end of each set. */
  readonly store?: StoreEntries | undefined;
}

/**
 * Replaces the plan of sets on file systems that can clone by one that shares blocks. The other sets stay as
 * planned in `links`, or the whole run is refused.
 *
 * A clone keeps its own mode, owner, time and attributes, and writing to it does not change the others. So these
 * keep files apart only if an option says so. Files that share the keeper's blocks already are kept. The
 * keeper is a file on the blocks that most files of the set use; among these, the first by variant and path.
 */
export function planClones(input: ClonePlanInput, options: ClonePlanOptions): Plan {
  const { files, classification, sets, locations, links } = input;
  if (locations === undefined) return links;
  const rows = new PlanRows(links.starts);
  const freed = new Float64Array(rows.names.length);
  const { attributes } = sets;
  const keys = new SharingKeys(
    { files, classification, attributes, originalModes: new Map(), installed: new Map() },
    { ...options, ignoreMode: true, ignoreOwner: true, ignoreAttributes: !options.respectXattrs },
  );
  const store = input.store && new CloneStore(input.store, rows.names.length, options);
  const context = { files, classification, sets, locations, keys, rows, freed, store };
  /** By device that cannot clone: a file that would have to be cloned. */
  const refused = new Map<number, number>();
  for (const { group: set, from, to } of eachGroup(sets.starts)) {
    const device = files.columns.device[sets.members[from]];
    const canClone = locations.clones[device];
    if (!canClone && options.linkElsewhere) {
      copyRows(rows, links, set);
      store?.copyRows(links, set);
      continue;
    }
    rows.begin(set);
    const cloned = planSet(context, set, from, to);
    if (!canClone && cloned !== undefined && !refused.has(device)) refused.set(device, cloned);
  }
  if (refused.size > 0) refuse(files, rows, refused);
  const { starts, names, keepers, verdicts } = rows;
  const problems = Array.from(refused.values(), (file) => refusalOf(files, locations, file));
  const plan = { ...links, starts, names, keepers, verdicts, freed, refused: problems };
  return store === undefined ? plan : { ...plan, store: store.plan(refused.size > 0) };
}

function copyRows(rows: PlanRows, links: Plan, set: number): void {
  const [from, to] = [links.starts[set], links.starts[set + 1]];
  rows.names.set(links.names.subarray(from, to), from);
  rows.keepers.set(links.keepers.subarray(from, to), from);
  rows.verdicts.set(links.verdicts.subarray(from, to), from);
}

/** Changes nothing anywhere, not even on file systems that can clone. */
function refuse(files: FileTable, rows: PlanRows, refused: ReadonlyMap<number, number>): void {
  rows.verdicts.forEach((verdict, row) => {
    if (verdict !== Verdict.clone) return;
    const isHere = refused.has(files.columns.device[rows.names[row]]);
    rows.verdicts[row] = isHere ? Verdict.failed : Verdict.pending;
  });
}

function refusalOf(files: FileTable, { fileSystems }: Locations, file: number): Problem {
  const type = fileSystems[files.columns.device[file]];
  return {
    path: files.path(file),
    code: "ENOTSUP",
    message: `its file system${type === undefined ? "" : ` (${type})`} makes no copy-on-write clones: nothing was changed; with --hardlink too, files there are linked`,
  };
}

interface Context {
  readonly files: FileTable;
  readonly classification: Classification;
  readonly sets: DuplicateSets;
  readonly locations: Locations;
  readonly keys: SharingKeys;
  readonly rows: PlanRows;
  /** Bytes that become free, at the first row of an inode. */
  readonly freed: Float64Array;
  readonly store: CloneStore | undefined;
}

interface Member {
  readonly inode: number;
  readonly names: number[];
  /** `Locations.places`; members with the same place have the same blocks. */
  readonly place: number;
  /** Its index in `DuplicateSets.members`. */
  readonly index: number;
}

/** Plans one set; a file to be cloned, in the tree or into the store, if there is any. */
function planSet(context: Context, set: number, from: number, to: number): number | undefined {
  const { files, keys, rows, store } = context;
  const all = membersOf(context, from, to);
  const uses = countUses(all);
  sortByKeeper(context, all, uses);
  const members = all.filter(({ inode }) => store?.isEntry(inode) !== true);
  const entries = all.filter((member) => !members.includes(member));
  const keepers = new Map<string, Member>();
  const cloned: Cloned[] = [];
  let kept: Member | undefined;
  for (const member of members) {
    if (!files.hasKnownTime(member.inode)) {
      rows.add(
        member.names,
        member.inode,
        member === members[0] ? Verdict.keep : skipVerdict("time"),
      );
      continue;
    }
    const memberKeys = new Set(member.names.map((name) => keys.keyOf(member.inode, name)));
    const keeper =
      [...memberKeys].map((key) => keepers.get(key)).find((known) => known !== undefined) ?? member;
    for (const key of memberKeys) if (!keepers.has(key)) keepers.set(key, keeper);
    const entry = entries.find(({ inode }) => store?.allows(context, member.inode, inode) === true);
    if (keeper === member && entry === undefined) kept ??= member;
    const shown = entry ?? keeper;
    const verdict =
      shown === member ? verdictOfKeeper(context, member, members[0]) : verdictOf(member, shown);
    const isCloned = verdict === Verdict.clone;
    const row = rows.add(member.names, isCloned ? shown.inode : member.inode, verdict);
    if (isCloned) cloned.push({ member, row });
    if (entry !== undefined) store?.found(row, isCloned && keeper === member ? member.names : []);
  }
  const isAdded = kept !== undefined && kept.place !== NO_BLOCKS && store?.add(set, kept.inode);
  countFreed(context, uses, cloned);
  return cloned[0]?.member.inode ?? (isAdded === true ? kept?.inode : undefined);
}

interface Cloned {
  readonly member: Member;
  /** The row of its first path. */
  readonly row: number;
}

function membersOf({ sets, locations }: Context, from: number, to: number): Member[] {
  return Array.from(sets.members.subarray(from, to), (inode, i) => ({
    inode,
    names: [...linksOf(sets.nextLink, inode)],
    place: locations.places[from + i],
    index: from + i,
  }));
}

/** By place: how many members have their blocks there. */
function countUses(members: readonly Member[]): ReadonlyMap<number, number> {
  const uses = new Map<number, number>();
  for (const { place } of members) uses.set(place, (uses.get(place) ?? 0) + 1);
  return uses;
}

function sortByKeeper(
  { files, classification }: Context,
  members: Member[],
  uses: ReadonlyMap<number, number>,
): void {
  const usesOf = ({ place }: Member): number => (place < 0 ? 0 : (uses.get(place) ?? 0));
  members.sort(
    (a, b) =>
      usesOf(b) - usesOf(a) ||
      classification.compareVariants(a.inode, b.inode) ||
      files.comparePaths(a.inode, b.inode),
  );
}

function verdictOfKeeper({ keys }: Context, keeper: Member, first: Member): number {
  return keeper === first ? Verdict.keep : skipVerdict(keys.whyApart(first.inode, keeper));
}

function verdictOf({ place }: Member, keeper: Member): number {
  if (place === NO_BLOCKS) return skipVerdict("no-gain");
  return place >= 0 && place === keeper.place ? Verdict.keep : Verdict.clone;
}

/** Blocks become free when the last file of the set that uses them is cloned from another one. */
function countFreed(
  { freed, locations }: Context,
  uses: ReadonlyMap<number, number>,
  cloned: readonly Cloned[],
): void {
  const left = new Map(uses);
  for (const { member, row } of cloned) {
    const rest = (left.get(member.place) ?? 0) - 1;
    left.set(member.place, rest);
    const isOnlyUser = member.place < 0 || uses.get(member.place) === 1;
    // Blocks that a file outside the set uses stay in use; those that only files of the set use do not.
    if (isOnlyUser) freed[row] = locations.ownBytes[member.index];
    else if (rest === 0) freed[row] = locations.bytes[member.index];
  }
}
