import type { BytePath } from "../core/byte-path.ts";
import type { WorkBudget } from "../core/work-budget.ts";

/** The files of a build statement. */
export interface Edge {
  readonly outputs: readonly BytePath[];
  readonly inputs: readonly BytePath[];
}

/** Steps for a line or word, beside those for its characters, and to read a character of a command. */
const STEPS_PER_LINE = 40;
const STEPS_PER_WORD = 20;
const STEPS_PER_COMMAND_CHARACTER = 10;
const WORD = /(?:\$[^]|[^ \t-\r|:$])+|\|\|?|\|@|:/g;
/** How deeply the variables of a rule may refer to each other. */
const MAX_DEPTH = 20;

/** The variables and rules of a ninja file, with which its build statements are parsed. */
export class NinjaScope {
  readonly #budget: WorkBudget;
  readonly #variables = new Map<string, string>();
  readonly #rules = new Map<string, string[]>();
  readonly #outer: NinjaScope | undefined;

  /** @param outer Of the file that includes this one. */
  constructor(budget: WorkBudget, outer?: NinjaScope) {
    this.#budget = budget;
    this.#outer = outer;
  }

  assign(name: string, value: string): void {
    this.#variables.set(name, this.expand(value));
  }

  /** The lines of a rule, to be filled. */
  addRule(name: string): string[] {
    const block: string[] = [];
    this.#rules.set(name, block);
    return block;
  }

  /** The outputs of a statement, and the name of its rule. */
  parseHead(line: string): { readonly outputs: BytePath[]; readonly rule: string } {
    const outputs: BytePath[] = [];
    let isRule = false;
    for (const [word] of line.slice("build ".length).matchAll(WORD)) {
      if (isRule) return { outputs, rule: word };
      isRule = word === ":";
      if (!isRule && !word.startsWith("|")) outputs.push(this.expand(word));
    }
    return { outputs, rule: "" };
  }

  parse(line: string): Edge {
    const outputs: BytePath[] = [];
    const inputs: BytePath[] = [];
    let place: "outputs" | "rule" | "inputs" = "outputs";
    this.#budget.spend(line.length);
    for (const [word] of line.slice("build ".length).matchAll(WORD)) {
      if (word === "|") continue;
      if (word === "||" || word === "|@") break;
      if (place === "rule") place = "inputs";
      else if (place === "inputs") inputs.push(this.expand(word));
      else if (word === ":") place = "rule";
      else outputs.push(this.expand(word));
    }
    return { outputs, inputs };
  }

  /**
   * The command of a statement; undefined if its rule is not known.
   *
   * @param block The indented lines below the statement.
   */
  commandOf(line: string, block: readonly string[]): string | undefined {
    const { rule } = this.parseHead(line);
    const ofRule = this.#ruleOf(rule);
    if (ofRule === undefined) return undefined;
    const rules = assignmentsIn(ofRule, this.#budget);
    const command = rules.get("command");
    if (command === undefined) return undefined;
    const own = assignmentsIn(block, this.#budget);
    const { explicitOutputs, explicitInputs } = this.#explicit(line);
    const valueOf = (name: string, depth: number): string => {
      if (name === "out") return explicitOutputs;
      if (name === "in" || name === "in_newline") return explicitInputs;
      const set = own.get(name);
      if (set !== undefined) return this.expand(set);
      const inherited = depth > MAX_DEPTH ? undefined : rules.get(name);
      if (inherited === undefined) return this.#valueOf(name);
      return this.expand(inherited, (inner) => valueOf(inner, depth + 1));
    };
    const expanded = this.expand(command, (name) => valueOf(name, 0));
    this.#budget.spend(STEPS_PER_COMMAND_CHARACTER * expanded.length);
    return expanded;
  }

  /** The explicit outputs and inputs of a statement, as words of a shell. */
  #explicit(line: string): { explicitOutputs: string; explicitInputs: string } {
    const parts: string[][] = [[], [], []];
    let part = 0;
    let isExplicit = true;
    for (const [word] of line.slice("build ".length).matchAll(WORD)) {
      if (word === ":") {
        part = 1;
        isExplicit = true;
      } else if (word.startsWith("|")) {
        isExplicit = false;
      } else if (isExplicit) {
        parts[part].push(quote(this.expand(word)));
        if (part === 1) part = 2; // the name of the rule
      }
    }
    return { explicitOutputs: parts[0].join(" "), explicitInputs: parts[2].join(" ") };
  }

  #ruleOf(name: string): string[] | undefined {
    const own = this.#rules.get(name);
    return own ?? (this.#outer === undefined ? undefined : this.#outer.#ruleOf(name));
  }

  #valueOf(name: string): string {
    const own = this.#variables.get(name);
    return own ?? (this.#outer === undefined ? "" : this.#outer.#valueOf(name));
  }

  /** Replaces variables and escapes. */
  expand(text: string, valueOf: (name: string) => string = (name) => this.#valueOf(name)): string {
    this.#budget.spend(STEPS_PER_WORD);
    if (!text.includes("$")) return text;
    const parts: string[] = [];
    let end = 0;
    for (const match of text.matchAll(/\$(?:\{([\w.-]+)\}|([\w-]+)|([^]))/g)) {
      const [whole, braced, bare, char] = match;
      const value = char ?? valueOf(braced ?? bare);
      this.#budget.spend(STEPS_PER_WORD + value.length);
      parts.push(text.slice(end, match.index), value);
      end = match.index + whole.length;
    }
    this.#budget.spend(text.length);
    parts.push(text.slice(end));
    return parts.join("");
  }
}

/** The variables that indented lines assign, unexpanded. */
function assignmentsIn(block: readonly string[], budget: WorkBudget): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of block) {
    budget.spend(STEPS_PER_LINE);
    const assignment = /^[ \t]+([\w.-]+) *= *(.*)$/.exec(line);
    if (assignment !== null) values.set(assignment[1], assignment[2]);
  }
  return values;
}

function quote(path: BytePath): string {
  return /^[\w+,./:@-]*$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
