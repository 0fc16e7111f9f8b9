/** What keeps equal files apart: modes, owners, attributes, and what the user asked for. */
import type { FileTable } from "../core/file-table.ts";
import { type DuplicateSets, NO_UNIT, type Classification } from "../core/model.ts";
import type { SkipReason } from "../core/report.ts";
import type { Settings } from "../core/options.ts";
import type { Bundle } from "./link-times.ts";

/** What is known of the files. */
export interface Known {
  readonly files: FileTable;
  readonly classification: Classification;
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
  { files, classification, settings, attributes, modes }: Known,
  inode: number,
  name: number,
): string {
  const { mode, uid, gid, mtime, dir } = files.columns;
  let key = settings.ignoreMode ? "" : `${modes.get(inode) ?? mode[name]}`;
  if (!settings.ignoreOwner) key += `|${uid[name]}:${gid[name]}`;
  key += `|${attributes.get(inode) ?? ""}`;
  if (settings.respectTime) key += `|${mtime[name]}`;
  if (settings.scope === "directory") key += `|${dir[name]}`;
  if (settings.scope === "unit") key += `|${unitKey(classification, name)}`;
  return settings.respectName ? `${key}|${files.name(name)}` : key;
}

function unitKey(classification: Classification, name: number): string {
  return classification.unit[name] === NO_UNIT ? `file ${name}` : `${classification.unit[name]}`;
}

/** The first thing by which two equal files differ that keeps them apart. */
export function whyApart(known: Known, a: number, bundle: Bundle): SkipReason {
  const { files, classification, settings, attributes, modes } = known;
  const [b] = bundle.names;
  const { mode, uid, gid, mtime, dir } = files.columns;
  if (!settings.ignoreMode && (modes.get(a) ?? mode[a]) !== (modes.get(bundle.inode) ?? mode[b]))
    return "mode";
  if (!settings.ignoreOwner && (uid[a] !== uid[b] || gid[a] !== gid[b])) return "owner";
  if ((attributes.get(a) ?? "") !== (attributes.get(bundle.inode) ?? "")) return "xattrs";
  if (settings.respectTime && mtime[a] !== mtime[b]) return "time";
  if (settings.scope === "directory" && dir[a] !== dir[b]) return "scope";
  if (settings.scope === "unit" && unitKey(classification, a) !== unitKey(classification, b))
    return "scope";
  return "name";
}
