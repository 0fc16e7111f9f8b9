import type { WorkBudget } from "../core/work-budget.ts";
import { UNKNOWN, mapWords, replaceAll, splitArguments } from "./make-words.ts";
import { PathPattern } from "./path-pattern.ts";
import { editWords, trim, wordsIn } from "./white-space.ts";

/**
 * Stands in expanded text for an external variable: one that the Makefile does not define, so that the command
 * line or the environment may set it, as in `make CONFIG=release`.
 */
const EXTERNAL_VARIABLE = /\u0002([\w.-]+)\u0003/g;
/** A prefix of recipe lines that prints something or nothing. */
const ONLY_PRINTS = /^@?(?:(?:echo|printf)\b[^;&|<>`$]*;)?(?: *@)?$|^@?:;?$/;
/** What `variablesLike` has found. It holds as long as no variable is added. */
const LIKE = new WeakMap<
  ReadonlyMap<string, string>,
  { readonly size: number; readonly names: Map<string, readonly string[]> }
>();
const MAX_DEPTH = 12;
const MAX_LENGTH = 1_000_000;
/** Steps to expand a reference, beside those for its characters. */
const STEPS_PER_REFERENCE = 20;

/** The variables of a Makefile, by name, and the budget for expanding them. */
export interface Variables {
  readonly values: ReadonlyMap<string, string>;
  readonly budget: WorkBudget;
  /** Called with the text that `$(eval)` adds to the Makefile. */
  readonly evaluate?: (text: string) => void;
  /** Whether `$(wildcard)` leaves its globs as they are. */
  readonly keepGlobs?: boolean;
}

/**
 * Expands make's variables in a text: `$(X)`, `${X}`, `$X`, `$(X:.c=.o)`, and the text functions such as
 * `patsubst`. Anything else, such as `$(shell)`, becomes a word that `knownWords` drops.
 *
 * @throws BudgetExceeded
 */
export function expandVariables(text: string, variables: Variables, depth = 0): string {
  if (!text.includes("$")) return text;
  if (depth > MAX_DEPTH || text.length > MAX_LENGTH) return UNKNOWN;
  const { budget } = variables;
  let expanded = "";
  for (let at = 0; at < text.length;) {
    const dollar = text.indexOf("$", at);
    if (dollar < 0 || dollar + 1 >= text.length) return expanded + text.slice(at);
    expanded += text.slice(at, dollar);
    const next = text[dollar + 1];
    if (next === "$") {
      expanded += "$";
      at = dollar + 2;
    } else {
      const before = expanded.length;
      const isBracket = next === "(" || next === "{";
      const end = isBracket ? closing(text, dollar + 1) : dollar + 2;
      if (end < 0) return expanded + UNKNOWN;
      const inner = text.slice(isBracket ? dollar + 2 : dollar + 1, end);
      expanded += expandReference(inner, variables, depth + 1);
      budget.spend(STEPS_PER_REFERENCE + inner.length + expanded.length - before);
      at = isBracket ? end + 1 : end;
    }
    if (expanded.length > MAX_LENGTH) return UNKNOWN;
  }
  return expanded;
}

export function externalVariable(name: string): string {
  return `\u0002${name}\u0003`;
}

export function hasExternalVariable(word: string): boolean {
  return word.includes("\u0002");
}

/** The name of the external variable that a word consists of; undefined for any other word. */
export function externalName(word: string): string | undefined {
  return /^\u0002([\w.-]+)\u0003$/.exec(word)?.[1];
}

/** Replaces external variables by their values; those without a value become empty. */
export function substituteExternals(
  word: string,
  values: ReadonlyMap<string, string> = new Map(),
): string {
  if (!hasExternalVariable(word)) return word;
  return word.replace(EXTERNAL_VARIABLE, (_, name: string) => values.get(name) ?? "");
}

/** Replaces external variables by the Makefile's defaults (`X ?= value`), where it has them. */
export function substituteDefaults(line: string, defaults: ReadonlyMap<string, string>): string {
  return line.replace(EXTERNAL_VARIABLE, (all, name: string) => defaults.get(name) ?? all);
}

/**
 * Compiles a target to a pattern.
 *
 * @throws BudgetExceeded
 */
export function patternOf(target: string, budget: WorkBudget): PathPattern {
  const parts = target
    .split(/(%|\u0002[\w.-]+\u0003)/)
    .filter((part) => part !== "")
    .map((part) => {
      if (part === "%") return { stem: true as const };
      return hasExternalVariable(part) ? { variable: part.slice(1, -1) } : { text: part };
    });
  return new PathPattern(parts, budget);
}

function closing(text: string, open: number): number {
  const [left, right] = text[open] === "(" ? ["(", ")"] : ["{", "}"];
  let level = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === left) level += 1;
    if (text[at] === right && (level -= 1) === 0) return at;
  }
  return -1;
}

function expandReference(inner: string, variables: Variables, depth: number): string {
  const call = /^([a-z]+)[ \t-\r]+([^]*)$/.exec(inner);
  if (call !== null) return callFunction(call[1], call[2], variables, depth);
  const substitution = /^([^ \t-\r:]+):([^=]*)=(.*)$/.exec(inner);
  const name = expandVariables(substitution?.[1] ?? inner, variables, depth);
  const value = variables.values.get(name);
  if (value === undefined && hasExternalVariable(name))
    return expandComputed(name, variables, depth);
  if (value === undefined)
    return /^[A-Za-z_.][\w.-]*$/.test(name) ? externalVariable(name) : UNKNOWN;
  const text = expandVariables(value, variables, depth);
  if (substitution === null) return text;
  const [from, to] = [substitution[2], substitution[3]].map((each) =>
    expandVariables(each, variables, depth),
  );
  return from.includes("%")
    ? mapWords(text, from, to, variables.budget)
    : mapWords(text, `%${from}`, `%${to}`, variables.budget);
}

/**
 * The value of a variable whose name depends on external variables, if it does not matter which one is meant: all have
 * the same value or, as in automake's `$(am__v_CC_$(V))`, all only print something.
 */
function expandComputed(name: string, variables: Variables, depth: number): string {
  const found = new Set(
    variablesLike(name, variables).map((each) =>
      trim(expandVariables(variables.values.get(each) ?? "", variables, depth)),
    ),
  );
  if (found.size === 1) return [...found][0];
  return found.size > 0 && [...found].every((text) => ONLY_PRINTS.test(text)) ? "@" : UNKNOWN;
}

/** The variables whose names an expanded name with external variables may mean. */
function variablesLike(name: string, { values, budget }: Variables): readonly string[] {
  let known = LIKE.get(values);
  if (known === undefined || known.size !== values.size)
    LIKE.set(values, (known = { size: values.size, names: new Map() }));
  let names = known.names.get(name);
  if (names === undefined) {
    budget.spend(STEPS_PER_REFERENCE * values.size);
    const parts = name.split(EXTERNAL_VARIABLE);
    const literals = parts
      .filter((_, i) => i % 2 === 0)
      .map((part) => part.replace(/[^\w-]/g, "\\$&"));
    const pattern = new RegExp(`^${literals.join(".*")}$`);
    known.names.set(name, (names = [...values.keys()].filter((each) => pattern.test(each))));
  }
  return names;
}

function callFunction(name: string, inner: string, variables: Variables, depth: number): string {
  const { budget } = variables;
  const expand = (text: string): string => expandVariables(text, variables, depth);
  const parts = splitArguments(inner);
  switch (name) {
    case "patsubst":
      return parts.length === 3
        ? mapWords(expand(parts[2]), trim(expand(parts[0])), trim(expand(parts[1])), budget)
        : UNKNOWN;
    case "subst":
      return parts.length === 3
        ? replaceAll(expand(parts[2]), expand(parts[0]) || UNKNOWN, expand(parts[1]), budget)
        : UNKNOWN;
    case "addprefix":
      return parts.length === 2
        ? mapWords(expand(parts[1]), "%", `${trim(expand(parts[0]))}%`, budget)
        : UNKNOWN;
    case "addsuffix":
      return parts.length === 2
        ? mapWords(expand(parts[1]), "%", `%${trim(expand(parts[0]))}`, budget)
        : UNKNOWN;
    case "notdir":
      return editWords(expand(inner), (word) => word.slice(word.lastIndexOf("/") + 1));
    case "dir":
      return editWords(expand(inner), (word) => word.slice(0, word.lastIndexOf("/") + 1) || "./");
    case "basename":
      return editWords(expand(inner), (word) => {
        const dot = word.lastIndexOf(".");
        return dot > word.lastIndexOf("/") ? word.slice(0, dot) : word;
      });
    case "strip":
    case "sort":
      return expand(inner);
    case "wildcard": {
      // A path without a glob counts if it exists, which is looked up later.
      const paths = expand(inner);
      return variables.keepGlobs === true || !/[*?[]/.test(paths) ? paths : UNKNOWN;
    }
    case "call":
      return callVariable(trim(expand(parts[0])), parts.slice(1).map(expand), variables, depth);
    case "foreach":
      return parts.length < 3
        ? UNKNOWN
        : forEach(
            trim(expand(parts[0])),
            expand(parts[1]),
            parts.slice(2).join(","),
            variables,
            depth,
          );
    case "eval":
      variables.evaluate?.(expand(inner));
      return "";
    case "info":
    case "warning":
      return "";
    default:
      return UNKNOWN;
  }
}

/** `$(call name,a,b)`: the value of a variable with `$(1)`, `$(2)` … replaced. */
function callVariable(
  name: string,
  values: readonly string[],
  variables: Variables,
  depth: number,
): string {
  const template = variables.values.get(name);
  if (template === undefined) return UNKNOWN;
  return expandWith(
    template,
    /^[1-9]$/,
    (digit) => values[Number(digit) - 1] ?? "",
    variables,
    depth,
  );
}

/** `$(foreach name,list,text)`. */
function forEach(
  name: string,
  list: string,
  text: string,
  variables: Variables,
  depth: number,
): string {
  const isName = new RegExp(`^${name.replace(/[^\w-]/g, "\\$&")}$`);
  const words = wordsIn(list).map((word) =>
    word.includes(UNKNOWN) ? externalVariable(name) : word,
  );
  return [...new Set(words)]
    .map((word) => expandWith(text, isName, () => word, variables, depth))
    .join(" ");
}

/** Expands a text in which some references have values of their own. */
function expandWith(
  text: string,
  isOwn: RegExp,
  valueOf: (name: string) => string,
  variables: Variables,
  depth: number,
): string {
  const { budget } = variables;
  budget.spend(STEPS_PER_REFERENCE + text.length);
  const replaced = text.replace(
    /\$(?:\$|\(([\w.-]+)\)|\{([\w.-]+)\}|(\w))/g,
    (all, round?: string, curly?: string, single?: string) => {
      const own = round ?? curly ?? single;
      if (own === undefined || !isOwn.test(own)) return all;
      const value = valueOf(own);
      budget.spend(STEPS_PER_REFERENCE + value.length);
      return replaceAll(value, "$", "$$", budget);
    },
  );
  return expandVariables(replaced, variables, depth);
}
