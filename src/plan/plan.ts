import { KINDS } from "../artifacts/kinds.ts";
import type { FileTable } from "../core/file-table.ts";
import {
  type DuplicateSets,
  type InPlaceRules,
  type Classification,
  type Plan,
  Verdict,
  skipVerdict,
} from "../core/model.ts";
import type { SkipReason } from "../core/report.ts";
import type { Settings } from "../core/options.ts";
import { type Known, haveOneOwner, keyOf, mayHaveOneKey, whyApart } from "./link-keys.ts";
import { type Bundle, type MtimeKnowledge, LinkTimes } from "./link-times.ts";
import { PlannedRows } from "./planned-rows.ts";
import { productRank } from "./nearby-inputs.ts";

/**
 * Decides for every name of every duplicate set whether it stays, is replaced, or is left alone and why.
 *
 * The keeper is the first inode in a total order: modification time (the oldest, unless asked
 * otherwise), then variant, then path bytes. So the plan depends neither on threads nor on inode numbers.
 * Names that could not carry the keeper's time without being remade stay apart, see `LinkTimes`.
 */
export function plan(
  files: FileTable,
  classification: Classification,
  sets: DuplicateSets,
  settings: Settings,
  constraints: MtimeKnowledge = {
    bounds: new Map(),
    inPlaceRules: new Map(),
    hasBuildFiles: false,
  },
  modes: ReadonlyMap<number, number> = new Map(),
): Plan {
  const setCount = sets.starts.length - 1;
  const { nextLink, attributes } = sets;
  const { inPlaceRules } = constraints;
  const times = new LinkTimes(files, classification, constraints, settings.newestTime);
  const oneKey = mayHaveOneKey(settings, sets, modes);
  const planned = new PlannedRows(files.count, setCount);
  const context: Context = {
    files,
    classification,
    settings,
    nextLink,
    attributes,
    modes,
    inPlaceRules,
    times,
    oneKey,
    rows: planned,
  };
  const planNext = (set: number): void => {
    planned.begin(set);
    planSet(context, sets.members.subarray(sets.starts[set], sets.starts[set + 1]));
    planned.end(set);
  };
  // Where no build looks at times, none depends on another.
  if (times.anyWillDo) for (let set = 0; set < setCount; set += 1) planNext(set);
  else for (const set of inLinkOrder(files, sets)) planNext(set);
  return { ...planned.inOrder(), hashes: sets.hashes, bounds: times.bounds, inPlaceRules };
}

/** The numbers of the sets: programs and libraries after what they are linked from. */
function inLinkOrder(files: FileTable, sets: DuplicateSets): number[] {
  const rankOf = (set: number): number =>
    productRank(files.columns.kind[sets.members[sets.starts[set]]]);
  const order = Array.from({ length: sets.starts.length - 1 }, (_, set) => set);
  return order.sort((a, b) => rankOf(a) - rankOf(b) || a - b);
}

interface Context extends Known {
  readonly nextLink: Int32Array;
  readonly inPlaceRules: InPlaceRules;
  readonly times: LinkTimes;
  /** Files of one mode and one owner all have one key. */
  readonly oneKey: boolean;
  readonly rows: PlannedRows;
}

function planSet(context: Context, members: Uint32Array): void {
  const inodes = inOrder(context, members);
  const buckets = new Map<string, Bundle[]>();
  const inPlace: Bundle[] = [];
  const stale: Bundle[] = [];
  if (planAlike(context, inodes)) return;
  const timesDiffer =
    context.times.knowsAny && inodes.some((inode) => !context.files.sameMtime(inode, inodes[0]));
  const key = context.oneKey && haveOneOwner(context.files, inodes) ? "" : undefined;
  for (const inode of inodes) {
    const isStale = timesDiffer && context.times.isStale(namesOf(context, inode));
    for (let name = inode; name >= 0; name = context.nextLink[name]) {
      if (writtenInPlace(context, name)) bundleOf(inPlace, inode).names.push(name);
      else if (isStale) bundleOf(stale, inode).names.push(name);
      else bundleOf(bucketOf(buckets, key ?? keyOf(context, inode, name)), inode).names.push(name);
    }
  }
  // A file that is written in place is kept for nobody, however old it is.
  const [linked] = buckets.values();
  const first = linked?.[0].inode ?? inodes[0];
  for (const bundles of buckets.values()) {
    const [together, ...later] = context.times.split(bundles);
    planBucket(context, together, first);
    for (const group of later) planBucket(context, group, first, "would-rebuild");
  }
  leaveAlone(context, inPlace, first, "in-place-kind");
  leaveAlone(context, stale, first, "would-rebuild");
}

/** Most sets: every file may be linked to every other one, and no build looks at their times. */
function planAlike(context: Context, inodes: readonly number[]): boolean {
  const { files, nextLink, times, inPlaceRules, oneKey } = context;
  if (!oneKey || !times.anyWillDo || inPlaceRules.size > 0 || !haveOneOwner(files, inodes))
    return false;
  const bundles: Bundle[] = [];
  for (const inode of inodes) {
    const names: number[] = [];
    for (let name = inode; name >= 0; name = nextLink[name]) {
      if (writtenInPlace(context, name)) return false;
      names.push(name);
    }
    bundles.push({ inode, names });
  }
  planBucket(context, bundles, inodes[0]);
  return true;
}

function leaveAlone(
  { rows }: Context,
  bundles: readonly Bundle[],
  first: number,
  reason: SkipReason,
): void {
  for (const { inode, names } of bundles) {
    addRows(rows, names, inode, inode === first ? Verdict.keep : skipVerdict(reason));
  }
}

function* namesOf({ nextLink }: Context, inode: number): Generator<number> {
  for (let name = inode; name >= 0; name = nextLink[name]) yield name;
}

/**
 * The first inode keeps its place, the names of the others are to point to it.
 *
 * @param why Why these stay apart from files that they could be linked to otherwise.
 */
function planBucket(
  context: Context,
  bundles: readonly Bundle[],
  first: number,
  why?: SkipReason,
): void {
  const { settings, rows } = context;
  const { links } = context.files.columns;
  let keeper = bundles[0];
  const apart = keeper.inode === first ? undefined : (why ?? whyApart(context, first, keeper));
  addRows(
    rows,
    keeper.names,
    keeper.inode,
    apart === undefined ? Verdict.keep : skipVerdict(apart),
  );
  let room = settings.maxLinks - links[keeper.inode];
  for (const bundle of bundles.slice(1)) {
    if (bundle.names.length <= room) {
      room -= bundle.names.length;
      addRows(rows, bundle.names, keeper.names[0], Verdict.replace);
      for (const name of bundle.names) context.times.share(name, keeper.inode);
    } else {
      keeper = bundle;
      room = settings.maxLinks - links[keeper.inode];
      addRows(rows, bundle.names, bundle.inode, skipVerdict("link-limit"));
    }
  }
}

function inOrder({ files, classification, settings }: Context, members: Uint32Array): number[] {
  const { mtime } = files.columns;
  const sign = settings.newestTime ? -1 : 1;
  const compare = (a: number, b: number): number => {
    if (!files.sameMtime(a, b)) return mtime[a] < mtime[b] ? -sign : sign;
    return classification.variant[a] - classification.variant[b] || files.comparePaths(a, b);
  };
  if (members.length > 2) return Array.from(members).sort(compare);
  const [a, b] = members;
  return compare(a, b) <= 0 ? [a, b] : [b, a];
}

function writtenInPlace({ files, settings, inPlaceRules }: Context, name: number): boolean {
  if (inPlaceRules.has(name)) return true;
  const kind = files.columns.kind[name];
  const isNamed = settings.kinds?.includes(kind) ?? false;
  return kind < KINDS.length && !KINDS[kind].linkedByDefault && !isNamed;
}

function bucketOf(buckets: Map<string, Bundle[]>, key: string): Bundle[] {
  let bundles = buckets.get(key);
  if (bundles === undefined) buckets.set(key, (bundles = []));
  return bundles;
}

function bundleOf(bundles: Bundle[], inode: number): Bundle {
  const last = bundles.at(-1);
  if (last?.inode === inode) return last;
  const bundle = { inode, names: [] };
  bundles.push(bundle);
  return bundle;
}

function addRows(
  rows: PlannedRows,
  names: readonly number[],
  keeper: number,
  verdict: number,
): void {
  for (const name of names) rows.add(name, keeper, verdict);
}
