import type { BytePath } from "../core/byte-path.ts";
import {
  expandVariables,
  substituteExternals,
  hasExternalVariable,
  knownWords,
  patternOf,
  externalVariable,
  stemIn,
} from "./make-variables.ts";
import { RecipeIndex, type RuleWithRecipe } from "./recipe-index.ts";

/** The inputs that a rule lists for one output; paths as written there. */
export interface RuleInputs {
  readonly prerequisites: readonly BytePath[];
  /** Whether no prerequisite was dropped as unknown. */
  readonly complete: boolean;
}

/** The rules of a Makefile or `build.ninja`, by path relative to the directory in which the build runs. */
export interface BuildRules {
  /** undefined if no rule makes the output. */
  inputsOf(output: BytePath): RuleInputs | undefined;
  /** The outputs that an explicit rule makes from a file. */
  dependentsOf(input: BytePath): readonly BytePath[];
  /** The command with which a recipe writes an output in place instead of replacing it; Makefiles only. */
  inPlaceCommandOf?(output: BytePath): string | undefined;
}

interface Pattern {
  readonly target: RegExp;
  /** A pattern without a slash applies in any directory, which is then prepended to its prerequisites. */
  readonly anywhere: boolean;
  readonly prerequisites: readonly string[];
  readonly complete: boolean;
}

interface Rule {
  prerequisites: string[];
  complete: boolean;
}

interface RuleLine {
  readonly rule: string;
  readonly recipe: string[];
}

const MAX_LINES = 200_000;
const ASSIGNMENT =
  /^ *(?:(?:export|override|private) +)*([^\s:#=+?!]+)\s*(=|:=|::=|:::=|\+=|\?=)\s*(.*)$/;

/**
 * Parses a Makefile without running it: explicit rules, pattern rules and static pattern rules, with their
 * variables expanded, and the files that recipes write in place.
 *
 * This is an approximation that errs towards too many prerequisites. An external variable (`make
 * CONFIG=release`) may have any value, both branches of a conditional are taken, and included files are not
 * read. If something cannot be expanded, `complete` is false.
 */
export function parseMakefile(text: string): BuildRules {
  const lines = text.replace(/\\\r?\n/g, " ").split(/\r?\n/, MAX_LINES);
  const variables = new Map<string, string>();
  const defaults = new Map<string, string>();
  const ruleLines: RuleLine[] = [];
  let inDefine = false;
  for (const line of lines) {
    if (/^ *define\b/.test(line)) inDefine = true;
    if (!inDefine && line.startsWith("\t")) ruleLines.at(-1)?.recipe.push(line.slice(1));
    if (inDefine || line.startsWith("\t") || /^\s*(?:#|$)/.test(line)) {
      if (/^ *endef\b/.test(line)) inDefine = false;
      continue;
    }
    const plain = line.replace(/(^|[^\\])#.*$/, "$1");
    const assignment = ASSIGNMENT.exec(plain);
    if (assignment !== null) {
      const [, name, operator, value] = assignment;
      if (operator === "?=" && !variables.has(name)) defaults.set(name, value.trim());
      assign(variables, name, operator, value.trim());
    } else if (plain.includes(":")) {
      const [rule, ...recipe] = plain.split(/;(.*)$/, 2);
      ruleLines.push({ rule, recipe });
    }
  }
  const expanded = ruleLines.map(({ rule }) => expandVariables(rule, variables));
  let recipes: RecipeIndex | undefined;
  return {
    ...collectRules(expanded),
    inPlaceCommandOf: (output) => {
      recipes ??= new RecipeIndex(withRecipes(ruleLines, expanded), variables, defaults);
      return recipes.commandFor(output);
    },
  };
}

/** The rules that have recipes. */
function withRecipes(ruleLines: readonly RuleLine[], lines: readonly string[]): RuleWithRecipe[] {
  return ruleLines.flatMap(({ recipe }, i) => {
    const [left, ...others] = lines[i].split(/::?(?=[\s]|$)/);
    if (recipe.length === 0 || others.length === 0) return [];
    const pattern = others.length > 1 ? others[0].trim() : undefined;
    return [
      {
        targets: knownWords(left).words.map(plainPath),
        prerequisites: knownWords(others[others.length - 1].split(/\s\|(?=\s|$)/)[0]).words,
        stemOf: (target: string) => (pattern === undefined ? undefined : stemIn(target, pattern)),
        recipe,
      },
    ];
  });
}

function assign(
  variables: Map<string, string>,
  name: string,
  operator: string,
  value: string,
): void {
  const old = variables.get(name);
  if (operator === "?=") {
    if (old === undefined) variables.set(name, externalVariable(name));
    return;
  }
  // A variable that refers to itself would expand forever.
  const plain = value.replaceAll(`$(${name})`, old ?? "").replaceAll(`\${${name}}`, old ?? "");
  variables.set(name, operator === "+=" && old !== undefined ? `${old} ${plain}` : plain);
}

function collectRules(lines: readonly string[]): BuildRules {
  const rules = new Map<string, Rule>();
  const patterns: Pattern[] = [];
  const dependents = new Map<string, string[]>();
  const add = (target: string, prerequisites: readonly string[], complete: boolean): void => {
    const rule = rules.get(plainPath(target)) ?? { prerequisites: [], complete: true };
    rules.set(plainPath(target), rule);
    rule.prerequisites.push(...prerequisites);
    rule.complete &&= complete;
    for (const each of prerequisites) {
      const list = dependents.get(plainPath(each));
      if (list === undefined) dependents.set(plainPath(each), [target]);
      else list.push(target);
    }
  };
  for (const line of lines) {
    const [left, ...others] = line.split(/::?(?=[\s]|$)/);
    // `x: VAR = y` sets a variable for one target.
    if (others.length === 0 || /^\s*[\w.-]+\s*(?:[:+?]?=)/.test(others.join(" "))) continue;
    const targets = knownWords(left).words.filter((word) => !/^\.[A-Z_]+$/.test(word));
    const { words, complete } = knownWords(others[others.length - 1].split(/\s\|(?=\s|$)/)[0]);
    const staticPattern = others.length > 1 ? others[0].trim() : undefined;
    for (const target of targets) {
      if (staticPattern !== undefined) {
        const stem = stemIn(target, staticPattern);
        if (stem !== undefined)
          add(
            target,
            words.map((word) => substituteExternals(word).replace("%", () => stem)),
            complete,
          );
      } else if (target.includes("%") || hasExternalVariable(target)) {
        const anywhere = !target.includes("/") && !hasExternalVariable(target);
        // A target that consists only of variables would match everything.
        if (
          /[\w%]/.test(
            substituteExternals(target).replace(/[%/.]/g, "") || (target.includes("%") ? "%" : ""),
          )
        )
          patterns.push({
            target: patternOf(plainPath(target)),
            anywhere,
            prerequisites: words,
            complete,
          });
      } else {
        add(
          target,
          words.map((word) => substituteExternals(word)),
          complete,
        );
      }
    }
  }
  return {
    inputsOf: (output) => inputsOf(output, rules, patterns),
    dependentsOf: (input) => dependents.get(input) ?? [],
  };
}

function inputsOf(
  output: BytePath,
  rules: ReadonlyMap<string, Rule>,
  patterns: readonly Pattern[],
): RuleInputs | undefined {
  const rule = rules.get(output);
  const found = [...(rule?.prerequisites ?? [])];
  let known = rule !== undefined;
  let complete = rule?.complete ?? true;
  const slash = output.lastIndexOf("/") + 1;
  for (const pattern of patterns) {
    const groups = pattern.target.exec(pattern.anywhere ? output.slice(slash) : output)?.groups;
    if (groups === undefined) continue;
    known = true;
    complete &&= pattern.complete;
    const before = pattern.anywhere ? output.slice(0, slash) : "";
    for (const each of pattern.prerequisites) {
      const filled = substituteExternals(each, groups);
      if (filled.includes("%") && groups["stem"] !== undefined)
        found.push(before + filled.replace("%", () => groups["stem"]));
      else found.push(filled);
    }
  }
  return known ? { prerequisites: found, complete } : undefined;
}

function plainPath(path: string): string {
  return path.replace(/^(?:\.\/+)+/, "");
}
