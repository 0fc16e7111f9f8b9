/** What keeps equal files apart: modes, owners, attributes, and what the user asked for. */
import type { FileTable } from "../file-table.ts";
import { type DuplicateSets, NO_UNIT, type Places, type SkipReason } from "../model.ts";
import type { Settings } from "../options.ts";
import type { Bundle } from "./link-times.ts";

/** What is known of the files. */
export interface Known {
  readonly files: FileTable;
  readonly places: Places;
  readonly settings: Settings;
  /** By inode: the extended attributes that count. */
  readonly attributes: ReadonlyMap<number, string>;
  /** By inode: the mode that it had before it was protected. */
  readonly modes: ReadonlyMap<number, number>;
}

/** Whether nothing that was asked for, and no attribute, keeps files of one mode and owner apart. */
export function mayHaveOneKey(
  { respectTime, respectName, scope }: Settings,
  { attributes }: DuplicateSets,
  modes: ReadonlyMap<number, number>,
): boolean {
  return !respectTime && !respectName && scope === "tree" && attributes.size + modes.size === 0;
}

/** Whether files agree in mode and owner, as nearly all equal files do. */
export function haveOneOwner(files: FileTable, inodes: readonly number[]): boolean {
  const { mode, uid, gid } = files.columns;
  const [first] = inodes;
  return inodes.every(
    (inode) =>
      mode[inode] === mode[first] && uid[inode] === uid[first] && gid[inode] === gid[first],
  );
}

/** Names with one key may be links of one inode. */
export function keyOf(
  { files, places, settings, attributes, modes }: Known,
  inode: number,
  name: number,
): string {
  const { mode, uid, gid, mtime, folder } = files.columns;
  let key = settings.ignoreMode ? "" : `${modes.get(inode) ?? mode[name]}`;
  if (!settings.ignoreOwner) key += `|${uid[name]}:${gid[name]}`;
  key += `|${attributes.get(inode) ?? ""}`;
  if (settings.respectTime) key += `|${mtime[name]}`;
  if (settings.scope === "directory") key += `|${folder[name]}`;
  if (settings.scope === "unit") key += `|${unitKey(places, name)}`;
  return settings.respectName ? `${key}|${files.name(name)}` : key;
}

function unitKey(places: Places, name: number): string {
  return places.unit[name] === NO_UNIT ? `file ${name}` : `${places.unit[name]}`;
}

/** The first thing by which two equal files differ that keeps them apart. */
export function whyApart(known: Known, a: number, bundle: Bundle): SkipReason {
  const { files, places, settings, attributes, modes } = known;
  const [b] = bundle.names;
  const { mode, uid, gid, mtime, folder } = files.columns;
  if (!settings.ignoreMode && (modes.get(a) ?? mode[a]) !== (modes.get(bundle.inode) ?? mode[b]))
    return "mode";
  if (!settings.ignoreOwner && (uid[a] !== uid[b] || gid[a] !== gid[b])) return "owner";
  if ((attributes.get(a) ?? "") !== (attributes.get(bundle.inode) ?? "")) return "xattrs";
  if (settings.respectTime && mtime[a] !== mtime[b]) return "time";
  if (settings.scope === "directory" && folder[a] !== folder[b]) return "scope";
  if (settings.scope === "unit" && unitKey(places, a) !== unitKey(places, b)) return "scope";
  return "name";
}
