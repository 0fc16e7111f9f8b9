import type { WorkBudget } from "../core/work-budget.ts";
import { PathPattern } from "./path-pattern.ts";
import { editWords, trim, wordsIn } from "./white-space.ts";

/** Stands in expanded text for a value that only make can compute. */
export const UNKNOWN = "\u0001";
/**
 * Stands in expanded text for an external variable: one that the Makefile does not define, so that the command
 * line or the environment may set it, as in `make CONFIG=release`.
 */
const EXTERNAL_VARIABLE = /\u0002([\w.-]+)\u0003/g;
const MAX_DEPTH = 12;
const MAX_LENGTH = 1_000_000;
/** Steps to expand a reference, and to edit a word, beside those for the characters. */
const STEPS_PER_REFERENCE = 20;
const STEPS_PER_WORD = 10;

/** The variables of a Makefile, by name, and the budget for expanding them. */
export interface Variables {
  readonly values: ReadonlyMap<string, string>;
  readonly budget: WorkBudget;
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

/** The words of an expanded text, and whether none had to be dropped as unknown. */
export function knownWords(text: string): { readonly words: string[]; readonly complete: boolean } {
  const all = wordsIn(text);
  const words = all.filter((word) => !word.includes(UNKNOWN));
  return { words, complete: words.length === all.length };
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
    case "info":
    case "warning":
    case "eval":
      return "";
    default:
      return UNKNOWN;
  }
}

/** Replaces a text wherever it occurs. The budget is charged before, as the result may be too long for a string. */
export function replaceAll(text: string, from: string, to: string, budget: WorkBudget): string {
  const parts = text.split(from);
  budget.spend(text.length + parts.length * (STEPS_PER_WORD + to.length));
  return parts.join(to);
}

function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let level = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "(" || text[at] === "{") level += 1;
    else if (text[at] === ")" || text[at] === "}") level -= 1;
    else if (text[at] === "," && level === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

function mapWords(text: string, from: string, to: string, budget: WorkBudget): string {
  const words = wordsIn(text);
  budget.spend(text.length + words.length * (STEPS_PER_WORD + from.length + to.length));
  return words
    .map((word) => {
      const stem = stemIn(word, from);
      return stem === undefined ? word : to.replace("%", () => stem);
    })
    .join(" ");
}

/** Replaces the first `%` of each word. */
export function substituteStem(words: readonly string[], stem: string): string[] {
  return words.map((word) => word.replace("%", () => stem));
}

/** The part of a word that a pattern's `%` matches; undefined if the word does not match. */
export function stemIn(word: string, pattern: string): string | undefined {
  const percent = pattern.indexOf("%");
  if (percent < 0) return word === pattern ? "" : undefined;
  const [before, after] = [pattern.slice(0, percent), pattern.slice(percent + 1)];
  if (
    word.length < before.length + after.length ||
    !word.startsWith(before) ||
    !word.endsWith(after)
  )
    return undefined;
  return word.slice(before.length, word.length - after.length);
}
