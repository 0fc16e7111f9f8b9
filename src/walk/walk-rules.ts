import {
  BY_CONTENT,
  OTHER,
  STATE,
  isStateDir,
  parentKind,
  hasSubkinds,
  kindNeedsContent,
  kindOfName,
} from "../artifacts/kinds.ts";
import { type BytePath, nameOf, toText } from "../core/byte-path.ts";
import { ThreadSlot, defineTask } from "../workers/task.ts";

/** Which files the walk takes, in a form that crosses to a worker thread. */
export interface WalkRules {
  /** Every regular file, not only artifacts. */
  readonly all: boolean;
  /** Kinds to take; undefined: any. */
  readonly kinds: readonly number[] | undefined;
  /** Globs relative to the root, of files and directories. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Bytes, both inclusive. */
  readonly minSize: number;
  readonly maxSize: number;
  readonly oneFileSystem: boolean;
  readonly followSymlinks: boolean;
  /** The state of build tools too: logs, stamps, databases, and the directories that hold them. */
  readonly state?: boolean;
}

/** Never entered for their state: what is in them is no output of a build. */
const VERSION_CONTROL = new Set([
  ".git",
  ".hg",
  ".svn",
  ".bzr",
  "_darcs",
  ".jj",
  ".pijul",
  ".sl",
  "CVS",
]);

type Match = (relative: string) => boolean;

/** The rules with their globs compiled. */
export interface CompiledRules extends WalkRules {
  readonly included: Match | undefined;
  readonly excluded: Match | undefined;
  /** Includes that name files by more than `*`: only these reach the state of a build tool. */
  readonly named: Match | undefined;
}

/** The rules that tasks of a thread walk by. */
export const WALK_RULES = new ThreadSlot<CompiledRules>();

/** Compiles the walk's rules on a thread. */
export const setWalkRules = defineTask("setWalkRules", async (rules: WalkRules, thread) => {
  thread.set(WALK_RULES, await compileRules(rules));
});

export async function compileRules(rules: WalkRules): Promise<CompiledRules> {
  const naming = rules.include.filter((glob) => /[^*?/]/.test(nameOf(glob)));
  return {
    ...rules,
    included: await compileGlobs(rules.include),
    excluded: await compileGlobs(rules.exclude),
    named: await compileGlobs(naming),
  };
}

/** A pattern without a slash matches a name at any depth, as in `.gitignore`. */
async function compileGlobs(globs: readonly string[]): Promise<Match | undefined> {
  if (globs.length === 0) return undefined;
  const { default: picomatch } = await import("picomatch");
  const matchers = globs.map((glob) => {
    const bare = glob.replace(/^\.\//, "").replace(/\/+$/, "");
    return picomatch(bare, { dot: true, basename: !bare.includes("/") });
  });
  return (relative) => {
    const text = toText(relative);
    return matchers.some((matches) => matches(text));
  };
}

/** Whether a directory is entered. */
export function entersDir(rules: CompiledRules, name: BytePath, relative: BytePath): boolean {
  if (rules.excluded?.(relative)) return false;
  if (rules.state === true && !VERSION_CONTROL.has(name)) return true;
  return !isStateDir(name) || rules.include.some((glob) => glob.split("/").includes(name));
}

/**
 * The kind of a file that is taken, by its name; -1 for one that is not. Asked before the file is
 * looked at, so that nothing is spent on sources and pictures.
 *
 * @param below The path of its directory relative to the root, with the slash; "" for the root itself.
 */
export function selectedKind(
  rules: CompiledRules,
  name: BytePath,
  below: BytePath,
  inIncludedDir: boolean,
  inStateDir = false,
): number {
  const kind = rules.state === true && inStateDir ? STATE : kindOfName(name);
  if (kind === OTHER && !rules.all) return -1;
  if (rules.excluded?.(below + name)) return -1;
  if (kind === STATE && rules.state !== true) return rules.named?.(below + name) ? kind : -1;
  if (rules.kinds !== undefined && !kindIsAsked(rules.kinds, kind)) return -1;
  if (rules.included !== undefined && !inIncludedDir && !rules.included(below + name)) return -1;
  return kind;
}

function kindIsAsked(kinds: readonly number[], kind: number): boolean {
  if (kinds.includes(kind) || kind === BY_CONTENT || kindNeedsContent(kind)) return true;
  return hasSubkinds(kind) && kinds.some((each) => parentKind(each) === kind);
}
