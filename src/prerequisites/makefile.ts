import type { BytePath } from "../core/byte-path.ts";
import { WorkBudget } from "../core/work-budget.ts";
import {
  expandVariables,
  substituteExternals,
  hasExternalVariable,
  patternOf,
} from "./make-variables.ts";
import { knownWords, stemIn, substituteStem } from "./make-words.ts";
import { type ReadIncluded, isDirective, readStatements } from "./makefile-statements.ts";
import type { PathPattern } from "./path-pattern.ts";
import { isSpaceAt, trim } from "./white-space.ts";

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
  /** The rules with their recipes; only of a Makefile. */
  readonly recipes?: Recipes;
  /** The command that makes an output; only of a `build.ninja`. */
  commandOf?(output: BytePath): string | undefined;
}

/** A rule of a Makefile. Everything but the recipe is expanded. */
export interface RuleWithRecipe {
  readonly targets: readonly string[];
  readonly prerequisites: readonly string[];
  /** The target pattern of a static pattern rule; undefined for other rules. */
  readonly staticPattern: string | undefined;
  /** Whether it lists targets that are no files: `.PHONY: x`. */
  readonly isPhony: boolean;
  /** Whether no target or prerequisite was dropped as unknown. */
  readonly isWhole: boolean;
  readonly recipe: readonly string[];
}

/** All that is needed to expand the recipes of a Makefile. */
export interface Recipes {
  readonly rules: readonly RuleWithRecipe[];
  readonly values: ReadonlyMap<string, string>;
  /** Values of external variables that apply unless the command line sets them. */
  readonly defaults: ReadonlyMap<string, string>;
  /** Whether it may have more rules, in lines or included files that cannot be expanded. */
  readonly mayHaveMore: boolean;
  readonly budget: WorkBudget;
}

interface Pattern {
  readonly target: PathPattern;
  /** A pattern without a slash applies in any directory, which is then prepended to its prerequisites. */
  readonly anywhere: boolean;
  readonly prerequisites: readonly string[];
  readonly complete: boolean;
}

/** The prerequisites of a target, from all its explicit rules. */
interface ExplicitRule {
  readonly prerequisites: string[];
  complete: boolean;
}

/** A rule with its variables expanded. */
interface ParsedRule extends RuleWithRecipe {
  /** Whether it only sets a variable for its targets: `x: VAR = y`. */
  readonly setsVariable: boolean;
  /** Whether no prerequisite was dropped as unknown. */
  readonly complete: boolean;
}

/** Steps for a word, beside those for its characters, and for a prerequisite that a lookup returns. */
const STEPS_PER_WORD = 20;
const STEPS_PER_RESULT = 100;
/** The old form of a pattern rule: `.c.o:`. */
const SUFFIX_RULE = /^(\.[\w+]+)(\.[\w+]+)$/;
/**
 * Parses a Makefile without running it: explicit rules, pattern rules, suffix rules and static pattern rules, with
 * their variables expanded. Recipes are kept as they are.
 *
 * This is an approximation that errs towards too many prerequisites. An external variable (`make
 * CONFIG=release`) may have any value, and both branches of a conditional are taken. If something cannot be expanded, `complete` is false.
 *
 * @throws BudgetExceeded Lookups may throw it too.
 */
export function parseMakefile(
  text: string,
  budget = new WorkBudget(text.length),
  readIncluded: ReadIncluded = () => [],
): BuildRules {
  const statements = readStatements(text, budget, readIncluded);
  const { values, defaults, rules: unexpanded } = statements;
  let { mayHaveMore } = statements;
  const rules = unexpanded.flatMap(({ text: rule, recipe }) => {
    const expanded = expandVariables(rule, { values, budget });
    const found = parseRule(expanded, recipe, budget);
    mayHaveMore ||= found.length === 0 && /[\u0001\u0002]/.test(expanded) && !isDirective(rule);
    return found;
  });
  return {
    ...collectRules(rules, budget),
    recipes: { rules, values, defaults, mayHaveMore, budget },
  };
}

/** `targets: prerequisites` or `targets: pattern: prerequisites`; nothing if it is not a rule. */
function parseRule(text: string, recipe: readonly string[], budget: WorkBudget): ParsedRule[] {
  const [left, ...others] = splitAtColons(text);
  if (others.length === 0) return [];
  const { words, complete } = knownWords(withoutOrderOnly(others[others.length - 1]));
  const suffixes = words.length === 0 ? SUFFIX_RULE.exec(trim(left)) : null;
  if (suffixes !== null) return parseRule(`%${suffixes[2]}: %${suffixes[1]}`, recipe, budget);
  const { words: targets, complete: hasTargets } = knownWords(left);
  budget.spend(text.length + STEPS_PER_WORD * (words.length + targets.length));
  return [
    {
      // Special targets such as .PHONY are not files.
      targets: targets.filter((word) => !/^\.[A-Z_]+$/.test(word)).map(plainPath),
      isPhony: trim(left) === ".PHONY",
      staticPattern: others.length > 1 ? plainPath(trim(others[0])) : undefined,
      prerequisites: words,
      setsVariable: /^[ \t-\r]*[\w.-]+[ \t-\r]*(?:[:+?]?=)/.test(others.join(" ")),
      complete,
      isWhole: complete && hasTargets,
      recipe,
    },
  ];
}

/** The texts between the `:` and `::` that white space follows. */
function splitAtColons(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = text.indexOf(":"); at >= 0; at = text.indexOf(":", at + 1)) {
    const end = text[at + 1] === ":" && isSpaceOrEnd(text, at + 2) ? at + 2 : at + 1;
    if (!isSpaceOrEnd(text, end)) continue;
    parts.push(text.slice(from, at));
    from = end;
    at = end - 1;
  }
  parts.push(text.slice(from));
  return parts;
}

/** What stands before a `|` with white space around it. */
function withoutOrderOnly(text: string): string {
  for (let at = text.indexOf("|"); at >= 0; at = text.indexOf("|", at + 1))
    if (at > 0 && isSpaceAt(text, at - 1) && isSpaceOrEnd(text, at + 1)) return text.slice(0, at);
  return text;
}

function isSpaceOrEnd(text: string, at: number): boolean {
  return at >= text.length || isSpaceAt(text, at);
}

function collectRules(parsed: readonly ParsedRule[], budget: WorkBudget): BuildRules {
  const rules = new Map<string, ExplicitRule>();
  const patterns: Pattern[] = [];
  // make does not look at the time of a file, or of a directory, with the name of a phony target.
  const phony = new Set(parsed.flatMap((rule) => (rule.isPhony ? rule.prerequisites : [])));
  const add = (target: string, prerequisites: readonly string[], complete: boolean): void => {
    const rule = rules.get(target) ?? { prerequisites: [], complete: true };
    rules.set(target, rule);
    budget.spend(STEPS_PER_WORD * (1 + prerequisites.length));
    for (const each of prerequisites) rule.prerequisites.push(each);
    rule.complete &&= complete;
  };
  for (const { targets, prerequisites: listed, staticPattern, setsVariable, complete } of parsed) {
    if (setsVariable) continue;
    // Most variables that nothing sets are empty, as automake's `$(x_DEPENDENCIES)`.
    const files = phony.size === 0 ? listed : listed.filter((word) => !phony.has(word));
    const inputs = files.map((word) => substituteExternals(word)).filter(Boolean);
    for (const target of targets) {
      if (staticPattern !== undefined) {
        const stem = stemIn(target, staticPattern);
        if (stem !== undefined) add(target, substituteStem(inputs, stem), complete);
      } else if (!target.includes("%") && !hasExternalVariable(target)) {
        add(target, inputs, complete);
      } else if (isSpecific(target)) {
        const anywhere = !target.includes("/") && !hasExternalVariable(target);
        const rule = { anywhere, prerequisites: files, complete };
        patterns.push({ target: patternOf(target, budget), ...rule });
      }
    }
  }
  let dependents: ReadonlyMap<string, readonly string[]> | undefined;
  return {
    inputsOf(output) {
      const inputs = inputsOf(output, rules, patterns);
      budget.spend(STEPS_PER_RESULT * (1 + (inputs?.prerequisites.length ?? 0)));
      return inputs;
    },
    dependentsOf(input) {
      dependents ??= invert(rules, budget);
      const found = dependents.get(input) ?? [];
      budget.spend(STEPS_PER_RESULT * (1 + found.length));
      return found;
    },
  };
}

/** The targets that each prerequisite has. */
function invert(
  rules: ReadonlyMap<string, ExplicitRule>,
  budget: WorkBudget,
): Map<string, string[]> {
  const dependents = new Map<string, string[]>();
  for (const [target, { prerequisites }] of rules) {
    budget.spend(STEPS_PER_WORD * prerequisites.length);
    for (const each of prerequisites) {
      const list = dependents.get(plainPath(each));
      if (list === undefined) dependents.set(plainPath(each), [target]);
      else list.push(target);
    }
  }
  return dependents;
}

/** Whether a pattern has `%` or literal text: a target that consists only of variables would match everything. */
function isSpecific(target: string): boolean {
  const literal = substituteExternals(target).replace(/[%/.]/g, "");
  return literal === "" ? target.includes("%") : /\w/.test(literal);
}

function inputsOf(
  output: BytePath,
  rules: ReadonlyMap<string, ExplicitRule>,
  patterns: readonly Pattern[],
): RuleInputs | undefined {
  const rule = rules.get(output);
  const found = rule?.prerequisites.slice() ?? [];
  let known = rule !== undefined;
  let complete = rule?.complete ?? true;
  const slash = output.lastIndexOf("/") + 1;
  for (const pattern of patterns) {
    const match = pattern.target.match(pattern.anywhere ? output.slice(slash) : output);
    if (match === undefined) continue;
    known = true;
    complete &&= pattern.complete;
    const before = pattern.anywhere ? output.slice(0, slash) : "";
    const { stem, variables } = match;
    for (const prerequisite of pattern.prerequisites) {
      const each = substituteExternals(prerequisite, variables);
      if (each === "") continue;
      const isStem = stem !== undefined && each.includes("%");
      found.push(isStem ? before + each.replace("%", () => stem) : each);
    }
  }
  return known ? { prerequisites: found, complete } : undefined;
}

function plainPath(path: string): string {
  return path.replace(/^(?:\.\/+)+/, "");
}
