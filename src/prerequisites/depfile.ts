import type { BytePath } from "../core/byte-path.ts";

/** One rule of a dependency file. */
export interface DepRule {
  readonly targets: readonly BytePath[];
  /** In file order, without order-only prerequisites (those after `|`). */
  readonly prerequisites: readonly BytePath[];
}

/** Limit on targets and prerequisites read from one file; compilers write a few thousand. */
const MAX_WORDS = 200_000;

/**
 * Parses a dependency file in make's syntax as gcc, clang, rustc, ghc, automake's depcomp and CMake write it:
 * continuation lines, `\ `, `\#`, `\:` and `$$` in names, several targets, comments. Assignments, recipes and
 * directives are skipped; a truncated file yields the rules before the cut.
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
    if (words > MAX_WORDS) break;
  }
  return rules;
}

function parseRule(line: string): DepRule | undefined {
  const plain = /^([^\\#$:=|]+):([^\\#$:=|]*)$/.exec(line);
  if (plain !== null) return { targets: splitPlain(plain[1]), prerequisites: splitPlain(plain[2]) };
  return parseEscapedRule(line);
}

function splitPlain(text: string): string[] {
  const trimmed = text.trim();
  return trimmed === "" ? [] : trimmed.split(/\s+/);
}

function parseEscapedRule(line: string): DepRule | undefined {
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
  /** As written in the file. */
  readonly raw: string;
  /** With escapes resolved. */
  readonly name: BytePath;
}

/** Splits at unescaped white space; an unescaped `#` starts a comment. */
function splitWords(line: string): Word[] {
  const words: Word[] = [];
  for (const [raw] of line.matchAll(/(?:\\[^]|[^\s\\#]|\\$)+|#/g)) {
    if (raw === "#") break;
    words.push({ raw, name: unescape(raw) });
  }
  return words;
}

/** Resolves the escapes of gcc and clang: `\ `, `\#`, `\:` (backslashes before them are doubled) and `$$`. */
function unescape(raw: string): BytePath {
  if (!/[\\$]/.test(raw)) return raw;
  return raw
    .replace(/(\\+)([\s#:])/g, (_, slashes: string, char: string) => {
      const kept = "\\".repeat(Math.floor(slashes.length / 2));
      return kept + char;
    })
    .replaceAll("$$", "$");
}
