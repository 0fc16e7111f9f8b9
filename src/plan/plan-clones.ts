import type { FileTable } from "../core/file-table.ts";
import {
  NO_BLOCKS,
  NO_UNIT,
  type DuplicateSets,
  type Locations,
  type Classification,
  type Plan,
  Verdict,
  skipVerdict,
} from "../core/model.ts";
import type { Problem, SkipReason } from "../core/report.ts";
import type { Settings } from "../core/options.ts";

/**
 * Lets the sets on file systems that clone share their blocks, and leaves the others as `links` plans
 * them, or refuses the run where only clones were asked for.
 *
 * A clone keeps its own mode, owner, time and attributes, and a write to it leaves the others alone: so
 * these are no reasons to keep files apart, unless asked for by name. What lies on the keeper's blocks
 * already is done. The keeper is of those blocks that most files of the set use, then the first by
 * variant and path.
 */
export function planClones(
  files: FileTable,
  places: Classification,
  sets: DuplicateSets,
  locations: Locations | undefined,
  links: Plan,
  settings: Settings,
): Plan {
  if (locations === undefined) return links;
  const rows: Rows = { names: [], keepers: [], verdicts: [], freed: [] };
  const starts = new Uint32Array(sets.starts.length);
  const refused = new Map<number, number>();
  for (let set = 0; set + 1 < sets.starts.length; set += 1) {
    const device = files.columns.device[sets.members[sets.starts[set]]];
    const clones = locations.clones[device];
    if (!clones && settings.linkElsewhere) copyRows(rows, links, set);
    else planSet({ files, places, sets, locations, settings, rows }, set);
    starts[set + 1] = rows.names.length;
    const first = rows.verdicts.indexOf(Verdict.clone, starts[set]);
    if (!clones && first >= 0 && !refused.has(device)) refused.set(device, rows.names[first]);
  }
  if (refused.size > 0) refuse(files, rows, refused);
  return {
    starts,
    names: Uint32Array.from(rows.names),
    keepers: Uint32Array.from(rows.keepers),
    verdicts: Uint8Array.from(rows.verdicts),
    freed: Float64Array.from(rows.freed),
    refused: Array.from(refused.values(), (file) => refusalOf(files, locations, file)),
    hashes: sets.hashes,
    bounds: links.bounds,
    inPlaceRules: links.inPlaceRules,
  };
}

interface Rows {
  readonly names: number[];
  readonly keepers: number[];
  readonly verdicts: number[];
  /** Bytes that become free, at the first row of an inode. */
  readonly freed: number[];
}

interface Context {
  readonly files: FileTable;
  readonly places: Classification;
  readonly sets: DuplicateSets;
  readonly locations: Locations;
  readonly settings: Settings;
  readonly rows: Rows;
}

function copyRows(rows: Rows, links: Plan, set: number): void {
  for (let row = links.starts[set]; row < links.starts[set + 1]; row += 1) {
    rows.names.push(links.names[row]);
    rows.keepers.push(links.keepers[row]);
    rows.verdicts.push(links.verdicts[row]);
    rows.freed.push(0);
  }
}

/** Nothing is changed, anywhere: not on the file systems that could, either. */
function refuse(files: FileTable, rows: Rows, refused: ReadonlyMap<number, number>): void {
  rows.verdicts.forEach((verdict, row) => {
    if (verdict !== Verdict.clone) return;
    const here = refused.has(files.columns.device[rows.names[row]]);
    rows.verdicts[row] = here ? Verdict.failed : Verdict.pending;
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

/** A member of a set: its index in `sets.members` and its file number. */
interface Member {
  readonly index: number;
  readonly inode: number;
  readonly names: readonly number[];
}

function planSet(context: Context, set: number): void {
  const { rows } = context;
  const { members, uses } = inOrder(context, set);
  const [first] = members;
  const keepers = new Map<string, Member>();
  const cloned: Cloned[] = [];
  for (const member of members) {
    const keys = new Set(member.names.map((name) => keyOf(context, member.inode, name)));
    const keeper =
      [...keys].map((key) => keepers.get(key)).find((known) => known !== undefined) ?? member;
    for (const key of keys) if (!keepers.has(key)) keepers.set(key, keeper);
    const verdict = verdictOf(context, first, keeper, member);
    if (verdict === Verdict.clone) cloned.push({ member, row: rows.names.length });
    for (const name of member.names) {
      rows.names.push(name);
      rows.keepers.push(verdict === Verdict.clone ? keeper.inode : member.inode);
      rows.verdicts.push(verdict);
      rows.freed.push(0);
    }
  }
  countFreed(context, uses, cloned);
}

interface Cloned {
  readonly member: Member;
  /** Of its first name. */
  readonly row: number;
}

/** The keeper first; and how many members lie on each place. */
function inOrder(
  { files, places, sets, locations }: Context,
  set: number,
): { members: Member[]; uses: ReadonlyMap<number, number> } {
  const uses = new Map<number, number>();
  const members: Member[] = [];
  for (let index = sets.starts[set]; index < sets.starts[set + 1]; index += 1) {
    const inode = sets.members[index];
    const names: number[] = [];
    for (let name = inode; name >= 0; name = sets.nextLink[name]) names.push(name);
    members.push({ index, inode, names });
    const place = locations.places[index];
    uses.set(place, (uses.get(place) ?? 0) + 1);
  }
  const usesOf = ({ index }: Member): number => {
    const place = locations.places[index];
    return place < 0 ? 0 : (uses.get(place) as number);
  };
  members.sort(
    (a, b) =>
      usesOf(b) - usesOf(a) ||
      places.variant[a.inode] - places.variant[b.inode] ||
      files.comparePaths(a.inode, b.inode),
  );
  return { members, uses };
}

function verdictOf(
  { locations, ...context }: Context,
  first: Member,
  keeper: Member,
  member: Member,
): number {
  if (keeper === member) {
    return member === first ? Verdict.keep : skipVerdict(whyApart(context, first, member));
  }
  const place = locations.places[member.index];
  if (place === NO_BLOCKS) return skipVerdict("no-gain");
  return place >= 0 && place === locations.places[keeper.index] ? Verdict.keep : Verdict.clone;
}

/** What was asked for by name. Names with one key may share blocks. */
function keyOf(
  { files, places, sets, settings }: Omit<Context, "locations">,
  inode: number,
  name: number,
): string {
  const { mtime, dir } = files.columns;
  let key = settings.respectTime ? `${mtime[name]}` : "";
  if (settings.respectXattrs) key += `|${sets.attributes.get(inode) ?? ""}`;
  if (settings.scope === "directory") key += `|${dir[name]}`;
  if (settings.scope === "unit") {
    key += places.unit[name] === NO_UNIT ? `|file ${name}` : `|${places.unit[name]}`;
  }
  return settings.respectName ? `${key}|${files.name(name)}` : key;
}

function whyApart(
  { files, sets, settings }: Omit<Context, "locations">,
  a: Member,
  b: Member,
): SkipReason {
  const { mtime } = files.columns;
  const attributesOf = ({ inode }: Member): string => sets.attributes.get(inode) ?? "";
  if (settings.respectTime && mtime[a.inode] !== mtime[b.inode]) return "time";
  if (settings.respectXattrs && attributesOf(a) !== attributesOf(b)) return "xattrs";
  return settings.scope === "tree" ? "name" : "scope";
}

/** Blocks become free when the last file of the set that uses them is cloned from others. */
function countFreed(
  { rows, locations }: Context,
  uses: ReadonlyMap<number, number>,
  cloned: readonly Cloned[],
): void {
  const left = new Map(uses);
  for (const { member, row } of cloned) {
    const place = locations.places[member.index];
    const rest = (left.get(place) as number) - 1;
    left.set(place, rest);
    const isAlone = place < 0 || uses.get(place) === 1;
    // Blocks that a file outside of the set uses too stay taken; those of the set's own files do not.
    if (isAlone) rows.freed[row] = locations.ownBytes[member.index];
    else if (rest === 0) rows.freed[row] = locations.bytes[member.index];
  }
}
