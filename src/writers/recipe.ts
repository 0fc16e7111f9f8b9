import type { WorkBudget } from "../core/work-budget.ts";
import { UNKNOWN } from "../prerequisites/make-words.ts";
import { type Action, type WriterOverrides, actionOf, overrideOf } from "./command.ts";
import type { Output } from "./command-outputs.ts";
import type { Effect } from "./command-row.ts";
import { WILD, splitCommands } from "./shell-words.ts";

/** A file, or everything in a directory, that a recipe writes in place instead of replacing it. */
export interface InPlaceWrite {
  /** May contain `WILD`, `%` and external variables. */
  readonly path: string;
  /** Whether everything below the path is written too. */
  readonly tree: boolean;
  readonly command: string;
}

/** How a recipe makes its target. */
export interface TargetWriter {
  readonly effect: Exclude<Effect, "none">;
  readonly command: string;
}

export interface RecipeContext {
  /** The target of the rule, as the recipe names it. */
  readonly target: string;
  readonly overrides: WriterOverrides;
  readonly budget: WorkBudget;
  /** The lines of CMake's `link.txt` that belongs to the rule. */
  readonly linkScript?: () => readonly string[];
}

export interface RecipeEffects {
  /** Files other than the target that are written in place, as they were not removed or replaced before. */
  readonly inPlace: readonly InPlaceWrite[];
  /** undefined if no command writes the target. */
  readonly writer: TargetWriter | undefined;
}

/** Linux' PATH_MAX. */
const MAX_PATH = 4096;
/** Nesting of `sh -c` and `link.txt`. */
const MAX_DEPTH = 4;

/**
 * What a recipe does to its target and to other files.
 *
 * The first command that writes the target decides: later ones change a file that has no other links any more. A
 * command that is in no table may write the target too.
 *
 * @param lines The recipe with make's variables expanded.
 * @throws BudgetExceeded
 */
export function readRecipe(lines: readonly string[], context: RecipeContext): RecipeEffects {
  const recipe = new Recipe(context);
  for (const line of lines) recipe.runLine(line, 0);
  return { inPlace: recipe.inPlace, writer: recipe.writer };
}

class Recipe {
  readonly inPlace: InPlaceWrite[] = [];
  readonly #context: RecipeContext;
  readonly #target: string;
  /** Files, and directories with everything in them, that were removed so far. */
  readonly #removed = new Set<string>();
  readonly #replaced = new Set<string>();
  #writer: TargetWriter | undefined;
  /** A command that is in no table and was run before the target was written. */
  #unknown: TargetWriter | undefined;
  /** The current directory after `cd`; undefined if only the shell knows it. */
  #dir: string | undefined = "";

  constructor(context: RecipeContext) {
    this.#context = context;
    this.#target = normalize(context.target);
  }

  get writer(): TargetWriter | undefined {
    return this.#writer ?? this.#unknown;
  }

  runLine(line: string, depth: number): void {
    this.#dir = "";
    this.#run(line.replace(/^[\s@+-]+/, ""), depth);
  }

  #run(script: string, depth: number): void {
    for (const { words, redirects } of splitCommands(script)) {
      // Redirections happen first.
      const effect = overrideOf(this.#context.overrides, ">") ?? "in-place";
      for (const path of redirects) this.#write({ path, tree: false }, ">", effect);
      if (words[0] === "for") continue;
      const action = actionOf(words, this.#target, this.#context.overrides);
      this.#perform(action, words, depth);
    }
  }

  #perform(action: Action, words: readonly string[], depth: number): void {
    switch (action.type) {
      case "nothing":
        return;
      case "change-dir":
        this.#dir = this.#resolve(action.dir ?? WILD);
        return;
      case "remove":
        for (const path of action.paths) this.#remove(this.#resolve(path));
        if (action.targets) this.#remove(this.#target);
        return;
      case "shell":
        if (depth < MAX_DEPTH) this.#run(action.script, depth + 1);
        return;
      case "link-script":
        if (depth < MAX_DEPTH)
          for (const line of this.#context.linkScript?.() ?? [UNKNOWN]) this.#run(line, depth + 1);
        return;
      case "write":
        for (const output of action.outputs) this.#write(output, action.command, action.effect);
        return;
      case "unknown":
        this.#unknown ??= { effect: "unknown", command: action.command };
        if (this.#writer === undefined && words.some((word) => this.#isTarget(word)))
          this.#writer = this.#unknown;
    }
  }

  #remove(path: string | undefined): void {
    if (path === undefined) return;
    this.#removed.add(path.replace(new RegExp(`/${WILD}$`), ""));
    const isGone = this.#isTarget(path) || this.#target.startsWith(`${path}/`);
    if (isGone) this.#writer ??= { effect: "replace", command: "rm" };
  }

  #write({ path, tree }: Output, command: string, effect: Effect): void {
    const resolved = path === undefined ? this.#target : this.#resolve(path);
    if (resolved === undefined || resolved === "" || resolved.startsWith("/dev/")) return;
    const isTarget = this.#isTarget(resolved) || (tree && this.#target.startsWith(`${resolved}/`));
    if (isTarget && effect !== "none") this.#writer ??= { effect, command };
    if (effect === "replace" || effect === "touch") {
      this.#replaced.add(resolved);
    } else if (effect === "in-place" && !this.#isGone(resolved)) {
      if (!isTarget || tree) this.inPlace.push({ path: resolved, tree, command });
    }
  }

  #isGone(path: string): boolean {
    if (this.#replaced.has(path)) return true;
    if (this.#removed.size === 0) return false;
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
      this.#context.budget.spend(end);
      if (this.#removed.has(path.slice(0, end))) return true;
    }
    return false;
  }

  /** A recipe may name its target by an absolute path. */
  #isTarget(path: string): boolean {
    return path === this.#target || (path.startsWith("/") && path.endsWith(`/${this.#target}`));
  }

  /** A path relative to the directory in which make runs; undefined if only the shell knows where it starts. */
  #resolve(word: string): string | undefined {
    if (word.includes(UNKNOWN) || word.startsWith(WILD)) return undefined;
    if (!word.startsWith("/") && this.#dir === undefined) return undefined;
    const whole = word.startsWith("/") ? word : `${this.#dir}/${word}`.replace(/^\//, "");
    this.#context.budget.spend(whole.length);
    const path = normalize(whole);
    return path.length > MAX_PATH ? undefined : path;
  }
}

/** Removes `.`, `..` and repeated slashes. */
function normalize(path: string): string {
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && kept.length > 0 && kept[kept.length - 1] !== "..") kept.pop();
    else kept.push(part);
  }
  return (path.startsWith("/") ? "/" : "") + kept.join("/");
}
