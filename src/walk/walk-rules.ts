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
import { compileGlobs } from "../glob/glob.ts";
import { ThreadSlot, defineTask } from "../workers/task.ts";

/** Which files a walk selects, in a form that crosses to a worker thread. */
export interface WalkRules {
  /** Every regular file, not only artifacts. */
  readonly all: boolean;
  /** Kinds to select; undefined: any. */
  readonly kinds: readonly number[] | undefined;
  /** Globs relative to the root, of files and directories. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Bytes, both inclusive. */
  readonly minSize: number;
  readonly maxSize: number;
  readonly oneFileSystem: boolean;
  readonly followSymlinks: boolean;
  /** Select the state of build tools too: logs, stamps, databases, and the directories that hold them. */
  readonly state?: boolean | undefined;
}

/** Never entered, not even for `state`: they hold no output of a build. */
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
  /** The globs of `include` whose last part has letters: only these select the state of a build tool. */
  readonly named: Match | undefined;
}

/** The rules for the walk tasks of a thread. */
export const WALK_RULES = new ThreadSlot<CompiledRules>();

/** Compiles the walk's rules on a thread. */
export const setWalkRules = defineTask("setWalkRules", (rules: WalkRules, thread) => {
  thread.set(WALK_RULES, compileRules(rules));
});

export function compileRules(rules: WalkRules): CompiledRules {
  const naming = rules.include.filter((glob) => /[^*?/]/.test(nameOf(glob)));
  return {
    ...rules,
    included: matcherOf(rules.include),
    excluded: matcherOf(rules.exclude),
    named: matcherOf(naming),
  };
}

/** A pattern without a slash matches a name at any depth, as in `.gitignore`. */
function matcherOf(globs: readonly string[]): Match | undefined {
  if (globs.length === 0) return undefined;
  const matches = compileGlobs(globs, { anyDepth: true });
  return (relative) => matches(toText(relative));
}

/** Whether the walk enters a directory. */
export function entersDir(rules: CompiledRules, name: BytePath, relative: BytePath): boolean {
  if (rules.excluded?.(relative)) return false;
  if (rules.state === true && !VERSION_CONTROL.has(name)) return true;
  return !isStateDir(name) || rules.include.some((glob) => glob.split("/").includes(name));
}

/**
 * The kind, by its name, of a file that the rules select; -1 for any other file. Decided before the file is
 * stat'ed, so that sources and pictures cost nothing.
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
  if (rules.kinds !== undefined && !isRequestedKind(rules.kinds, kind)) return -1;
  if (rules.included !== undefined && !inIncludedDir && !rules.included(below + name)) return -1;
  return kind;
}

function isRequestedKind(kinds: readonly number[], kind: number): boolean {
  if (kinds.includes(kind) || kind === BY_CONTENT || kindNeedsContent(kind)) return true;
  return hasSubkinds(kind) && kinds.some((each) => parentKind(each) === kind);
}
