import { nameOf } from "../core/byte-path.ts";
import type { WorkBudget } from "../core/work-budget.ts";
import {
  UNKNOWN,
  expandVariables,
  hasExternalVariable,
  patternOf,
  stemIn,
  substituteDefaults,
  substituteExternals,
  substituteStem,
} from "../prerequisites/make-variables.ts";
import type { Recipes, RuleWithRecipe } from "../prerequisites/makefile.ts";
import { PathPattern } from "../prerequisites/path-pattern.ts";
import { editWords } from "../prerequisites/white-space.ts";
import type { WriterOverrides } from "./command.ts";
import { COMMAND_ROWS } from "./known-commands.ts";
import { type InPlaceWrite, type RecipeEffects, type TargetWriter, readRecipe } from "./recipe.ts";
import { WILD } from "./shell-words.ts";

/** A pattern of files that a recipe writes in place. */
interface PatternWrite {
  readonly pattern: PathPattern;
  /** Whether it is about the last component of a path. */
  readonly anywhere: boolean;
  readonly tree: boolean;
  readonly command: string;
}

/** A rule whose target has `%` or an external variable. */
interface PatternRule {
  readonly rule: RuleWithRecipe;
  readonly target: string;
  readonly pattern: PathPattern;
  /** A pattern without a slash applies in any directory. */
  readonly anywhere: boolean;
  /** null: not known yet. */
  writer: TargetWriter | undefined | null;
}

/** Linux' PATH_MAX. */
const MAX_PATH = 4096;
/** Steps to set the variables of a target, to parse a character of a recipe, and to find a file that it writes. */
const STEPS_PER_TARGET = 100;
const STEPS_PER_RECIPE_CHARACTER = 10;
const STEPS_PER_WRITE = 200;

/** Matches recipes that may write in place to other files than their target; the others need not be read for that. */
const MAY_WRITE_IN_PLACE = mayWriteInPlace();
/** From the most dangerous on. */
const PRECEDENCE = ["in-place", "unknown", "touch", "replace"] as const;

/**
 * What the recipes of a Makefile do to files. Paths are relative to the directory of the Makefile.
 *
 * @throws BudgetExceeded The constructor and the lookups may throw it.
 */
export class MakefileWriters {
  readonly #recipes: Recipes;
  readonly #overrides: WriterOverrides;
  readonly #linkScript: () => readonly string[];
  readonly #budget: WorkBudget;
  /** Those of the Makefile, and make's automatic variables. */
  readonly #values: Map<string, string>;
  readonly #rules = new Map<string, RuleWithRecipe[]>();
  readonly #patternRules: PatternRule[] = [];
  /** Files, directories and patterns that the recipes of other targets write in place. */
  readonly #files = new Map<string, string>();
  readonly #dirs = new Map<string, string>();
  readonly #patterns = new Map<string, PatternWrite>();

  /** @param linkScript The lines of CMake's `link.txt` for the target that the Makefile builds. */
  constructor(
    recipes: Recipes,
    overrides: WriterOverrides,
    linkScript: () => readonly string[] = () => [],
  ) {
    this.#recipes = recipes;
    this.#overrides = overrides;
    this.#linkScript = linkScript;
    this.#budget = recipes.budget;
    this.#values = new Map(recipes.values);
    for (const rule of recipes.rules) {
      if (rule.recipe.length === 0) continue;
      for (const target of rule.targets) this.#addTarget(rule, target);
      this.#addInPlaceWrites(rule);
    }
  }

  /**
   * What writes a file; undefined if no recipe is known to do so.
   *
   * @param exists Whether a path exists. Of several pattern rules, make uses one whose prerequisites exist.
   */
  writerOf(output: string, exists: (path: string) => boolean): TargetWriter | undefined {
    const inPlace = this.#inPlaceCommandFor(output);
    if (inPlace !== undefined) return { effect: "in-place", command: inPlace };
    const exact = this.#rules.get(output);
    if (exact === undefined) return this.#patternWriterOf(output, exists);
    return combine(exact.map((rule) => this.#read(rule, output).writer));
  }

  #patternWriterOf(output: string, exists: (path: string) => boolean): TargetWriter | undefined {
    const found: PatternRule[] = [];
    const usable: PatternRule[] = [];
    const slash = output.lastIndexOf("/") + 1;
    for (const each of this.#patternRules) {
      const match = each.pattern.match(each.anywhere ? output.slice(slash) : output);
      if (match === undefined) continue;
      // A rule for everything applies to few files; the others to those that another Makefile makes, too.
      if (each.target !== "%") found.push(each);
      const [first] = each.rule.prerequisites;
      if (first === undefined) continue;
      const input = substituteExternals(first, match.variables);
      const before = each.anywhere ? output.slice(0, slash) : "";
      if (exists(input.includes("%") ? before + input.replace("%", () => match.stem ?? "") : input))
        usable.push(each);
    }
    return combine(
      (usable.length > 0 ? usable : found).map((each) => {
        if (each.writer === null) each.writer = this.#read(each.rule, each.target).writer;
        return each.writer;
      }),
    );
  }

  #addTarget(rule: RuleWithRecipe, target: string): void {
    if (!target.includes("%") && !hasExternalVariable(target)) {
      const known = this.#rules.get(target);
      if (known === undefined) this.#rules.set(target, [rule]);
      else known.push(rule);
    } else if (/\w/.test(substituteExternals(target)) || target === "%") {
      const anywhere = !target.includes("/") && !hasExternalVariable(target);
      const pattern = patternOf(target, this.#budget);
      this.#patternRules.push({ rule, target, pattern, anywhere, writer: null });
    }
  }

  #addInPlaceWrites(rule: RuleWithRecipe): void {
    for (const [i, target] of rule.targets.entries()) {
      const lines = this.#expand(rule, target);
      if (i === 0 && !lines.some((line) => MAY_WRITE_IN_PLACE.test(line))) return;
      for (const write of this.#readLines(lines, target).inPlace) this.#addInPlace(write);
    }
  }

  #read(rule: RuleWithRecipe, target: string): RecipeEffects {
    return this.#readLines(this.#expand(rule, target), target);
  }

  /** The lines of a recipe for one of its targets. */
  #expand(
    { prerequisites, staticPattern, recipe }: RuleWithRecipe,
    target: string,
  ): readonly string[] {
    const stem = staticPattern === undefined ? undefined : stemIn(target, staticPattern);
    const inputs = stem === undefined ? prerequisites : substituteStem(prerequisites, stem);
    const own = stem ?? (target.includes("%") ? "%" : "");
    this.#budget.spend(STEPS_PER_TARGET + setAutomatic(this.#values, target, inputs, own));
    const variables = { values: this.#values, budget: this.#budget };
    const lines = recipe.map((line) => expandVariables(line, variables));
    for (const line of lines) this.#budget.spend(line.length);
    return lines;
  }

  /** The effects with and without the defaults of external variables. */
  #readLines(lines: readonly string[], target: string): RecipeEffects {
    const { defaults } = this.#recipes;
    const plain = this.#effectsOf(lines, target);
    const withDefaults = lines.map((line) => substituteDefaults(line, defaults));
    if (withDefaults.every((line, n) => line === lines[n])) return plain;
    const others = this.#effectsOf(withDefaults, substituteDefaults(target, defaults));
    return {
      inPlace: [...plain.inPlace, ...others.inPlace],
      writer: combine([plain.writer, others.writer]),
    };
  }

  #effectsOf(lines: readonly string[], target: string): RecipeEffects {
    for (const line of lines) this.#budget.spend(STEPS_PER_RECIPE_CHARACTER * line.length);
    const effects = readRecipe(lines.map(withoutLongWords), {
      target,
      overrides: this.#overrides,
      linkScript: this.#linkScript,
    });
    this.#budget.spend(STEPS_PER_WRITE * effects.inPlace.length);
    return effects;
  }

  #inPlaceCommandFor(output: string): string | undefined {
    const exact = this.#files.get(output);
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

  #addInPlace({ path, tree, command }: InPlaceWrite): void {
    if (!/[%\u0002\u0004]/.test(path)) {
      const map = tree ? this.#dirs : this.#files;
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

/** The most dangerous of several possible writers. */
function combine(writers: readonly (TargetWriter | undefined)[]): TargetWriter | undefined {
  for (const effect of PRECEDENCE) {
    const found = writers.find((writer) => writer?.effect === effect);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A word that is longer than any path is none. */
export function withoutLongWords(line: string): string {
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
  const [first = ""] = inputs;
  const all = inputs.join(" ");
  variables.set("@", target);
  variables.set("@D", dirIn(target));
  variables.set("@F", nameOf(target));
  variables.set("*", stem);
  variables.set("*F", nameOf(stem));
  variables.set("<", first);
  variables.set("<D", dirIn(first));
  variables.set("<F", nameOf(first));
  for (const name of ["^", "+", "?"]) variables.set(name, all);
  return target.length + all.length;
}

function dirIn(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : path.slice(0, slash) || "/";
}

function mayWriteInPlace(): RegExp {
  const commands: string[] = [];
  for (const [command, rows] of COMMAND_ROWS) {
    // Compilers write in place only to files that are no artifacts.
    const isCompiler = rows.some(({ effect, place }) => effect === "replace" && place === "-o");
    const writes = rows.some(({ effect, place }) => effect === "in-place" && place !== "target");
    if (writes && (!isCompiler || command === "strip")) commands.push(command);
  }
  const names = commands.map((name) => name.replaceAll("+", "\\+")).join("|");
  return new RegExp(
    `(?:^|[^\\w.])(?:${names})(?![\\w.])|mold|>|\\u0002(?:${names.toUpperCase()})\\u0003`,
  );
}
