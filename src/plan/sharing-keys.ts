import type { FileTable } from "../core/file-table.ts";
import { type Classification, NO_UNIT } from "../core/model.ts";
import type { Scope } from "../core/report.ts";
import type { SkipReason } from "../core/report.ts";
import type { LinkBundle } from "./link-times.ts";

/** Which differences keep identical files apart. */
export interface SharingOptions {
  readonly scope: Scope;
  readonly ignoreMode: boolean;
  /** The files become read-only, so the modes that they had before decide. */
  readonly protect?: boolean;
  readonly ignoreOwner: boolean;
  /** Access lists, capabilities and the other extended attributes in `SharingFacts.attributes` do not count. */
  readonly ignoreAttributes?: boolean;
  readonly respectTime: boolean;
  readonly respectName: boolean;
}

/** What the keys are made from. */
export interface SharingFacts {
  readonly files: FileTable;
  readonly classification: Classification;
  /** Extended attributes that must agree, by the row of a set's member; a member without any has no entry. */
  readonly attributes: ReadonlyMap<number, string>;
  /** Modes from before `--protect`, by the row of a set's member. */
  readonly originalModes: ReadonlyMap<number, number>;
  /** By row of a copy that was made from a build's file: a name for the place that it was copied to. */
  readonly installed: ReadonlyMap<number, string>;
}

/** Decides which identical files may become links of one inode, or share blocks. */
export class SharingKeys {
  readonly #facts: SharingFacts;
  readonly #options: SharingOptions;
  // Nearly all files of a tree agree in mode and owner, so this part of the key is built once and reused.
  #mode = -1;
  #uid = -1;
  #gid = -1;
  #modeAndOwner = "";

  constructor(facts: SharingFacts, options: SharingOptions) {
    this.#facts = facts;
    this.#options = options;
  }

  /** The key of one hard link of an inode. Links of identical files with equal keys may share an inode. */
  keyOf(inode: number, link: number): string {
    const { files, classification, installed } = this.#facts;
    const { respectTime, respectName, scope } = this.#options;
    let key = this.#modeAndOwnerOf(inode, link) + this.#attributesOf(inode);
    if (installed.has(link)) key += `|copy ${installed.get(link)}`;
    if (respectTime) key += `|${files.columns.mtime[link]}`;
    if (scope === "directory") key += `|${files.columns.dir[link]}`;
    if (scope === "unit") key += `|${unitKey(classification, link)}`;
    return respectName ? `${key}|${files.name(link)}` : key;
  }

  /** Why an inode may not share with a bundle whose key differs from all of its own. */
  whyApart(inode: number, other: LinkBundle): SkipReason {
    const { files, classification, installed } = this.#facts;
    const { ignoreMode, ignoreOwner, respectTime, scope } = this.#options;
    const { uid, gid, mtime, dir } = files.columns;
    const [link] = other.names;
    if (!ignoreMode && this.#modeOf(inode, inode) !== this.#modeOf(other.inode, link))
      return "mode";
    if (!ignoreOwner && (uid[inode] !== uid[link] || gid[inode] !== gid[link])) return "owner";
    if (this.#attributesOf(inode) !== this.#attributesOf(other.inode)) return "xattrs";
    if (installed.get(inode) !== installed.get(link)) return "installed";
    if (respectTime && mtime[inode] !== mtime[link]) return "time";
    if (scope === "directory" && dir[inode] !== dir[link]) return "scope";
    if (scope === "unit" && unitKey(classification, inode) !== unitKey(classification, link))
      return "scope";
    return "name";
  }

  #modeAndOwnerOf(inode: number, link: number): string {
    const { uid, gid } = this.#facts.files.columns;
    const mode = this.#options.ignoreMode ? 0 : this.#modeOf(inode, link);
    if (mode !== this.#mode || uid[link] !== this.#uid || gid[link] !== this.#gid) {
      [this.#mode, this.#uid, this.#gid] = [mode, uid[link], gid[link]];
      this.#modeAndOwner = this.#options.ignoreOwner
        ? `${mode}`
        : `${mode}|${uid[link]}:${gid[link]}`;
    }
    return this.#modeAndOwner;
  }

  /**
   * The mode, with the original mode of a protected file: a file that has always been read-only never shares an inode
   * with a protected one, or `unshare` could no longer tell which of them gets its write bits back.
   */
  #modeOf(inode: number, link: number): number {
    const mode = this.#facts.files.columns.mode[link];
    const original = this.#facts.originalModes.get(inode);
    if (original === undefined) return mode;
    return this.#options.protect === true ? original : original * 2 ** 16 + mode;
  }

  #attributesOf(inode: number): string {
    const { attributes } = this.#facts;
    if (attributes.size === 0 || this.#options.ignoreAttributes === true) return "";
    return `|${attributes.get(inode) ?? ""}`;
  }
}

/** A file of no unit is a unit of its own. */
function unitKey({ unit }: Classification, file: number): string {
  return unit[file] === NO_UNIT ? `file ${file}` : `${unit[file]}`;
}
