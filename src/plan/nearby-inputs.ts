import { kindByName } from "../artifacts/kinds.ts";
import { type BytePath, dirOf, join } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Classification } from "../core/model.ts";

/** What is made from what: every rank from the lower ones. */
const RANKS = new Map<number, number>(
  [
    [
      "object",
      "assembler-object",
      "windows-object",
      "rust-library",
      "ocaml-object",
      "llvm-bitcode",
    ],
    ["static-library", "windows-library", "ocaml-library"],
    ["shared-library", "dll"],
    ["executable"],
  ].flatMap((names, rank) => names.map((name): [number, number] => [kindByName(name), rank])),
);
const NOTHING: Scope = { times: [], newest: [] };

/** Inputs ordered by their own time, with the newest planned time, and whose it is, up to each. */
interface Scope {
  readonly times: readonly bigint[];
  readonly newest: readonly { readonly time: bigint; readonly file: number }[];
}

/** The rank of a kind: products of a higher one are linked from those of lower ones. */
export function productRank(kind: number): number {
  return RANKS.get(kind) ?? 0;
}

/**
 * What a library or program may have been linked from. No build leaves notes of that, so every object file
 * and library counts that was there before it: in its directory and below; for a product of a named variant,
 * of the same variant in the nearest directory above it that holds any.
 *
 * Rather too much than too little: a product whose time went below that of one of its objects is linked
 * anew by every build.
 */
export class NearbyInputs {
  readonly #files: FileTable;
  readonly #classification: Classification;
  readonly #plannedTime: (file: number) => bigint;
  readonly #scopes = new Map<string, Scope>();
  #dirs:
    | { readonly numbers: ReadonlyMap<BytePath, number>; readonly firstRows: Uint32Array }
    | undefined;

  /** @param plannedTime The time that a file of a lower rank will carry. */
  constructor(
    files: FileTable,
    classification: Classification,
    plannedTime: (file: number) => bigint,
  ) {
    this.#files = files;
    this.#classification = classification;
    this.#plannedTime = plannedTime;
  }

  /** The newest of the inputs that a product may have; undefined where there are none. */
  newestOf(product: number): { readonly time: bigint; readonly file: number } | undefined {
    const { kind, dir, mtime } = this.#files.columns;
    const rank = productRank(kind[product]);
    if (rank === 0) return undefined;
    const { times, newest } = this.#scopeOf(
      dir[product],
      this.#classification.variant[product],
      rank,
    );
    const count = countUpTo(times, mtime[product]);
    return count === 0 ? undefined : newest[count - 1];
  }

  #scopeOf(dir: number, variant: number, rank: number): Scope {
    const named = this.#classification.variants[variant] !== "";
    let path = this.#files.dirPath(dir);
    for (;;) {
      const scope = this.#cachedScope(path, named ? variant : -1, rank);
      const above = dirOf(path);
      if (scope !== NOTHING || !named || above === path || !this.#dirNumbers().numbers.has(above))
        return scope;
      path = above;
    }
  }

  #cachedScope(path: BytePath, variant: number, rank: number): Scope {
    const key = `${rank} ${variant} ${path}`;
    let scope = this.#scopes.get(key);
    if (scope === undefined) this.#scopes.set(key, (scope = this.#makeScope(path, variant, rank)));
    return scope;
  }

  #makeScope(path: BytePath, variant: number, rank: number): Scope {
    const { kind, mtime } = this.#files.columns;
    const [from, to] = this.#rowsBelow(path);
    const inputs: number[] = [];
    let hasObjects = false;
    for (let file = from; file < to; file += 1) {
      const own = RANKS.get(kind[file]);
      if (own === undefined || own >= rank || (variant >= 0 && !this.#isOfVariant(file, variant)))
        continue;
      hasObjects ||= own === 0;
      inputs.push(file);
    }
    // Libraries without object files: a place that products were copied to, where nothing is linked.
    if (!hasObjects) return NOTHING;
    inputs.sort((a, b) => (mtime[a] < mtime[b] ? -1 : mtime[a] > mtime[b] ? 1 : a - b));
    const newest: { time: bigint; file: number }[] = [];
    for (const file of inputs) {
      const time = this.#plannedTime(file);
      const before = newest.at(-1);
      newest.push(before !== undefined && before.time >= time ? before : { time, file });
    }
    return { times: inputs.map((file) => mtime[file]), newest };
  }

  /** `O2+pic` objects are for a product of `O2`. */
  #isOfVariant(file: number, variant: number): boolean {
    const own = this.#classification.variant[file];
    if (own === variant) return true;
    const words = this.#classification.variants[own].split("+");
    return this.#classification.variants[variant].split("+").every((word) => words.includes(word));
  }

  /** Rows are ordered as a depth-first walk meets them, so a directory and all below it are one run. */
  #rowsBelow(path: BytePath): readonly [from: number, to: number] {
    const { numbers, firstRows } = this.#dirNumbers();
    const first = numbers.get(path) as number;
    const prefix = join(path, "");
    let last = first + 1;
    while (last < this.#files.dirCount && this.#files.dirPath(last).startsWith(prefix)) last += 1;
    return [firstRows[first], firstRows[last]];
  }

  #dirNumbers(): {
    readonly numbers: ReadonlyMap<BytePath, number>;
    readonly firstRows: Uint32Array;
  } {
    if (this.#dirs !== undefined) return this.#dirs;
    const { dir } = this.#files.columns;
    const numbers = new Map<BytePath, number>();
    const firstRows = new Uint32Array(this.#files.dirCount + 1).fill(this.#files.count);
    for (let number = 0; number < this.#files.dirCount; number += 1) {
      numbers.set(this.#files.dirPath(number), number);
    }
    for (let file = this.#files.count - 1; file >= 0; file -= 1) firstRows[dir[file]] = file;
    for (let i = firstRows.length - 2; i >= 0; i -= 1)
      firstRows[i] = Math.min(firstRows[i], firstRows[i + 1]);
    return (this.#dirs = { numbers, firstRows });
  }
}

/** How many of the times, which are in order, are not later than this one. */
function countUpTo(times: readonly bigint[], time: bigint): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
