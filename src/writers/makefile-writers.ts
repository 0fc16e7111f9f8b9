import { nameOf } from "../core/byte-path.ts";
import type { WorkBudget } from "../core/work-budget.ts";
import {
  expandVariables,
  hasExternalVariable,
  patternOf,
  substituteDefaults,
  substituteExternals,
} from "../prerequisites/make-variables.ts";
import { UNKNOWN, stemIn, substituteStem } from "../prerequisites/make-words.ts";
import type { Recipes, RuleWithRecipe } from "../prerequisites/makefile.ts";
import type { PathPattern } from "../prerequisites/path-pattern.ts";
import { editWords } from "../prerequisites/white-space.ts";
import type { WriterOverrides } from "./command.ts";
import { type Counts, InPlaceWrites, isOutside } from "./in-place-writes.ts";
import { COMMAND_ROWS } from "./known-commands.ts";
import { type RecipeEffects, type TargetWriter, readRecipe } from "./recipe.ts";

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
  readonly #inPlaceWrites: InPlaceWrites;

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
    this.#inPlaceWrites = new InPlaceWrites(recipes.budget);
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
   * @param counts Whether a target or written path of the Makefile counts; then, a pattern rule counts only if its first
   *   prerequisite exists. Default: all count.
   */
  writerOf(
    output: string,
    exists: (path: string) => boolean,
    counts?: Counts,
  ): TargetWriter | undefined {
    const inPlace = this.#inPlaceWrites.commandFor(output, counts);
    if (inPlace !== undefined) return { effect: "in-place", command: inPlace };
    const exact = counts?.(output) === false ? undefined : this.#rules.get(output);
    if (exact === undefined) return this.#patternWriterOf(output, exists, counts);
    return combine(exact.map((rule) => this.#read(rule, output).writer));
  }

  /** Whether recipes may write, or rules may make, files outside of the directory in which make runs. */
  get leadsOutside(): boolean {
    return (
      this.#inPlaceWrites.leadOutside ||
      [...this.#rules.keys()].some(isOutside) ||
      this.#patternRules.some(({ target }) => isOutside(target))
    );
  }

  /**
   * What writes a file outside of the directory in which make runs; undefined if no recipe is known to do so. An
   * external variable at the start of a path stands for any directory.
   *
   * @param output Absolute.
   * @param relative The same path, relative to that directory.
   * @param exists As for `writerOf`. A pattern rule counts only if its first prerequisite exists.
   */
  outsideWriterOf(
    output: string,
    relative: string,
    exists: (path: string) => boolean,
  ): TargetWriter | undefined {
    const found = [output, relative].map((path) => this.writerOf(path, exists, isOutside));
    // `cp -r lib $(ROOT)/lib` would count for all directories of this name.
    const variable: Counts = (path, tree) => path.startsWith("\u0002") && tree !== true;
    for (let at = output.indexOf("/"); at >= 0; at = output.indexOf("/", at + 1))
      found.push(this.writerOf(output.slice(at + 1), exists, variable));
    return combine(found);
  }

  #patternWriterOf(
    output: string,
    exists: (path: string) => boolean,
    counts?: Counts,
  ): TargetWriter | undefined {
    const found: PatternRule[] = [];
    const usable: PatternRule[] = [];
    const slash = output.lastIndexOf("/") + 1;
    for (const each of this.#patternRules) {
      if (counts?.(each.target) === false) continue;
      const match = each.pattern.match(each.anywhere ? output.slice(slash) : output);
      if (match === undefined) continue;
      // A rule for everything applies to few files; the others to those that another Makefile makes, too.
      if (each.target !== "%" && counts === undefined) found.push(each);
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
      for (const write of this.#readLines(lines, target).inPlace) this.#inPlaceWrites.add(write);
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
    // A variable that `define` has set may have several lines.
    const lines = recipe.flatMap((line) => expandVariables(line, variables).split("\n"));
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
      budget: this.#budget,
      linkScript: this.#linkScript,
    });
    this.#budget.spend(STEPS_PER_WRITE * effects.inPlace.length);
    return effects;
  }
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
