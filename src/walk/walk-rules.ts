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
import { GlobUse } from "./glob-use.ts";
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
  /** List the symbolic links whose names are those of selected files, without following them. */
  readonly listSymlinks?: boolean | undefined;
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
  /** Which globs match something: those of `include`, followed by those of `exclude`. */
  readonly globUse: GlobUse;
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
    globUse: new GlobUse([...rules.include, ...rules.exclude].map((glob) => compileGlob([glob]))),
  };
}

/** A pattern without a slash matches a name at any depth, as in `.gitignore`. */
function matcherOf(globs: readonly string[]): Match | undefined {
  return globs.length === 0 ? undefined : compileGlob(globs);
}

function compileGlob(globs: readonly string[]): Match {
  const matches = compileGlobs(globs, { anyDepth: true });
  return (relative) => matches(toText(relative));
}

/** Why `selectedKind` selects no kind. */
export const Rejection = {
  /** Not an artifact, judging by the name; or the state of a build tool. */
  noArtifact: -1,
  exclude: -2,
  kind: -3,
  include: -4,
} as const;

/** The option that causes a rejection other than `noArtifact`. */
export function rejectingOption(rejection: number): "exclude" | "kind" | "include" {
  if (rejection === Rejection.exclude) return "exclude";
  return rejection === Rejection.kind ? "kind" : "include";
}

/** Whether the walk enters a directory. */
export function entersDir(rules: CompiledRules, name: BytePath, relative: BytePath): boolean {
  if (rules.excluded?.(relative)) return false;
  if (rules.state === true && !VERSION_CONTROL.has(name)) return true;
  return !isStateDir(name) || rules.include.some((glob) => glob.split("/").includes(name));
}

/**
 * The kind, by its name, of a file that the rules select; a `Rejection` for any other file. Decided before the file is
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
  if (kind === OTHER && !rules.all) return Rejection.noArtifact;
  if (rules.excluded?.(below + name)) return Rejection.exclude;
  if (kind === STATE && rules.state !== true)
    return rules.named?.(below + name) ? kind : Rejection.noArtifact;
  if (rules.kinds !== undefined && !isRequestedKind(rules.kinds, kind)) return Rejection.kind;
  if (rules.included !== undefined && !inIncludedDir && !rules.included(below + name))
    return Rejection.include;
  return kind;
}

function isRequestedKind(kinds: readonly number[], kind: number): boolean {
  if (kinds.includes(kind) || kind === BY_CONTENT || kindNeedsContent(kind)) return true;
  return hasSubkinds(kind) && kinds.some((each) => parentKind(each) === kind);
}
