import { nameOf } from "../core/byte-path.ts";
import type { WorkBudget } from "../core/work-budget.ts";
import {
  UNKNOWN,
  expandVariables,
  hasExternalVariable,
  stemIn,
  substituteDefaults,
  substituteExternals,
  substituteStem,
} from "./make-variables.ts";
import { PathPattern } from "./path-pattern.ts";
import { type InPlaceWrite, MAY_WRITE_IN_PLACE, writesOf } from "./recipe.ts";
import { editWords } from "./white-space.ts";
import { WILD } from "./shell-words.ts";

/** A rule with a recipe. Everything but the recipe is expanded. */
export interface RuleWithRecipe {
  readonly targets: readonly string[];
  readonly prerequisites: readonly string[];
  /** The target pattern of a static pattern rule; undefined for other rules. */
  readonly staticPattern: string | undefined;
  readonly recipe: readonly string[];
}

/** A pattern of files that a recipe writes in place. */
interface PatternWrite {
  readonly pattern: PathPattern;
  /** Whether it is about the last component of a path. */
  readonly anywhere: boolean;
  readonly tree: boolean;
  readonly command: string;
}

/** Linux' PATH_MAX. */
const MAX_PATH = 4096;
/** Steps to set the variables of a target, to parse a character of a recipe, and to find a file that it writes. */
const STEPS_PER_TARGET = 100;
const STEPS_PER_RECIPE_CHARACTER = 10;
const STEPS_PER_WRITE = 200;

/** An index of the files that the recipes of a Makefile write in place. */
export class RecipeIndex {
  readonly #exact = new Map<string, string>();
  readonly #dirs = new Map<string, string>();
  readonly #patterns = new Map<string, PatternWrite>();
  readonly #budget: WorkBudget;

  /**
   * @param defaults Values of external variables that apply unless the command line sets them.
   * @throws BudgetExceeded
   */
  constructor(
    rules: readonly RuleWithRecipe[],
    variables: ReadonlyMap<string, string>,
    defaults: ReadonlyMap<string, string>,
    budget: WorkBudget,
  ) {
    this.#budget = budget;
    const values = new Map(variables);
    const known = { values, budget };
    for (const { targets, prerequisites, staticPattern, recipe } of rules) {
      if (recipe.length === 0) continue;
      for (const [i, target] of targets.entries()) {
        const stem = staticPattern === undefined ? undefined : stemIn(target, staticPattern);
        const inputs = stem === undefined ? prerequisites : substituteStem(prerequisites, stem);
        const length = setAutomatic(
          values,
          target,
          inputs,
          stem ?? (target.includes("%") ? "%" : ""),
        );
        budget.spend(STEPS_PER_TARGET + length);
        const lines = recipe.map((line) => expandVariables(line, known));
        for (const line of lines) budget.spend(line.length);
        if (i === 0 && !lines.some((line) => MAY_WRITE_IN_PLACE.test(line))) break;
        this.#addWrites(lines);
        const withDefaults = lines.map((line) => substituteDefaults(line, defaults));
        if (withDefaults.some((line, n) => line !== lines[n])) this.#addWrites(withDefaults);
      }
    }
  }

  /** The command that writes a file in place; undefined if no recipe is known to do so. */
  commandFor(output: string): string | undefined {
    const exact = this.#exact.get(output);
    if (exact !== undefined) return exact;
    if (this.#dirs.size > 0) {
      for (let end = output.length; end > 0; end = output.lastIndexOf("/", end - 1)) {
        const command = this.#dirs.get(output.slice(0, end));
        if (command !== undefined) return command;
      }
    }
    for (const write of this.#patterns.values()) if (matches(write, output)) return write.command;
    return undefined;
  }

  #addWrites(lines: readonly string[]): void {
    for (const line of lines) this.#budget.spend(STEPS_PER_RECIPE_CHARACTER * line.length);
    const writes = writesOf(lines.map(withoutLongWords));
    this.#budget.spend(STEPS_PER_WRITE * writes.length);
    for (const write of writes) this.#add(write);
  }

  #add({ path, tree, command }: InPlaceWrite): void {
    if (!/[%\u0002\u0004]/.test(path)) {
      const map = tree ? this.#dirs : this.#exact;
      if (!map.has(path)) map.set(path, command);
      return;
    }
    // A path that consists only of variables would match everything.
    if (!/\w/.test(substituteExternals(path))) return;
    const key = `${tree ? "tree" : "file"} ${path}`;
    if (this.#patterns.has(key)) return;
    const parts = path
      .split(/(%|\u0002[\w.-]+\u0003|\u0004)/)
      .filter((part) => part !== "")
      .map((part, i) => {
        if (part === "%") return { stem: true as const };
        const isVariable = part === WILD || hasExternalVariable(part);
        return isVariable ? { variable: `${i}` } : { text: part };
      });
    // A pattern without a slash applies in any directory.
    const anywhere = path.includes("%") && !path.includes("/");
    const pattern = new PathPattern(parts, this.#budget);
    this.#patterns.set(key, { pattern, anywhere, tree, command });
  }
}

function matches({ pattern, anywhere, tree }: PatternWrite, output: string): boolean {
  for (let end = output.length; end > 0; end = tree ? output.lastIndexOf("/", end - 1) : 0) {
    const path = output.slice(0, end);
    if (pattern.match(anywhere ? nameOf(path) : path) !== undefined) return true;
  }
  return false;
}

/** A word that is longer than any path is none. */
function withoutLongWords(line: string): string {
  if (line.length <= MAX_PATH) return line;
  return editWords(line, (word) => (word.length > MAX_PATH ? UNKNOWN : word));
}

/** Sets make's automatic variables: `$@`, `$<`, `$^` and their like. Returns the length of their values. */
function setAutomatic(
  variables: Map<string, string>,
  target: string,
  inputs: readonly string[],
  stem: string,
): number {
  const slash = target.lastIndexOf("/");
  variables.set("@", target);
  variables.set("@D", slash < 0 ? "." : target.slice(0, slash) || "/");
  variables.set("@F", target.slice(slash + 1));
  variables.set("*", stem);
  variables.set("<", inputs[0] ?? "");
  variables.set("<F", nameOf(inputs[0] ?? ""));
  const all = inputs.join(" ");
  for (const name of ["^", "+", "?"]) variables.set(name, all);
  return target.length + all.length;
}
