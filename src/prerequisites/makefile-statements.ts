import type { WorkBudget } from "../core/work-budget.ts";
import {
  expandVariables,
  externalVariable,
  hasExternalVariable,
  substituteDefaults,
} from "./make-variables.ts";
import { UNKNOWN, replaceAll } from "./make-words.ts";
import { trim, wordsIn } from "./white-space.ts";

/** Reads the Makefiles that a word of an `include` names. The word may be a glob. */
export type ReadIncluded = (word: string) => readonly string[];

/** A rule whose variables are not expanded yet. */
interface UnexpandedRule {
  readonly text: string;
  readonly recipe: string[];
}

/** The statements of a Makefile and of those that it includes. */
export interface MakefileStatements {
  readonly values: ReadonlyMap<string, string>;
  /** Values of external variables that apply unless the command line sets them: `X ?= value`. */
  readonly defaults: ReadonlyMap<string, string>;
  readonly rules: readonly UnexpandedRule[];
  /** Whether there may be more, in lines or included files that cannot be expanded. */
  readonly mayHaveMore: boolean;
}

/** Steps for a line, beside those for its characters. */
const STEPS_PER_LINE = 40;
const MAX_INCLUDED = 1000;
/** Characters of all included files. */
const MAX_INCLUDED_LENGTH = 8 * 1024 * 1024;
const MAX_DEPTH = 20;
/** To look for the file and read it. */
const STEPS_PER_INCLUDE = 1000;
const ASSIGNMENT =
  /^ *(?:(?:export|override|private) +)*([^ \t-\r:#=+?!]+)[ \t-\r]*(=|:=|::=|:::=|\+=|\?=)[ \t-\r]*(.*)$/;
const DEFINE = /^ *(?:(?:export|override|private) +)*define\b *([^ \t-\r=:+?]*)[ \t-\r]*(\+?)/;
const INCLUDE = /^ *[-s]?include[ \t-\r]+(.*)$/;
const DIRECTIVE =
  /^[ \t-\r]*(?:ifn?eq|ifn?def|else|endif|export|unexport|override|vpath|undefine|load|\$[({](?:info|warning|error)[ \t-\r])/;
/** A line that makes rules of a template: `$(foreach v,a b,$(eval $(call TEMPLATE,$(v))))`. */
const MAKES_RULES = /\$[({]eval[ \t-\r]|^[ \t-\r]*\$[({](?:call|foreach)[ \t-\r]/;
/** Variables that users set on the command line although the Makefile assigns them: `make install PREFIX=/opt`. */
const INSTALL_DIR =
  /(?:^|_)(?:prefix|destdir|inst(?:all)?|(?:bin|sbin|lib|libexec|data|man|include|share|site|conf)_?dir)(?:_|$)/i;
/** Dependency files, which are found by the names of their outputs. */
const DEPENDENCY_FILE = /\.(?:d|dep|deps|P|Po|Plo)$|(?:^|\/)\.depend[^/]*$/;

/**
 * Splits a Makefile into its statements, without running anything. Both branches of a conditional are taken. Rules that
 * `$(eval)` makes are read, too.
 *
 * @throws BudgetExceeded
 */
export function readStatements(
  text: string,
  budget: WorkBudget,
  readIncluded: ReadIncluded,
): MakefileStatements {
  const reader = new StatementReader(budget, readIncluded);
  reader.read(text, 0);
  reader.evaluate();
  return reader;
}

class StatementReader implements MakefileStatements {
  readonly values = new Map<string, string>();
  readonly defaults = new Map<string, string>();
  readonly rules: UnexpandedRule[] = [];
  mayHaveMore = false;
  readonly #budget: WorkBudget;
  readonly #readIncluded: ReadIncluded;
  /** Lines that make rules when they are expanded. */
  readonly #templates: string[] = [];
  #included = 0;
  #includedLength = 0;
  /** Words of `include` whose files were added to the budget. */
  readonly #allowed = new Set<string>();

  constructor(budget: WorkBudget, readIncluded: ReadIncluded) {
    this.#budget = budget;
    this.#readIncluded = readIncluded;
  }

  read(text: string, depth: number): void {
    this.#budget.spend(text.length);
    const lines = text.replace(/\\\r?\n/g, " ").split("\n");
    for (let i = 0; i < lines.length; i += 1) {
      this.#budget.spend(STEPS_PER_LINE);
      const line = withoutReturn(lines[i]);
      const define = line.startsWith("\t") ? null : DEFINE.exec(line);
      if (define !== null) i = this.#define(define[1], define[2], lines, i + 1);
      else if (line.startsWith("\t")) this.rules.at(-1)?.recipe.push(line.slice(1));
      else this.#readLine(withoutComment(line), depth);
    }
  }

  /** Expands the lines that make rules, and reads what they make. */
  evaluate(): void {
    for (let line = this.#templates.shift(); line !== undefined; line = this.#templates.shift()) {
      const made: string[] = [];
      const evaluate = (text: string): void => void made.push(text);
      const left = expandVariables(line, { values: this.values, budget: this.#budget, evaluate });
      for (const text of [...made, left]) this.read(text, 1);
    }
  }

  #readLine(line: string, depth: number): void {
    if (/^[ \t-\r]*$/.test(line)) return;
    const assignment = ASSIGNMENT.exec(line);
    const include = INCLUDE.exec(line);
    if (assignment !== null) {
      const [, name, operator, value] = assignment;
      this.#assign(name, operator, trim(value));
    } else if (MAKES_RULES.test(line)) {
      this.#templates.push(line);
    } else if (include !== null) {
      if (depth < MAX_DEPTH) this.#include(include[1], depth + 1);
      else this.mayHaveMore = true;
    } else if (line.includes(":")) {
      const semicolon = line.indexOf(";");
      const rule = semicolon < 0 ? line : line.slice(0, semicolon);
      this.rules.push({
        text: rule,
        recipe: semicolon < 0 ? [] : [line.slice(semicolon + 1)],
      });
    } else if (/[$\u0001]/.test(line) && !isDirective(line)) {
      this.mayHaveMore = true;
    }
  }

  /** Reads the lines up to `endef` as the value of a variable. Returns the index of that line. */
  #define(name: string, operator: string, lines: readonly string[], from: number): number {
    const body: string[] = [];
    let level = 1;
    let i = from;
    for (; i < lines.length; i += 1) {
      this.#budget.spend(STEPS_PER_LINE);
      const line = withoutReturn(lines[i]);
      if (/^ *define\b/.test(line)) level += 1;
      if (/^ *endef\b/.test(line) && (level -= 1) === 0) break;
      body.push(line);
    }
    const value = body.join("\n");
    const old = this.values.get(name);
    this.values.set(name, operator === "+" && old !== undefined ? `${old}\n${value}` : value);
    return i;
  }

  #include(text: string, depth: number): void {
    const { values } = this;
    const expanded = expandVariables(text, { values, budget: this.#budget, keepGlobs: true });
    for (const word of wordsIn(substituteDefaults(expanded, this.defaults))) {
      if (DEPENDENCY_FILE.test(word)) continue;
      const isUnknown = word.includes(UNKNOWN) || hasExternalVariable(word);
      const isTooMuch =
        this.#included >= MAX_INCLUDED || this.#includedLength > MAX_INCLUDED_LENGTH;
      this.mayHaveMore ||= isUnknown || isTooMuch;
      if (isUnknown) continue;
      if (isTooMuch) return;
      this.#budget.spend(STEPS_PER_INCLUDE);
      for (const included of this.#readIncluded(word)) {
        this.#included += 1;
        this.#includedLength += included.length;
        if (this.#included > MAX_INCLUDED || this.#includedLength > MAX_INCLUDED_LENGTH) {
          this.mayHaveMore = true;
          return;
        }
        // A file that includes itself, or one that is included again and again, is paid for once.
        if (!this.#allowed.has(word)) this.#budget.allow(included.length);
        else this.#budget.spend(included.length);
        this.read(included, depth);
      }
      this.#allowed.add(word);
    }
  }

  #assign(name: string, operator: string, value: string): void {
    const old = this.values.get(name);
    const isInstallDir = INSTALL_DIR.test(name) && value.startsWith("/") && operator !== "+=";
    if (operator === "?=" || isInstallDir) {
      if (old !== undefined) return;
      this.defaults.set(name, value);
      this.values.set(name, externalVariable(name));
      return;
    }
    // A variable that refers to itself would expand forever.
    let plain = value;
    for (const reference of [`$(${name})`, `\${${name}}`])
      if (plain.includes(reference)) plain = replaceAll(plain, reference, old ?? "", this.#budget);
    this.values.set(name, operator === "+=" && old !== undefined ? `${old} ${plain}` : plain);
  }
}

/** Whether a line makes no rules, whatever it expands to. */
export function isDirective(line: string): boolean {
  return DIRECTIVE.test(line);
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function withoutComment(line: string): string {
  for (let at = line.indexOf("#"); at >= 0; at = line.indexOf("#", at + 1))
    if (line[at - 1] !== "\\") return line.slice(0, at);
  return line;
}
