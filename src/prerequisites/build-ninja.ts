import type { BytePath } from "../core/byte-path.ts";
import type { Sliced } from "../core/slices.ts";
import { WorkBudget } from "../core/work-budget.ts";
import type { BuildRules } from "./makefile.ts";

/** A build statement. */
interface Edge {
  readonly outputs: readonly BytePath[];
  readonly inputs: readonly BytePath[];
}

/** Lines that are parsed in one slice. */
const LINES_PER_SLICE = 5000;
/** Steps for a line or word, beside those for its characters, and for a path that a lookup returns. */
const STEPS_PER_LINE = 40;
const STEPS_PER_WORD = 20;
const STEPS_PER_RESULT = 100;
const WORD = /(?:\$[^]|[^ \t-\r|:$])+|\|\|?|\|@|:/g;

/**
 * Parses the build statements of a `build.ninja`: each output's explicit and implicit inputs. Order-only
 * inputs and validations are ignored, as they never make an output stale. Variables defined at the top level
 * are expanded; those defined in a build statement are not, and `subninja` files are not read.
 *
 * The inputs of a statement are parsed when one of its outputs is looked up.
 *
 * @throws BudgetExceeded Lookups may throw it too.
 */
export function* parseBuildNinja(
  bytes: Buffer,
  budget = new WorkBudget(bytes.length),
): Sliced<BuildRules> {
  const text = bytes.toString("latin1");
  const parser = new Parser(budget);
  const edges = new Map<BytePath, string>();
  const phony = new Map<BytePath, string>();
  let count = 0;
  for (const line of linesOf(text, budget)) {
    count += 1;
    if (count % LINES_PER_SLICE === 0) yield;
    if (line.startsWith("build ")) {
      const { outputs, isPhony } = parser.parseHead(line);
      for (const output of outputs) {
        (isPhony ? phony : edges).set(output, line);
        (isPhony ? edges : phony).delete(output);
      }
    } else if (!line.startsWith(" ")) {
      const assignment = /^([\w.-]+) *= *(.*)$/.exec(line);
      if (assignment !== null) parser.assign(assignment[1], assignment[2]);
    }
  }
  /** The inputs of a statement, with phony names replaced by what they stand for. */
  const inputsOf = (line: string): BytePath[] => {
    const found: BytePath[] = [];
    const seen = new Set<BytePath>();
    const waiting = parser.parse(line).inputs.toReversed();
    for (let input = waiting.pop(); input !== undefined; input = waiting.pop()) {
      budget.spend(STEPS_PER_RESULT);
      const behind = phony.get(input);
      if (behind === undefined) found.push(input);
      else if (!seen.has(input)) {
        seen.add(input);
        for (const each of parser.parse(behind).inputs.toReversed()) waiting.push(each);
      }
    }
    return found;
  };
  let dependents: ReadonlyMap<BytePath, readonly Edge[]> | undefined;
  return {
    inputsOf(output) {
      const line = edges.get(output);
      return line === undefined ? undefined : { prerequisites: inputsOf(line), complete: true };
    },
    dependentsOf(input) {
      dependents ??= invert(new Set([...edges.values(), ...phony.values()]), parser);
      const outputs = (dependents.get(input) ?? []).flatMap((edge) => edge.outputs);
      budget.spend(STEPS_PER_RESULT * outputs.length);
      return outputs;
    },
  };
}

/** The lines of a file; those that end with `$` are joined with the next one. */
function* linesOf(text: string, budget: WorkBudget): Generator<string> {
  const starts: string[] = [];
  for (let from = 0; from < text.length;) {
    const newline = text.indexOf("\n", from);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(from, text[end - 1] === "\r" ? end - 1 : end);
    from = end + 1;
    budget.spend(STEPS_PER_LINE + line.length);
    const plain = starts.length === 0 ? line : line.replace(/^[ \t]+/, "");
    if (endsInside(line)) {
      starts.push(plain.slice(0, -1));
    } else {
      yield starts.length === 0 ? plain : starts.join("") + plain;
      starts.length = 0;
    }
  }
  if (starts.length > 0) yield starts.join("");
}

/** Whether a line ends with a `$` that is not escaped by another one. */
function endsInside(line: string): boolean {
  let dollars = 0;
  while (line[line.length - 1 - dollars] === "$") dollars += 1;
  return dollars % 2 === 1;
}

function invert(lines: Iterable<string>, parser: Parser): Map<BytePath, Edge[]> {
  const dependents = new Map<BytePath, Edge[]>();
  for (const line of lines) {
    const edge = parser.parse(line);
    for (const input of edge.inputs) {
      const list = dependents.get(input);
      if (list === undefined) dependents.set(input, [edge]);
      else list.push(edge);
    }
  }
  return dependents;
}

/** Parses build statements with the variables of their file. */
class Parser {
  readonly #budget: WorkBudget;
  readonly #variables = new Map<string, string>();

  constructor(budget: WorkBudget) {
    this.#budget = budget;
  }

  assign(name: string, value: string): void {
    this.#variables.set(name, this.#unescape(value));
  }

  /** The outputs of a statement, and whether its rule is `phony`. */
  parseHead(line: string): { readonly outputs: BytePath[]; readonly isPhony: boolean } {
    const outputs: BytePath[] = [];
    let rule = false;
    for (const [word] of line.slice("build ".length).matchAll(WORD)) {
      if (rule) return { outputs, isPhony: word === "phony" };
      rule = word === ":";
      if (!rule && !word.startsWith("|")) outputs.push(this.#unescape(word));
    }
    return { outputs, isPhony: false };
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
      else if (place === "inputs") inputs.push(this.#unescape(word));
      else if (word === ":") place = "rule";
      else outputs.push(this.#unescape(word));
    }
    return { outputs, inputs };
  }

  #unescape(text: string): string {
    this.#budget.spend(STEPS_PER_WORD);
    if (!text.includes("$")) return text;
    const parts: string[] = [];
    let end = 0;
    for (const match of text.matchAll(/\$(?:\{([\w.-]+)\}|([\w-]+)|([^]))/g)) {
      const [whole, braced, bare, char] = match;
      const value = char ?? this.#variables.get(braced ?? bare) ?? "";
      this.#budget.spend(STEPS_PER_WORD + value.length);
      parts.push(text.slice(end, match.index), value);
      end = match.index + whole.length;
    }
    this.#budget.spend(text.length);
    parts.push(text.slice(end));
    return parts.join("");
  }
}
