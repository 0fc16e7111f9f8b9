import type { BytePath } from "../core/byte-path.ts";
import type { Sliced } from "../core/slices.ts";
import { WorkBudget } from "../core/work-budget.ts";
import type { BuildRules, RuleInputs } from "./makefile.ts";
import { type Edge, NinjaScope } from "./ninja-scope.ts";

/** A build statement. */
interface Statement {
  readonly line: string;
  /** The indented lines below it. */
  readonly block: string[];
  /** Of the file that it is in. */
  readonly scope: NinjaScope;
}

/** Reads a file that a `build.ninja` includes; undefined if that is not possible. */
export type ReadIncluded = (path: BytePath) => Buffer | undefined;

/** Lines that are parsed in one slice. */
const LINES_PER_SLICE = 5000;
/** Steps for a line, beside those for its characters, and for a path that a lookup returns. */
const STEPS_PER_LINE = 40;
const STEPS_PER_RESULT = 100;
const MAX_INCLUDED = 1000;
/** Bytes of all included files. */
const MAX_INCLUDED_LENGTH = 64 * 1024 * 1024;
const MAX_DEPTH = 20;

/**
 * Parses a `build.ninja` and the files that it includes: each output's explicit and implicit inputs, and its command.
 * Order-only inputs and validations are ignored, as they never make an output stale.
 *
 * The inputs of a statement are parsed when one of its outputs is looked up.
 *
 * @throws BudgetExceeded Lookups may throw it too.
 */
export function* parseBuildNinja(
  bytes: Buffer,
  budget = new WorkBudget(bytes.length),
  readIncluded: ReadIncluded = () => undefined,
): Sliced<BuildRules> {
  const build = new Build(budget, readIncluded);
  yield* build.read(bytes, new NinjaScope(budget), 0);
  return build;
}

/** The build statements of a `build.ninja` and the files that it includes. */
class Build implements BuildRules {
  readonly #budget: WorkBudget;
  readonly #readIncluded: ReadIncluded;
  readonly #edges = new Map<BytePath, Statement>();
  readonly #phony = new Map<BytePath, Statement>();
  #included = 0;
  #includedLength = 0;
  /** The files that are being included, as they are named. */
  readonly #reading = new Set<BytePath>();
  #dependents: ReadonlyMap<BytePath, readonly Edge[]> | undefined;

  constructor(budget: WorkBudget, readIncluded: ReadIncluded) {
    this.#budget = budget;
    this.#readIncluded = readIncluded;
  }

  *read(bytes: Buffer, scope: NinjaScope, depth: number): Sliced<void> {
    let count = 0;
    let block: string[] | undefined;
    for (const line of linesOf(bytes.toString("latin1"), this.#budget)) {
      count += 1;
      if (count % LINES_PER_SLICE === 0) yield;
      if (line.startsWith(" ") || line.startsWith("\t")) {
        block?.push(line);
        continue;
      }
      block = undefined;
      if (line.startsWith("build ")) {
        block = [];
        this.#add({ line, block, scope });
      } else if (line.startsWith("rule ")) {
        block = scope.addRule(line.slice("rule ".length).trim());
      } else if (/^(?:include|subninja) /.test(line)) {
        yield* this.#include(line, scope, depth);
      } else {
        const assignment = /^([\w.-]+) *= *(.*)$/.exec(line);
        if (assignment !== null) scope.assign(assignment[1], assignment[2]);
      }
    }
  }

  inputsOf(output: BytePath): RuleInputs | undefined {
    const statement = this.#edges.get(output);
    if (statement === undefined) return undefined;
    return { prerequisites: this.#inputsOf(statement), complete: true };
  }

  dependentsOf(input: BytePath): readonly BytePath[] {
    this.#dependents ??= invert(new Set([...this.#edges.values(), ...this.#phony.values()]));
    const outputs = (this.#dependents.get(input) ?? []).flatMap((edge) => edge.outputs);
    this.#budget.spend(STEPS_PER_RESULT * outputs.length);
    return outputs;
  }

  commandOf(output: BytePath): string | undefined {
    const statement = this.#edges.get(output);
    return statement?.scope.commandOf(statement.line, statement.block);
  }

  #add(statement: Statement): void {
    const { outputs, rule } = statement.scope.parseHead(statement.line);
    const isPhony = rule === "phony";
    for (const output of outputs) {
      (isPhony ? this.#phony : this.#edges).set(output, statement);
      (isPhony ? this.#edges : this.#phony).delete(output);
    }
  }

  *#include(line: string, scope: NinjaScope, depth: number): Sliced<void> {
    const [keyword, path] = line.split(/ +/, 2);
    this.#included += 1;
    if (this.#included > MAX_INCLUDED || depth > MAX_DEPTH) return;
    const name = scope.expand(path);
    // ninja refuses a file that includes itself.
    if (this.#reading.has(name) || this.#includedLength > MAX_INCLUDED_LENGTH) return;
    const bytes = this.#readIncluded(name);
    if (bytes === undefined) return;
    this.#includedLength += bytes.length;
    this.#budget.allow(bytes.length);
    // The variables and rules of a `subninja` file are its own.
    const inner = keyword === "subninja" ? new NinjaScope(this.#budget, scope) : scope;
    this.#reading.add(name);
    yield* this.read(bytes, inner, depth + 1);
    this.#reading.delete(name);
  }

  /** The inputs of a statement, with phony names replaced by what they stand for. */
  #inputsOf({ line, scope }: Statement): BytePath[] {
    const found: BytePath[] = [];
    const seen = new Set<BytePath>();
    const waiting = scope.parse(line).inputs.toReversed();
    for (let input = waiting.pop(); input !== undefined; input = waiting.pop()) {
      this.#budget.spend(STEPS_PER_RESULT);
      const behind = this.#phony.get(input);
      if (behind === undefined) found.push(input);
      else if (!seen.has(input)) {
        seen.add(input);
        for (const each of behind.scope.parse(behind.line).inputs.toReversed()) waiting.push(each);
      }
    }
    return found;
  }
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

function invert(statements: Iterable<Statement>): Map<BytePath, Edge[]> {
  const dependents = new Map<BytePath, Edge[]>();
  for (const { line, scope } of statements) {
    const edge = scope.parse(line);
    for (const input of edge.inputs) {
      const list = dependents.get(input);
      if (list === undefined) dependents.set(input, [edge]);
      else list.push(edge);
    }
  }
  return dependents;
}
