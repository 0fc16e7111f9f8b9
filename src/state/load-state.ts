import {
  type BytePath,
  absolutePath,
  dirOf,
  fromText,
  join,
  nameOf,
  toText,
} from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import { DedupeError } from "../core/errors.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Warning } from "../core/report.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { currentDir, disk } from "../fs/disk.ts";
import { DirBases, ancestorsOf, relativePath } from "./dir-bases.ts";
import { StateBuilder } from "./state-builder.ts";
import { type State, entryCount } from "./state.ts";
import {
  type CacheDir,
  cacheDirOf,
  cachedStateFile,
  cachedStates,
  markUsed,
  type Unusable,
  readState,
} from "./state-files.ts";

/** Where states are kept: in the user's cache directory, in a file, or nowhere. */
export type StateLocation = "cache" | "none" | { readonly file: BytePath };

/** @param file The file that the user has named. */
export function stateLocationOf(remember = true, file?: string): StateLocation {
  if (!remember) return "none";
  return file === undefined ? "cache" : { file: fromText(file) };
}

/** A state and where it is kept. */
export interface StateHome {
  readonly file: BytePath;
  /** Undefined for a file that the user has named. */
  readonly cache: CacheDir | undefined;
  /** The directory that paths in the state are relative to, as a real path, and its device and inode now. */
  readonly root: BytePath;
  readonly device: bigint;
  readonly inode: bigint;
  /** What earlier runs have left; without entries if there is nothing. */
  readonly state: State;
  /** Whether `root` is the directory that the state was made for, so that its inode numbers mean something. */
  readonly isSameTree: boolean;
  /** Whether the state has something that the file has not. */
  readonly isUnsaved: boolean;
}

/** What is remembered about the files of a table. */
export interface Memory {
  readonly homes: readonly StateHome[];
  /** The index of the home of a directory; -1 if nothing is remembered about the directory. */
  readonly homeOf: (dir: number) => number;
  /** A directory's path relative to the root of its home. */
  readonly pathInHome: (dir: number) => BytePath;
  /** The real path of a directory at which the walk began; undefined for other paths. */
  readonly realRoot: (path: BytePath) => BytePath | undefined;
  /** What could not be read. */
  readonly warnings: readonly Warning[];
}

/** A list may name thousands of directories. More states would push each other out of the cache directory. */
const MOST_HOMES = 32;

const NO_MEMORY: Memory = {
  homes: [],
  homeOf: () => -1,
  pathInHome: () => "",
  realRoot: () => undefined,
  warnings: [],
};

/**
 * Reads what earlier runs have left about the files of a table. A state that is damaged or of another version
 * counts as empty; a note says so.
 *
 * In the cache directory, each root has a state of its own, unless a directory above it has one that was written
 * later. A root without a state takes over what is known about the directories below it. Of very many roots, some
 * share the state of a directory above them.
 *
 * @throws DedupeError if the file that the user names cannot hold a state.
 */
export function loadState(files: FileTable, location: StateLocation): Memory {
  if (location === "none") return NO_MEMORY;
  const warnings: Warning[] = [];
  const dirs = new DirBases(files);
  const homes =
    location === "cache"
      ? openCached(dirs.topmost(MOST_HOMES), warnings)
      : [openNamed(location.file, warnings)];
  return placeDirs(files, homes, warnings, dirs);
}

/** Finds the homes of the directories of a table. */
export function placeDirs(
  files: FileTable,
  homes: readonly StateHome[],
  warnings: readonly Warning[],
  { bases, baseOfDir }: DirBases = new DirBases(files),
): Memory {
  const homeOfBase = bases.map(({ real }) => (real === undefined ? -1 : nearestHome(homes, real)));
  const prefixes = bases.map(({ real = "" }, base) => {
    const home = homeOfBase[base];
    return home < 0 ? "" : relativePath(homes[home].root, real);
  });
  const realPaths = new Map(bases.map(({ path, real }) => [path, real]));
  return {
    homes,
    realRoot: (path) => realPaths.get(path.replace(/(?<=.)\/+$/, "")),
    homeOf: (dir) => homeOfBase[baseOfDir[dir]],
    pathInHome(dir) {
      const below = files.dirPath(dir).slice(bases[baseOfDir[dir]].path.length);
      const prefix = prefixes[baseOfDir[dir]];
      return prefix === "" || below === "" ? prefix + below : `${prefix}/${below}`;
    },
    warnings,
  };
}

/**
 * The home whose root is the directory itself or the nearest one above it; a file that the user names is the home of
 * every directory. -1 if there is none.
 */
function nearestHome(homes: readonly StateHome[], dir: BytePath): number {
  if (homes[0]?.cache === undefined) return homes.length - 1;
  for (const path of [dir, ...ancestorsOf(dir)]) {
    const home = homes.findIndex(({ root }) => root === path);
    if (home >= 0) return home;
  }
  return -1;
}

/** The homes of some roots, none of which lies below another. */
function openCached(roots: readonly BytePath[], warnings: Warning[]): StateHome[] {
  const cache = cacheDirOf(process.env);
  if (cache === undefined) {
    const path = fromText(process.env["HOME"] ?? "");
    warnings.push({
      code: "state",
      path,
      message: "nothing is remembered: there is no home directory",
    });
    return [];
  }
  const read = new Map<BytePath, StateHome | undefined>();
  const homes = new Set<StateHome>();
  for (const root of roots) {
    let chosen: StateHome | undefined;
    for (const dir of [root, ...ancestorsOf(root)]) {
      if (!read.has(dir)) read.set(dir, readCached(dir, cache, warnings));
      const home = read.get(dir);
      if (home !== undefined && (chosen === undefined || isBetter(home, chosen))) chosen = home;
    }
    chosen ??= newHome(root, cache);
    homes.add(chosen);
    read.set(root, chosen);
  }
  return [...homes];
}

function isBetter(home: StateHome, than: StateHome): boolean {
  if (!home.isSameTree || !than.isSameTree) return home.isSameTree;
  return home.state.savedAt > than.state.savedAt;
}

function readCached(root: BytePath, cache: CacheDir, warnings: Warning[]): StateHome | undefined {
  const file = cachedStateFile(cache, root);
  const state = readState(file, root);
  if (isErrno(state)) {
    if (state.code !== "ENOENT" && state.code !== "ENOTDIR")
      warnings.push(warningOf(file, describeErrno(state.code)));
    return undefined;
  }
  if (typeof state === "string") warnings.push(warningOf(file, UNUSABLE[state]));
  // Two roots may have one hash.
  if (typeof state === "string" || state.root !== root) return undefined;
  markUsed(file);
  return homeOf(file, cache, root, state);
}

/** The home of a root that has no state yet. */
function newHome(root: BytePath, cache: CacheDir): StateHome {
  const home = homeOf(cachedStateFile(cache, root), cache, root, undefined);
  const builder = new StateBuilder();
  const linkLimits = new Set<number>();
  let { savedAt } = home.state;
  for (const { state } of cachedStates(cache, root)) {
    if (!homeOf(home.file, cache, state.root, state).isSameTree) continue;
    builder.addState(state, relativePath(root, state.root));
    for (const limit of state.linkLimits) linkLimits.add(limit);
    if (state.savedAt > savedAt) savedAt = state.savedAt;
  }
  const state = builder.build({ ...home.state, savedAt }, undefined, Float64Array.from(linkLimits));
  return { ...home, state, isSameTree: true, isUnsaved: entryCount(state) > 0 };
}

const DAMAGED = "it is damaged, or another version of dedupe has written it";
const UNUSABLE: Readonly<Record<Unusable, string>> = {
  damaged: DAMAGED,
  foreign: DAMAGED,
  untrusted: "it belongs to another user, who may not change this tree",
};

function warningOf(path: BytePath, why: string): Warning {
  return { code: "state", path, message: `it is ignored: ${why}` };
}

/** The home in a file that the user names. Its paths are relative to the directory that holds the file. */
function openNamed(given: BytePath, warnings: Warning[]): StateHome {
  const path = absolutePath(currentDir(), given);
  const refuse = (why: string, hint?: string): DedupeError =>
    new DedupeError("bad-option", `--state ${toText(given)}: ${why}`, hint);
  const target = tryErrno(() => disk.realPath(path));
  const dir = tryErrno(() => disk.realPath(dirOf(path)));
  if (isErrno(dir))
    throw refuse(
      `its directory ${dir.code === "ENOENT" ? "does not exist" : `cannot be used: ${describeErrno(dir.code)}`}`,
    );
  const file = isErrno(target) ? join(dir, nameOf(path)) : target;
  const state = readState(file, dirOf(file));
  if (isErrno(state)) {
    if (state.code !== "ENOENT") throw refuse(describeErrno(state.code));
    return homeOf(file, undefined, dirOf(file), undefined);
  }
  if (state === "untrusted") throw refuse(UNUSABLE.untrusted);
  if (state === "foreign")
    throw refuse("it is no state of dedupe", "name a file that does not exist yet");
  if (state === "damaged") warnings.push(warningOf(file, UNUSABLE.damaged));
  return homeOf(file, undefined, dirOf(file), state === "damaged" ? undefined : state);
}

function homeOf(
  file: BytePath,
  cache: CacheDir | undefined,
  root: BytePath,
  state: State | undefined,
): StateHome {
  const stat = tryErrno(() => disk.lstat(root));
  const { dev: device, ino: inode } = isErrno(stat) ? { dev: 0n, ino: 0n } : stat;
  const isSameTree = state !== undefined && state.device === device && state.inode === inode;
  const none = new StateBuilder().build({ root, device, inode, savedAt: 0n });
  return { file, cache, root, device, inode, state: state ?? none, isSameTree, isUnsaved: false };
}
