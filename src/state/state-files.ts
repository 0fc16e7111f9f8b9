import { type BytePath, dirOf, fromText, join, nameOf } from "../core/byte-path.ts";
import { fnv1a } from "../core/fnv1a.ts";
import { PARTIAL, isTemporaryName } from "../core/temporary-name.ts";
import { type Result, errno, isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import {
  createDurably,
  makePrivateDirs,
  readHead,
  replaceDurably,
  touch,
} from "../fs/durable-file.ts";
import { readRegularFile } from "../fs/read-regular-file.ts";
import { makeCopyName } from "../replace/run-identity.ts";
import { MOST_BYTES, decodeState, encodeState, headOf, isStateFile } from "./format.ts";
import { ancestorsOf } from "./dir-bases.ts";
import { type State, entryCount } from "./state.ts";

const SUFFIX = ".state";
/** The longest unused states beyond this number are removed. */
const MOST_STATES = 500;
const DAY = 24 * 3600 * 1000;
/** Milliseconds without use after which a state is removed. */
const UNUSED = 90 * DAY;
/** Milliseconds after which a temporary file belongs to no run that is alive. */
const ABANDONED = DAY;
/** The root's path is among the first bytes of a state. */
const HEAD = 8192;
/** Hexadecimal digits in the name of a state: of the hash of its root, and of the hash of each directory above. */
const HASH_LENGTH = 16;
const SHORT_HASH_LENGTH = 4;
/** The name of a state has the hashes of so many directories above its root, from the top. It has less than 255 bytes. */
const MOST_ABOVE = 48;

/** Where states are kept in the user's cache directory: `base` and the directories below it, made when needed. */
export interface CacheDir {
  readonly base: BytePath;
  readonly names: readonly BytePath[];
}

/**
 * `$XDG_CACHE_HOME/dedupe/state` or `$HOME/.cache/dedupe/state`; undefined if neither variable has an absolute
 * path. A home directory that does not exist is not made.
 */
export function cacheDirOf({
  XDG_CACHE_HOME: cache = "",
  HOME: home = "",
}: NodeJS.ProcessEnv): CacheDir | undefined {
  if (cache.startsWith("/")) return { base: fromText(cache), names: ["dedupe", "state"] };
  if (!home.startsWith("/") || !disk.exists(fromText(home))) return undefined;
  return { base: fromText(home), names: [".cache", "dedupe", "state"] };
}

/**
 * The file for the state of a root: its name has a hash of the root's real path, which the state repeats, and short
 * hashes of the directories above, so that the states below a directory are found without reading the others.
 */
export function cachedStateFile({ base, names }: CacheDir, root: BytePath): BytePath {
  const hash = toHex(fnv1a(root), 8) + toHex(fnv1a(root, fnv1a("state")), 8);
  const above = ancestorsOf(root)
    .reverse()
    .slice(1, 1 + MOST_ABOVE)
    .map(shortHash);
  const name = above.length === 0 ? hash : `${hash}-${above.join("")}`;
  return [...names, name + SUFFIX].reduce(join, base);
}

/** Tells by the name of a state whether its root may lie below a directory. */
function mayBeBelow(root: BytePath): (name: string) => boolean {
  const level = ancestorsOf(root).length;
  if (level === 0 || level > MOST_ABOVE) return () => true;
  const at = HASH_LENGTH + 1 + SHORT_HASH_LENGTH * (level - 1);
  const hash = shortHash(root);
  return (name) => name[HASH_LENGTH] !== "-" || name.startsWith(hash, at);
}

function shortHash(dir: BytePath): string {
  return toHex(fnv1a(dir) & 0xffff, SHORT_HASH_LENGTH);
}

function toHex(number: number, length: number): string {
  return number.toString(16).padStart(length, "0");
}

/**
 * Why a file is not used. `untrusted`: its owner may not change the tree, and could have made it up. `damaged`: it was cut,
 * or is of another version. `foreign`: it is no regular file, too large, or something else has written it.
 */
export type Unusable = "untrusted" | "damaged" | "foreign";

/**
 * Reads a state.
 *
 * @param root The directory that it is about, whose owner may have written it; the caller and root always may.
 */
export function readState(path: BytePath, root?: BytePath): Result<State | Unusable> {
  const owners = trustedOwners(root);
  let isTrusted = true;
  const bytes = readRegularFile(path, MOST_BYTES, ({ uid }) => {
    isTrusted = owners === undefined || owners.has(uid);
    return isTrusted;
  });
  if (!isTrusted) return "untrusted";
  if (isErrno(bytes) && bytes.code !== "EFBIG") return bytes;
  if (isErrno(bytes) || bytes === undefined || !isStateFile(bytes)) return "foreign";
  return decodeState(bytes) ?? "damaged";
}

/** Users who may write a state; undefined for anybody. */
function trustedOwners(root: BytePath | undefined): ReadonlySet<bigint> | undefined {
  const caller = process.geteuid?.();
  if (caller === undefined) return undefined; // Windows has no owners of this kind
  const stat = root === undefined ? undefined : tryErrno(() => disk.stat(root));
  return new Set([0n, BigInt(caller), ...(stat === undefined || isErrno(stat) ? [] : [stat.uid])]);
}

/** When a state was made; undefined if there is none. Reads only its beginning. */
export function savedAtOf(path: BytePath): bigint | undefined {
  const head = readHead(path, HEAD);
  return isErrno(head) ? undefined : headOf(head)?.savedAt;
}

/** A state in the cache directory. */
export interface CachedState {
  readonly path: BytePath;
  readonly state: State;
}

/** The states in the cache directory; only those whose roots lie below `root` if it is given. */
export function cachedStates(cache: CacheDir, root: BytePath = ""): CachedState[] {
  return stateFilesBelow(cache, root).flatMap(({ path }) => {
    const state = readState(path);
    return isErrno(state) || typeof state === "string" ? [] : [{ path, state }];
  });
}

function removeStatesBelow(cache: CacheDir, { root, savedAt: last }: State): void {
  for (const { path, savedAt } of stateFilesBelow(cache, root))
    if (savedAt <= last) tryErrno(() => disk.unlink(path));
}

function stateFilesBelow(
  { base, names }: CacheDir,
  root: BytePath,
): { readonly path: BytePath; readonly savedAt: bigint }[] {
  const dir = names.reduce(join, base);
  const prefix = root === "" ? "" : join(root, "");
  const entries = tryErrno(() => disk.readDir(dir));
  if (isErrno(entries)) return [];
  const mayMatch = root === "" ? () => true : mayBeBelow(root);
  return entries.flatMap(({ name }) => {
    if (!name.endsWith(SUFFIX) || !mayMatch(name)) return [];
    const path = join(dir, name);
    const bytes = readHead(path, HEAD);
    const head = isErrno(bytes) ? undefined : headOf(bytes);
    return head?.root.startsWith(prefix) === true ? [{ path, savedAt: head.savedAt }] : [];
  });
}

/**
 * Replaces a state, or removes the file of one without entries. "EFBIG" for one with too many.
 *
 * In the cache directory, a state takes over what is known about the directories below its root; their own states are
 * removed when it is made or removed, so that nothing comes back that it has forgotten.
 *
 * @param mustCreate Fails with "EEXIST" if there is a file.
 */
export function writeState(
  path: BytePath,
  state: State,
  cache: CacheDir | undefined,
  mustCreate: boolean,
): Result {
  const isKnown = disk.exists(path);
  const done =
    entryCount(state) === 0 ? removeState(path) : replaceState(path, state, cache, mustCreate);
  if (cache !== undefined && !isErrno(done) && (!isKnown || entryCount(state) === 0))
    removeStatesBelow(cache, state);
  return done;
}

function removeState(path: BytePath): Result {
  const removed = tryErrno(() => disk.unlink(path));
  return isErrno(removed) && removed.code !== "ENOENT" ? removed : undefined;
}

function replaceState(
  path: BytePath,
  state: State,
  cache: CacheDir | undefined,
  mustCreate: boolean,
): Result {
  const bytes = encodeState(state);
  if (bytes === undefined) return errno("EFBIG");
  if (cache !== undefined) {
    const dir = makePrivateDirs(cache.base, cache.names);
    if (isErrno(dir)) return dir;
    if (!disk.exists(path)) trim(dir);
  }
  const temporary = join(dirOf(path), makeCopyName(PARTIAL, PARTIAL, nameOf(path)));
  return (mustCreate ? createDurably : replaceDurably)(path, temporary, bytes);
}

/** Marks a state in the cache directory as used, at most once a day. */
export function markUsed(path: BytePath): void {
  const stat = tryErrno(() => disk.lstat(path));
  if (!isErrno(stat) && Date.now() - Number(stat.mtimeMs) > DAY) touch(path);
}

/** Removes what has not been used for long, and makes room for one more state. */
function trim(dir: BytePath): void {
  const entries = tryErrno(() => disk.readDir(dir));
  if (isErrno(entries)) return;
  const aged = entries.flatMap(({ name }) => {
    if (!name.endsWith(SUFFIX) && !isTemporaryName(name)) return [];
    const path = join(dir, name);
    const stat = tryErrno(() => disk.lstat(path));
    const age = isErrno(stat) ? 0 : Date.now() - Number(stat.mtimeMs);
    return isErrno(stat) ? [] : [{ path, age, most: name.endsWith(SUFFIX) ? UNUSED : ABANDONED }];
  });
  aged.sort((a, b) => a.age - b.age);
  aged.forEach(({ path, age, most }, i) => {
    if (age > most || i >= MOST_STATES - 1) tryErrno(() => disk.unlink(path));
  });
}
