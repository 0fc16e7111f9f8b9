import type { BytePath } from "../core/byte-path.ts";
import { WorkBudget } from "../core/work-budget.ts";
import { isSpaceAt, wordsIn } from "./white-space.ts";

/** One rule of a dependency file. */
export interface DepRule {
  readonly targets: readonly BytePath[];
  /** In file order, without order-only prerequisites (those after `|`). */
  readonly prerequisites: readonly BytePath[];
}

const HASH = 35;
const BACKSLASH = 92;
/** Steps for a word, beside those for its characters. */
const STEPS_PER_WORD = 10;

/**
 * Parses a dependency file in make's syntax as gcc, clang, rustc, ghc, automake's depcomp and CMake write it:
 * continuation lines, `\ `, `\#`, `\:` and `$$` in names, several targets, comments. Assignments, recipes and
 * directives are skipped; a truncated file yields the rules before the cut.
 *
 * @throws BudgetExceeded
 */
export function parseDepfile(text: BytePath, budget = new WorkBudget(text.length)): DepRule[] {
  const rules: DepRule[] = [];
  budget.spend(text.length);
  for (const line of text.replace(/\\\r?\n/g, " ").split(/\r?\n/)) {
    if (line.charCodeAt(0) === 9 || /^[ \t-\r]*(?:#|$)/.test(line)) continue;
    const rule = parseRule(line);
    if (rule === undefined) continue;
    rules.push(rule);
    budget.spend(STEPS_PER_WORD * (rule.targets.length + rule.prerequisites.length));
  }
  return rules;
}

function parseRule(line: string): DepRule | undefined {
  const plain = /^([^\\#$:=|]+):([^\\#$:=|]*)$/.exec(line);
  if (plain !== null) return { targets: wordsIn(plain[1]), prerequisites: wordsIn(plain[2]) };
  return parseEscapedRule(line);
}

function parseEscapedRule(line: string): DepRule | undefined {
  const targets: string[] = [];
  const prerequisites: string[] = [];
  let list: string[] | undefined = targets;
  for (const word of splitWords(line)) {
    if (list === targets) {
      if (/^(?::|::|\?|\+|!)?=/.test(word)) return undefined;
      if (word === ":" || word === "::") {
        list = prerequisites;
      } else if (word.endsWith(":") && /[^\\]::?$/.test(word.slice(-3))) {
        targets.push(unescape(word.slice(0, word.endsWith("::") ? -2 : -1)));
        list = prerequisites;
      } else {
        targets.push(unescape(word));
      }
    } else if (word === "|") {
      break;
    } else if (word === ":=" || word === "=") {
      return undefined;
    } else {
      prerequisites.push(unescape(word));
    }
  }
  return list === prerequisites && targets.length > 0 ? { targets, prerequisites } : undefined;
}

/** Splits at unescaped white space; an unescaped `#` starts a comment. Escapes stay in the words. */
function* splitWords(line: string): Generator<string> {
  for (let at = 0; at < line.length && line.charCodeAt(at) !== HASH;) {
    const from = at;
    while (at < line.length && !isSpaceAt(line, at) && line.charCodeAt(at) !== HASH)
      at += line.charCodeAt(at) === BACKSLASH ? 2 : 1;
    if (at > from) yield line.slice(from, at);
    else at += 1;
  }
}

/** Resolves the escapes of gcc and clang: `\ `, `\#`, `\:` (backslashes before them are doubled) and `$$`. */
function unescape(word: string): BytePath {
  const plain = word.includes("\\")
    ? word.replaceAll(/(\\+)([ \t-\r#:]?)/g, (all, slashes: string, char: string) =>
        char === "" ? all : "\\".repeat(slashes.length >> 1) + char,
      )
    : word;
  return plain.includes("$$") ? plain.replaceAll("$$", "$") : plain;
}
