import type { Node } from "./automaton.ts";

const SLASH = 47;
const MAX_LENGTH = 4096;
const MAX_DEPTH = 50;
/** Numbers and letters in all `{1..9}` of a glob. */
const MAX_RANGES = 1000;

const EMPTY: Node = { type: "sequence", items: [] };
const IN_COMPONENT: Node = { type: "char", matches: (code) => code !== SLASH };
const ANYTHING: Node = { type: "repeat", item: { type: "char", matches: () => true } };

/** The fault of a glob, in words that go after its text. */
export class GlobError extends Error {}

/** A part of a glob, and what is around it. */
interface Part {
  readonly from: number;
  readonly to: number;
  /** Whether a path component starts before it, or ends after it. */
  readonly starts: boolean;
  readonly ends: boolean;
  /** How many brackets it is in. */
  readonly depth: number;
}

/**
 * Parses a glob: `*` and `?` within one path component, `**` across components, `[a-z]`, `[!a-z]`, `{a,b}`, `{1..9}`,
 * `?(a|b)`, `@(a|b)`, `*(a|b)`, `+(a|b)`, and a backslash before a character that stands for itself. A bracket without
 * its partner stands for itself too.
 *
 * @param dirItself Whether `a/**` matches `a`.
 * @throws GlobError
 */
export function parseGlob(glob: string, dirItself: boolean): Node {
  if (glob.length > MAX_LENGTH) throw new GlobError(`is longer than ${MAX_LENGTH} characters`);
  return new Parser(glob, dirItself).parse({
    from: 0,
    to: glob.length,
    starts: true,
    ends: true,
    depth: 0,
  });
}

class Parser {
  readonly #glob: string;
  readonly #dirItself: boolean;
  readonly #partners: ReadonlyMap<number, number>;
  #ranges = 0;

  constructor(glob: string, dirItself: boolean) {
    this.#glob = glob;
    this.#dirItself = dirItself;
    this.#partners = partnersIn(glob);
  }

  parse(part: Part): Node {
    if (part.depth > MAX_DEPTH) throw new GlobError("is nested too deeply");
    const items: Node[] = [];
    for (let at = part.from; at < part.to;) at = this.#parseItem(part, at, items);
    return { type: "sequence", items };
  }

  /** Parses what is at an index; the index after it. */
  #parseItem(part: Part, at: number, items: Node[]): number {
    const char = this.#glob[at];
    const next = at + 1 < part.to ? this.#glob[at + 1] : "";
    if (char === "\\" && next !== "") {
      items.push(literal(next));
      return at + 2;
    }
    if (next === "(" && "?@*+!".includes(char)) {
      const close = this.#closing(at + 1, part.to);
      if (close >= 0) {
        items.push(this.#parseChoices(char, { ...part, from: at + 2, to: close }, at, part));
        return close + 1;
      }
    }
    if (char === "*") return this.#parseStars(part, at, items);
    if (char === "?") items.push(IN_COMPONENT);
    else if (char === "[") return this.#parseClass(part, at, items);
    else if (char === "{") return this.#parseBraces(part, at, items);
    else items.push(literal(char));
    return at + 1;
  }

  #parseStars(part: Part, from: number, items: Node[]): number {
    let at = from;
    while (at < part.to && this.#glob[at] === "*") at += 1;
    const next = at < part.to ? this.#glob[at] : "";
    if (at - from !== 2 || !this.#startsAt(part, from) || !this.#endsAt(part, at)) {
      items.push({ type: "repeat", item: IN_COMPONENT });
      return at;
    }
    if (next === "/") {
      // Repeated, `**/` means the same.
      while (this.#glob.startsWith("/**/", at) && at + 4 <= part.to) at += 3;
      if (this.#glob.startsWith("/**", at) && at + 3 === part.to && part.ends)
        return this.#parseStars(part, at + 1, items);
      items.push(optional({ type: "sequence", items: [ANYTHING, literal("/")] }));
      return at + 1;
    }
    const isBelow = this.#dirItself && from - part.from > 1 && this.#glob[from - 1] === "/";
    if (isBelow && items.at(-1)?.type === "char") {
      items.pop();
      items.push(optional({ type: "sequence", items: [literal("/"), ANYTHING] }));
    } else {
      items.push(ANYTHING);
    }
    return at;
  }

  #parseBraces(part: Part, from: number, items: Node[]): number {
    const close = this.#closing(from, part.to);
    const inside = close < 0 ? "" : this.#glob.slice(from + 1, close);
    const range = this.#parseRange(inside);
    const commas = close < 0 ? [] : this.#separators(",", from + 1, close);
    if (range === undefined && commas.length === 0) {
      items.push(literal("{"));
      return from + 1;
    }
    items.push(
      range ?? this.#parseOptions({ ...part, from: from + 1, to: close }, commas, from, part),
    );
    return close + 1;
  }

  /** `@(a|b)` and its like. */
  #parseChoices(kind: string, inside: Part, from: number, outer: Part): Node {
    if (kind === "!") throw new GlobError("has !(, which is not supported");
    const choice = this.#parseOptions(
      inside,
      this.#separators("|", inside.from, inside.to),
      from,
      outer,
    );
    if (kind === "@") return choice;
    if (kind === "?") return optional(choice);
    const repeated: Node = { type: "repeat", item: choice };
    return kind === "*" ? repeated : { type: "sequence", items: [choice, repeated] };
  }

  #parseOptions(inside: Part, separators: readonly number[], from: number, outer: Part): Node {
    const around = {
      starts: this.#startsAt(outer, from),
      ends: this.#endsAt(outer, inside.to + 1),
      depth: outer.depth + 1,
    };
    const edges = [inside.from - 1, ...separators, inside.to];
    const options = edges
      .slice(1)
      .map((to, i) => this.parse({ from: edges[i] + 1, to, ...around }));
    return { type: "choice", options };
  }

  /** `[a-z]`; a bracket without its partner is a literal one. */
  #parseClass(part: Part, from: number, items: Node[]): number {
    const glob = this.#glob;
    const negated = glob[from + 1] === "!" || glob[from + 1] === "^";
    const first = negated ? from + 2 : from + 1;
    const ranges: [number, number][] = [];
    for (let at = first; at < part.to;) {
      if (glob[at] === "]" && at > first) {
        items.push({
          type: "char",
          matches: (code) =>
            code !== SLASH && ranges.some(([low, high]) => code >= low && code <= high) !== negated,
        });
        return at + 1;
      }
      if (glob[at] === "\\" && at + 1 < part.to) at += 1;
      const low = glob.charCodeAt(at);
      const isRange = glob[at + 1] === "-" && at + 2 < part.to && glob[at + 2] !== "]";
      ranges.push([low, isRange ? glob.charCodeAt(at + 2) : low]);
      at += isRange ? 3 : 1;
    }
    items.push(literal("["));
    return from + 1;
  }

  /** `1..9`, `01..10` or `a..f`. */
  #parseRange(inside: string): Node | undefined {
    const [, low, high] = /^(-?\d{1,9}|[a-zA-Z])\.\.(-?\d{1,9}|[a-zA-Z])$/.exec(inside) ?? [];
    if (low === undefined) return undefined;
    const isLetter = /[a-z]/i.test(low);
    if (isLetter !== /[a-z]/i.test(high)) return undefined;
    const [a, b] = [low, high].map((end) => (isLetter ? end.charCodeAt(0) : Number(end)));
    const count = Math.abs(a - b) + 1;
    this.#ranges += count;
    if (this.#ranges > MAX_RANGES)
      throw new GlobError(`has ranges of more than ${MAX_RANGES} alternatives`);
    const width = /^-?0\d/.test(low) || /^-?0\d/.test(high) ? Math.max(low.length, high.length) : 0;
    const options = Array.from({ length: count }, (_, i) => {
      const value = Math.min(a, b) + i;
      return word(isLetter ? String.fromCharCode(value) : padded(value, width));
    });
    return { type: "choice", options };
  }

  #startsAt(part: Part, at: number): boolean {
    return at === part.from ? part.starts : this.#glob[at - 1] === "/";
  }

  #endsAt(part: Part, at: number): boolean {
    return at === part.to ? part.ends : this.#glob[at] === "/";
  }

  /** The index of the bracket that closes the one at `from`; -1 if none does. */
  #closing(from: number, to: number): number {
    const close = this.#partners.get(from) ?? -1;
    return close < to ? close : -1;
  }

  /** The indices of a separator that is in no further brackets. */
  #separators(separator: string, from: number, to: number): number[] {
    const [left, right] = separator === "," ? ["{", "}"] : ["(", ")"];
    const found: number[] = [];
    let level = 0;
    for (let at = from; at < to; at += 1) {
      const char = this.#glob[at];
      if (char === "\\") at += 1;
      else if (char === left) level += 1;
      else if (char === right) level -= 1;
      else if (char === separator && level === 0) found.push(at);
    }
    return found;
  }
}

/** By the index of an opening brace or parenthesis: the index of the one that closes it. */
function partnersIn(glob: string): Map<number, number> {
  const partners = new Map<number, number>();
  const braces: number[] = [];
  const parentheses: number[] = [];
  for (let at = 0; at < glob.length; at += 1) {
    const char = glob[at];
    const open = char === "{" || char === "}" ? braces : parentheses;
    if (char === "\\") at += 1;
    else if (char === "{" || char === "(") open.push(at);
    else if (char === "}" || char === ")") {
      const from = open.pop();
      if (from !== undefined) partners.set(from, at);
    }
  }
  return partners;
}

function padded(value: number, width: number): string {
  const digits = String(Math.abs(value));
  return value < 0 ? `-${digits.padStart(width - 1, "0")}` : digits.padStart(width, "0");
}

function word(text: string): Node {
  return { type: "sequence", items: Array.from(text, literal) };
}

function literal(char: string): Node {
  const code = char.charCodeAt(0);
  return { type: "char", matches: (other) => other === code };
}

function optional(node: Node): Node {
  return { type: "choice", options: [node, EMPTY] };
}
