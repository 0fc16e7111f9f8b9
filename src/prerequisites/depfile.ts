import type { BytePath } from "../core/byte-path.ts";

/** One rule of a dependency file: what is made, and from what. */
export interface DepRule {
  readonly targets: readonly BytePath[];
  /** In the order of the file; order-only ones (after `|`) are left out. */
  readonly prerequisites: readonly BytePath[];
}

/** Words of one file that are looked at: a compiler's file has some thousands. */
const MOST_WORDS = 200_000;

/**
 * The rules of a dependency file in make's syntax, as gcc, clang, rustc, ghc, automake's depcomp and
 * CMake write them: continued lines, `\ `, `\#`, `\:` and `$$` in names, several targets, comments.
 * What is no rule (assignments, recipes, directives) is passed over; a file cut off in the middle gives
 * what it has.
 */
export function parseDepfile(text: BytePath): DepRule[] {
  const rules: DepRule[] = [];
  let words = 0;
  for (const line of text.replace(/\\\r?\n/g, " ").split(/\r?\n/)) {
    if (line.charCodeAt(0) === 9 || /^\s*(?:#|$)/.test(line)) continue;
    const rule = parseRule(line);
    if (rule === undefined) continue;
    rules.push(rule);
    words += rule.targets.length + rule.prerequisites.length;
    if (words > MOST_WORDS) break;
  }
  return rules;
}

function parseRule(line: string): DepRule | undefined {
  const plain = /^([^\\#$:=|]+):([^\\#$:=|]*)$/.exec(line);
  if (plain !== null) return { targets: wordsOf(plain[1]), prerequisites: wordsOf(plain[2]) };
  return parseOddRule(line);
}

/** Without escapes and other marks. */
function wordsOf(text: string): string[] {
  const trimmed = text.trim();
  return trimmed === "" ? [] : trimmed.split(/\s+/);
}

function parseOddRule(line: string): DepRule | undefined {
  const targets: string[] = [];
  const prerequisites: string[] = [];
  let list: string[] | undefined = targets;
  for (const word of splitWords(line)) {
    if (list === targets) {
      if (/^(?::|::|\?|\+|!)?=/.test(word.raw)) return undefined;
      const { raw, name } = word;
      if (raw === ":" || raw === "::") {
        list = prerequisites;
      } else if (/[^\\]::?$/.test(raw)) {
        targets.push(name.replace(/::?$/, ""));
        list = prerequisites;
      } else {
        targets.push(name);
      }
    } else if (word.raw === "|") {
      break;
    } else if (word.raw === ":=" || word.raw === "=") {
      return undefined;
    } else {
      prerequisites.push(word.name);
    }
  }
  return list === prerequisites && targets.length > 0 ? { targets, prerequisites } : undefined;
}

interface Word {
  /** As it stands in the file. */
  readonly raw: string;
  readonly name: BytePath;
}

/** Words are separated by blanks that no odd number of backslashes stands before. `#` ends the line. */
function splitWords(line: string): Word[] {
  const words: Word[] = [];
  for (const [raw] of line.matchAll(/(?:\\[^]|[^\s\\#]|\\$)+|#/g)) {
    if (raw === "#") break;
    words.push({ raw, name: unescape(raw) });
  }
  return words;
}

/** gcc's and clang's escapes: a backslash before a blank, `#` or `:` (doubled before those), `$$`. */
function unescape(raw: string): BytePath {
  if (!/[\\$]/.test(raw)) return raw;
  return raw
    .replace(/(\\+)([\s#:])/g, (_, slashes: string, char: string) => {
      const kept = "\\".repeat(Math.floor(slashes.length / 2));
      return kept + char;
    })
    .replaceAll("$$", "$");
}
