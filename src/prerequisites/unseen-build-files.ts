import { OTHER_TOOLS, isBuildFile, isOfOtherTool } from "../artifacts/build-files.ts";
import { type BytePath, dirOf, join } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { LEVELS_ABOVE, OTHER_RULE_FILE, RULE_FILES } from "./build-file-index.ts";
import { selfAndAncestors } from "./paths.ts";

/** What is in the top directory of a project. */
const MARKERS = [".git", "go.work", "go.mod"];
/** Directories of other projects, whose rules are not about the files of this one. */
const FOREIGN = new Set(["node_modules", "vendor", "testdata"]);
/** How many directories of a project are searched. */
const MOST_DIRS = 2000;

/**
 * A build file outside of the roots that `PrerequisiteLookup` does not read, and that may be about files in the roots:
 * of tools other than make in directories above them, and any in other directories of the project that they belong to.
 *
 * @param roots Absolute.
 * @returns undefined if there is none; the top of the project if it is too large to be searched.
 */
export function unseenBuildFile(roots: readonly BytePath[]): BytePath | undefined {
  const isSeen = new Set(roots);
  const isAbove = new Set(roots.flatMap((root) => selfAndAncestors(root, LEVELS_ABOVE).slice(1)));
  for (const dir of isAbove) {
    const found = OTHER_TOOLS.find((name) => disk.exists(join(dir, name)));
    if (found !== undefined) return join(dir, found);
  }
  const tops = new Set(roots.flatMap((root) => topOf(root, isSeen) ?? []));
  for (const top of tops) {
    const dirs = [top];
    for (let next = 0; next < dirs.length; next += 1) {
      if (dirs.length > MOST_DIRS) return top;
      const dir = dirs[next];
      const entries = tryErrno(() => disk.readDir(dir));
      if (isErrno(entries)) return dir;
      for (const { name, type } of entries) {
        const path = join(dir, name);
        const isOther = !name.startsWith(".") && !FOREIGN.has(name) && !isSeen.has(path);
        if (type === "directory" && isOther) dirs.push(path);
        if (type === "file" && !(isAbove.has(dir) && RULE_FILES.includes(name)) && hasRules(name))
          return path;
      }
    }
  }
  return undefined;
}

/** Finds out whether directories belong to projects, and caches the answers. */
export class Projects {
  readonly #known = new Map<BytePath, boolean>();

  /** Whether a directory, absolute, is the top of a project, or below one. */
  include(dir: BytePath): boolean {
    let found = this.#known.get(dir);
    if (found === undefined) {
      found = isTop(dir) || (dir !== "/" && this.include(dirOf(dir)));
      this.#known.set(dir, found);
    }
    return found;
  }
}

function isTop(dir: BytePath): boolean {
  return MARKERS.some((name) => disk.exists(join(dir, name)));
}

/** The outermost directory above a root that is the top of a project; undefined if none is, or if it is in a root. */
function topOf(root: BytePath, roots: ReadonlySet<BytePath>): BytePath | undefined {
  const top = selfAndAncestors(root, LEVELS_ABOVE).findLast(isTop);
  if (
    top === undefined ||
    selfAndAncestors(top, Number.POSITIVE_INFINITY).some((dir) => roots.has(dir))
  )
    return undefined;
  return top;
}

function hasRules(name: string): boolean {
  return (
    isBuildFile(name) &&
    (RULE_FILES.includes(name) || OTHER_RULE_FILE.test(name) || isOfOtherTool(name))
  );
}
