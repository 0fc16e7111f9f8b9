/** A regular expression over UTF-16 code units, without backreferences. */
export type Node =
  | { readonly type: "char"; readonly matches: (code: number) => boolean }
  | { readonly type: "sequence"; readonly items: readonly Node[] }
  | { readonly type: "choice"; readonly options: readonly Node[] }
  /** Any number of times. */
  | { readonly type: "repeat"; readonly item: Node };

/** Called with a number of steps, each of which takes some nanoseconds. */
export type Spend = (steps: number) => void;

/** Instructions into which an expression may be compiled. */
const MAX_INSTRUCTIONS = 200_000;
/** Cached states; when there are more, the cache starts anew. */
const MAX_STATES = 500;
const ASCII = 128;
/** What it takes to find one of the places of a state, in steps. */
const STEPS_PER_PLACE = 10;

/** `char` reads a code unit and goes on at the next instruction; `split` goes on at both of two places. */
type Instruction =
  | { readonly type: "char"; readonly matches: (code: number) => boolean }
  | { readonly type: "split"; first: number; second: number }
  | { readonly type: "end" };

/** The instructions at which the machine may be after some text. */
interface State {
  readonly at: readonly number[];
  readonly accepts: boolean;
  /** By code unit, as far as known. */
  readonly ascii: (State | undefined)[];
  readonly others: Map<number, State>;
}

/**
 * Matches an expression in time linear in the text, whatever the expression and the text are. `RegExp` backtracks,
 * and takes time exponential in the text for some expressions.
 *
 * The expression is compiled to a nondeterministic machine (https://swtch.com/~rsc/regexp/regexp1.html), whose
 * states are cached while it runs.
 */
export class Automaton {
  readonly #program: Instruction[] = [];
  readonly #spend: Spend | undefined;
  #states = new Map<string, State>();
  #start: State;

  /** @throws RangeError if the expression is too large. */
  constructor(expression: Node, spend?: Spend) {
    this.#spend = spend;
    this.#compile(expression);
    this.#emit({ type: "end" });
    spend?.(this.#program.length);
    this.#start = this.#stateAt([0]);
  }

  /** Whether the expression matches the whole text. */
  matches(text: string): boolean {
    let state = this.#start;
    for (let i = 0; i < text.length && state.at.length > 0; i += 1)
      state = this.#next(state, text.charCodeAt(i));
    return state.accepts;
  }

  /** The lengths of the prefixes of a text that the expression matches, in ascending order. */
  prefixesOf(text: string): number[] {
    const lengths: number[] = [];
    let state = this.#start;
    for (let i = 0; state.at.length > 0; i += 1) {
      if (state.accepts) lengths.push(i);
      if (i === text.length) break;
      state = this.#next(state, text.charCodeAt(i));
    }
    return lengths;
  }

  #next(state: State, code: number): State {
    const known = code < ASCII ? state.ascii[code] : state.others.get(code);
    if (known !== undefined) return known;
    const at = state.at.filter((place) => {
      const instruction = this.#program[place];
      return instruction.type === "char" && instruction.matches(code);
    });
    const next = this.#stateAt(at.map((place) => place + 1));
    if (code < ASCII) state.ascii[code] = next;
    else state.others.set(code, next);
    return next;
  }

  #stateAt(places: readonly number[]): State {
    const at = new Set<number>();
    const waiting = [...places];
    const seen = new Set<number>();
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      if (seen.has(place)) continue;
      seen.add(place);
      const instruction = this.#program[place];
      if (instruction.type === "split") waiting.push(instruction.first, instruction.second);
      else at.add(place);
    }
    this.#spend?.(seen.size * STEPS_PER_PLACE);
    const sorted = [...at].sort((a, b) => a - b);
    const key = sorted.join(" ");
    let state = this.#states.get(key);
    if (state === undefined) {
      const accepts = sorted.some((place) => this.#program[place].type === "end");
      state = { at: sorted, accepts, ascii: [], others: new Map() };
      if (this.#states.size >= MAX_STATES) {
        this.#states = new Map();
        this.#start = { ...this.#start, ascii: [], others: new Map() };
      }
      this.#states.set(key, state);
    }
    return state;
  }

  #compile(node: Node): void {
    switch (node.type) {
      case "char":
        this.#emit({ type: "char", matches: node.matches });
        return;
      case "sequence":
        for (const item of node.items) this.#compile(item);
        return;
      case "choice": {
        const ends: { first: number; second: number }[] = [];
        node.options.forEach((option, i) => {
          const isLast = i === node.options.length - 1;
          const split = isLast ? undefined : this.#emitSplit();
          this.#compile(option);
          if (split === undefined) return;
          ends.push(this.#emitSplit());
          split.second = this.#program.length;
        });
        for (const end of ends) end.first = end.second = this.#program.length;
        return;
      }
      case "repeat": {
        const loop = this.#emitSplit();
        const start = this.#program.length - 1;
        this.#compile(node.item);
        const back = this.#emitSplit();
        back.first = back.second = start;
        loop.second = this.#program.length;
      }
    }
  }

  /** A split that goes on at the next instruction, and at another place that is not known yet. */
  #emitSplit(): { first: number; second: number } {
    const next = this.#program.length + 1;
    const split = { type: "split" as const, first: next, second: next };
    this.#emit(split);
    return split;
  }

  #emit(instruction: Instruction): void {
    if (this.#program.length >= MAX_INSTRUCTIONS) throw new RangeError("it is too long");
    this.#program.push(instruction);
  }
}

/** The expression that matches the same texts read backwards. */
export function reversed(node: Node): Node {
  switch (node.type) {
    case "char":
      return node;
    case "sequence":
      return { type: "sequence", items: node.items.map(reversed).reverse() };
    case "choice":
      return { type: "choice", options: node.options.map(reversed) };
    case "repeat":
      return { type: "repeat", item: reversed(node.item) };
  }
}
