import type { BytePath } from "../core/byte-path.ts";
import {
  expandVariables,
  substituteExternals,
  hasExternalVariable,
  knownWords,
  patternOf,
  externalVariable,
  stemIn,
  substituteStem,
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

/** A rule with its variables expanded. */
interface ParsedRule extends RuleWithRecipe {
  /** Whether it only sets a variable for its targets: `x: VAR = y`. */
  readonly setsVariable: boolean;
  /** Whether no prerequisite was dropped as unknown. */
  readonly complete: boolean;
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
  const unexpanded: { readonly text: string; readonly recipe: string[] }[] = [];
  let inDefine = false;
  for (const line of lines) {
    if (/^ *define\b/.test(line)) inDefine = true;
    if (!inDefine && line.startsWith("\t")) unexpanded.at(-1)?.recipe.push(line.slice(1));
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
      unexpanded.push({ text: rule, recipe });
    }
  }
  const rules = unexpanded.flatMap(({ text: rule, recipe }) =>
    parseRule(expandVariables(rule, variables), recipe),
  );
  let recipes: RecipeIndex | undefined;
  return {
    ...collectRules(rules),
    inPlaceCommandOf: (output) => {
      recipes ??= new RecipeIndex(rules, variables, defaults);
      return recipes.commandFor(output);
    },
  };
}

/** `targets: prerequisites` or `targets: pattern: prerequisites`; nothing if it is not a rule. */
function parseRule(text: string, recipe: readonly string[]): ParsedRule[] {
  const [left, ...others] = text.split(/::?(?=[\s]|$)/);
  if (others.length === 0) return [];
  const { words, complete } = knownWords(others[others.length - 1].split(/\s\|(?=\s|$)/)[0]);
  return [
    {
      // Special targets such as .PHONY are not files.
      targets: knownWords(left)
        .words.filter((word) => !/^\.[A-Z_]+$/.test(word))
        .map(plainPath),
      staticPattern: others.length > 1 ? plainPath(others[0].trim()) : undefined,
      prerequisites: words,
      setsVariable: /^\s*[\w.-]+\s*(?:[:+?]?=)/.test(others.join(" ")),
      complete,
      recipe,
    },
  ];
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

function collectRules(parsed: readonly ParsedRule[]): Omit<BuildRules, "inPlaceCommandOf"> {
  const rules = new Map<string, { prerequisites: string[]; complete: boolean }>();
  const patterns: Pattern[] = [];
  const dependents = new Map<string, string[]>();
  const add = (target: string, prerequisites: readonly string[], complete: boolean): void => {
    const rule = rules.get(target) ?? { prerequisites: [], complete: true };
    rules.set(target, rule);
    rule.prerequisites.push(...prerequisites);
    rule.complete &&= complete;
    for (const each of prerequisites) {
      const list = dependents.get(plainPath(each));
      if (list === undefined) dependents.set(plainPath(each), [target]);
      else list.push(target);
    }
  };
  for (const { targets, prerequisites, staticPattern, setsVariable, complete } of parsed) {
    if (setsVariable) continue;
    const inputs = prerequisites.map((word) => substituteExternals(word));
    for (const target of targets) {
      if (staticPattern !== undefined) {
        const stem = stemIn(target, staticPattern);
        if (stem !== undefined) add(target, substituteStem(inputs, stem), complete);
      } else if (!target.includes("%") && !hasExternalVariable(target)) {
        add(target, inputs, complete);
      } else if (isSpecific(target)) {
        const anywhere = !target.includes("/") && !hasExternalVariable(target);
        patterns.push({ target: patternOf(target), anywhere, prerequisites, complete });
      }
    }
  }
  return {
    inputsOf: (output) => inputsOf(output, rules, patterns),
    dependentsOf: (input) => dependents.get(input) ?? [],
  };
}

/** Whether a pattern has `%` or literal text: a target that consists only of variables would match everything. */
function isSpecific(target: string): boolean {
  const literal = substituteExternals(target).replace(/[%/.]/g, "");
  return literal === "" ? target.includes("%") : /\w/.test(literal);
}

function inputsOf(
  output: BytePath,
  rules: ReadonlyMap<string, RuleInputs>,
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
    const inputs = pattern.prerequisites.map((each) => substituteExternals(each, groups));
    const stem = groups["stem"];
    for (const each of inputs) {
      const isStem = stem !== undefined && each.includes("%");
      found.push(isStem ? before + each.replace("%", () => stem) : each);
    }
  }
  return known ? { prerequisites: found, complete } : undefined;
}

function plainPath(path: string): string {
  return path.replace(/^(?:\.\/+)+/, "");
}
