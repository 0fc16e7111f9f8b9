/** Stands in expanded text for a value that only make can compute. */
export const UNKNOWN = "\u0001";
/**
 * Stands in expanded text for an external variable: one that the Makefile does not define, so that the command
 * line or the environment may set it, as in `make CONFIG=release`.
 */
const EXTERNAL_VARIABLE = /\u0002([\w.-]+)\u0003/g;
const MAX_DEPTH = 12;
const MAX_LENGTH = 1_000_000;

/**
 * Expands make's variables in a text: `$(X)`, `${X}`, `$X`, `$(X:.c=.o)`, and the text functions such as
 * `patsubst`. Anything else, such as `$(shell)`, becomes a word that `knownWords` drops.
 */
export function expandVariables(
  text: string,
  variables: ReadonlyMap<string, string>,
  depth = 0,
): string {
  if (!text.includes("$")) return text;
  if (depth > MAX_DEPTH || text.length > MAX_LENGTH) return UNKNOWN;
  let expanded = "";
  for (let at = 0; at < text.length;) {
    const dollar = text.indexOf("$", at);
    if (dollar < 0 || dollar + 1 >= text.length) return expanded + text.slice(at);
    expanded += text.slice(at, dollar);
    const next = text[dollar + 1];
    if (next === "$") {
      expanded += "$";
      at = dollar + 2;
    } else if (next === "(" || next === "{") {
      const end = closing(text, dollar + 1);
      if (end < 0) return expanded + UNKNOWN;
      expanded += expandReference(text.slice(dollar + 2, end), variables, depth + 1);
      at = end + 1;
    } else {
      expanded += expandReference(next, variables, depth + 1);
      at = dollar + 2;
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

/** Replaces external variables by the groups of a match of `patternOf`; those without a value become empty. */
export function substituteExternals(
  word: string,
  values: Readonly<Record<string, string | undefined>> = {},
): string {
  return word.replace(EXTERNAL_VARIABLE, (_, name: string) => values[groupOf(name)] ?? "");
}

/** Replaces external variables by the Makefile's defaults (`X ?= value`), where it has them. */
export function substituteDefaults(line: string, defaults: ReadonlyMap<string, string>): string {
  return line.replace(EXTERNAL_VARIABLE, (all, name: string) => defaults.get(name) ?? all);
}

/**
 * Compiles a target to a pattern. `%` matches anything and becomes the group `stem`; an external variable
 * matches within one path component, and has the same value wherever it recurs.
 */
export function patternOf(target: string): RegExp {
  const seen = new Set<string>();
  const source = target
    .split(/(%|\u0002[\w.-]+\u0003)/)
    .map((part) => {
      if (part !== "%" && !hasExternalVariable(part))
        return part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
      const group = part === "%" ? "stem" : groupOf(part.slice(1, -1));
      if (seen.has(group)) return `\\k<${group}>`;
      seen.add(group);
      return part === "%" ? "(?<stem>.+)" : `(?<${group}>[^/]*)`;
    })
    .join("");
  return new RegExp(`^${source}$`, "s");
}

function groupOf(name: string): string {
  return `v_${name.replace(/\W/g, (char) => `$${char.charCodeAt(0)}`)}`;
}

/** The words of an expanded text, and whether none had to be dropped as unknown. */
export function knownWords(text: string): { readonly words: string[]; readonly complete: boolean } {
  const all = text.split(/\s+/).filter((word) => word !== "");
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

function expandReference(
  inner: string,
  variables: ReadonlyMap<string, string>,
  depth: number,
): string {
  const call = /^([a-z]+)\s+([^]*)$/.exec(inner);
  if (call !== null)
    return callFunction(call[1], call[2], (text) => expandVariables(text, variables, depth));
  const substitution = /^([^\s:]+):([^=]*)=(.*)$/.exec(inner);
  const name = expandVariables(substitution?.[1] ?? inner, variables, depth);
  const value = variables.get(name);
  if (value === undefined)
    return /^[A-Za-z_.][\w.-]*$/.test(name) ? externalVariable(name) : UNKNOWN;
  const text = expandVariables(value, variables, depth);
  if (substitution === null) return text;
  const [from, to] = [substitution[2], substitution[3]].map((each) =>
    expandVariables(each, variables, depth),
  );
  return from.includes("%") ? mapWords(text, from, to) : mapWords(text, `%${from}`, `%${to}`);
}

function callFunction(name: string, inner: string, expand: (text: string) => string): string {
  const parts = splitArguments(inner);
  switch (name) {
    case "patsubst":
      return parts.length === 3
        ? mapWords(expand(parts[2]), expand(parts[0]).trim(), expand(parts[1]).trim())
        : UNKNOWN;
    case "subst":
      return parts.length === 3
        ? expand(parts[2]).replaceAll(expand(parts[0]) || UNKNOWN, expand(parts[1]))
        : UNKNOWN;
    case "addprefix":
      return parts.length === 2
        ? mapWords(expand(parts[1]), "%", `${expand(parts[0]).trim()}%`)
        : UNKNOWN;
    case "addsuffix":
      return parts.length === 2
        ? mapWords(expand(parts[1]), "%", `%${expand(parts[0]).trim()}`)
        : UNKNOWN;
    case "notdir":
      return expand(inner).replaceAll(/\S*\//g, "");
    case "dir":
      return expand(inner).replaceAll(/\S+/g, (word) => /^.*\//.exec(word)?.[0] ?? "./");
    case "basename":
      return expand(inner).replaceAll(/\.[^\s./]*(?=\s|$)/g, "");
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
  return [...parts, text.slice(from)];
}

function mapWords(text: string, from: string, to: string): string {
  return text
    .split(/\s+/)
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
