import {
  type BytePath,
  dirOf,
  fromText,
  join,
  nameOf,
  toText,
  withoutEndSlashes,
} from "../core/byte-path.ts";
import { DedupeError } from "../core/errors.ts";
import { describeErrno } from "../core/errno-messages.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { type Stat, disk } from "../fs/disk.ts";
import { GlobError, compileGlobs } from "../glob/glob.ts";
import type { DirTask } from "./table-chunk.ts";

/** Single files of one directory that were given as roots. */
export interface FileRoots {
  readonly dir: BytePath;
  readonly names: ReadonlySet<BytePath>;
  /** Index of the root that named the first of them. */
  readonly root: number;
}

/** The paths that a walk is given. */
export interface GivenPaths {
  /** Directories and files; their order numbers the roots. */
  readonly paths: readonly BytePath[];
  /**
   * The index of the first path that comes from a list: such a path is not expanded as a pattern, and may lead nowhere.
   * Default: none does.
   */
  readonly firstListed?: number | undefined;
}

/** Where a walk starts. */
export interface Roots {
  /** Paths of a list that lead neither to a directory nor to a regular file. */
  readonly missing: readonly BytePath[];
  /** Paths of a list that lead to regular files, and the names of these files. */
  readonly listed: readonly { readonly path: BytePath; readonly name: BytePath }[];
  readonly dirs: readonly DirTask[];
  readonly files: readonly FileRoots[];
}

/**
 * Looks up every path given. A path that does not exist is tried as a pattern that the shell did not expand, unless it
 * comes from a list. A symbolic link given as a path is followed.
 *
 * @param perRoot Files of one directory are kept apart by the roots that name them.
 * @throws DedupeError `missing-path` for the first path that leads nowhere.
 */
export async function findRoots(
  { paths, firstListed = paths.length }: GivenPaths,
  perRoot = false,
): Promise<Roots> {
  const missing: BytePath[] = [];
  const listed: { path: BytePath; name: BytePath }[] = [];
  const dirs: DirTask[] = [];
  const files = new Map<string, { dir: BytePath; names: Set<BytePath>; root: number }>();
  for (const [root, given] of paths.entries()) {
    refuseImpossiblePath(given);
    const known = look(given);
    if (root >= firstListed && !known?.stat.isDirectory() && !known?.stat.isFile()) {
      missing.push(given);
      continue;
    }
    for (const path of known === undefined ? await expand(given) : [given]) {
      const found = known ?? look(path);
      if (found === undefined) continue; // it vanished after the pattern was expanded
      const { stat, isLink } = found;
      if (stat.isDirectory()) {
        dirs.push(rootTask(path, root, stat.dev));
      } else if (stat.isFile()) {
        const real = isLink ? realPathOf(path) : path;
        const key = perRoot ? `${root}\0${dirOf(real)}` : dirOf(real);
        const sameDir = files.get(key) ?? { dir: dirOf(real), names: new Set(), root };
        files.set(key, sameDir);
        sameDir.names.add(nameOf(real));
        if (root >= firstListed) listed.push({ path: given, name: nameOf(real) });
      } else {
        throw new DedupeError(
          "missing-path",
          `${toText(path)}: neither a directory nor a regular file`,
        );
      }
    }
  }
  return { dirs, files: [...files.values()], missing, listed };
}

function rootTask(path: BytePath, root: number, rootDevice: bigint): DirTask {
  const bare = withoutEndSlashes(path);
  const { length } = join(bare, "");
  return {
    path: bare,
    root,
    rootLength: length,
    baseLength: length,
    rootDevice,
    included: false,
  };
}

/** An empty path comes from a variable that is not set. */
export function refuseImpossiblePath(given: BytePath): void {
  if (given === "")
    throw new DedupeError("missing-path", "'' is an empty path", "name the directory to search");
  if (given.includes("\0"))
    throw new DedupeError("missing-path", `${toText(given)}: a path cannot contain a NUL`);
}

/** The target of a symbolic link. */
function realPathOf(path: BytePath): BytePath {
  const real = tryErrno(() => disk.realPath(path));
  if (!isErrno(real)) return real;
  throw new DedupeError("missing-path", `${toText(path)}: ${describeErrno(real.code)}`);
}

/** What a path leads to; undefined if it leads nowhere. */
export function look(
  path: BytePath,
): { readonly stat: Stat; readonly isLink: boolean } | undefined {
  const found = tryErrno(() => {
    const stat = disk.lstat(path);
    const isLink = stat.isSymbolicLink();
    return { stat: isLink ? disk.stat(path) : stat, isLink };
  });
  if (!isErrno(found)) return found;
  const { code } = found;
  if (code === "ENOENT" || code === "ENOTDIR") return undefined;
  throw new DedupeError("missing-path", `${toText(path)}: ${describeErrno(code)}`);
}

/** Node.js replaces what is not UTF-8 in its arguments. */
const NOT_UTF8 =
  "a path on the command line must be UTF-8: list this one with --files-from, or change to its directory";

async function expand(pattern: BytePath): Promise<BytePath[]> {
  const text = toText(pattern);
  if (!/[*?[{(]/.test(text)) {
    throw new DedupeError(
      "missing-path",
      `${text}: no such file or directory`,
      text.includes("\ufffd") ? NOT_UTF8 : "check the path; nothing was changed",
    );
  }
  const existing = (await listMatches(text))
    .map(fromText)
    // Dangling symbolic links match too.
    .filter((path) => look(path) !== undefined);
  if (existing.length === 0)
    throw new DedupeError("missing-path", `${text}: the pattern matches nothing`);
  return existing.sort();
}

/**
 * The paths that match a pattern. fast-glob lists the directories by a simpler pattern, since the time in which it
 * matches some patterns grows exponentially.
 */
async function listMatches(pattern: string): Promise<string[]> {
  const matches = compileRoot(pattern);
  const { base, simple } = simplify(pattern);
  const { default: glob } = await import("fast-glob");
  const found = await glob.glob(simple, {
    cwd: base === "" ? "." : base,
    onlyFiles: false,
    dot: true,
    followSymbolicLinks: false,
    markDirectories: pattern.endsWith("/"),
  });
  return found
    .filter((path) => !pattern.endsWith("/") || path.endsWith("/"))
    .map((path) => base + path.replace(/\/$/, ""))
    .filter((path) => matches(path));
}

function compileRoot(pattern: string): (path: string) => boolean {
  try {
    // What `./` and `!` mean at the start of other globs, they do not mean in a path.
    const matches = compileGlobs([`/${pattern}`], { anyDepth: false });
    return (path) => matches(`/${path}`);
  } catch (error) {
    if (error instanceof GlobError)
      throw new DedupeError("missing-path", `${pattern}: the pattern ${error.message}`);
    throw error;
  }
}

/**
 * Splits a pattern into a directory without wildcards, and a pattern that matches at least as much as the rest and
 * consists of plain names, `*` and at most one `**`.
 */
function simplify(pattern: string): { base: string; simple: string } {
  const parts = withoutEndSlashes(pattern).split("/");
  const isPlain = (part: string): boolean => !/[*?[\]{}()\\!+@|,]/.test(part);
  const first = parts.findIndex((part) => !isPlain(part));
  const base = parts
    .slice(0, first)
    .map((part) => `${part}/`)
    .join("");
  const rest = parts.slice(first);
  // Brackets that are not closed in the same part hold slashes.
  const isOpen = (part: string): boolean => part.split(/[{(]/).length !== part.split(/[})]/).length;
  const open = rest.findIndex((part) => part.includes("**") || isOpen(part));
  const simple = rest.map((part) => (isPlain(part) ? part : "*"));
  if (open >= 0) simple.splice(open, simple.length, "**");
  return { base, simple: simple.join("/") };
}
