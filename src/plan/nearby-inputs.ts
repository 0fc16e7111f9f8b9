import { kindByName } from "../artifacts/kinds.ts";
import { type BytePath, dirOf, join } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Classification } from "../core/model.ts";

/** The order in which a build makes its files: each rank is linked from the lower ones. */
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

/** The files in one place that a product of one rank may be linked from, ordered by their present time. */
interface Candidates {
  readonly times: readonly bigint[];
  /** By index: the newest planned time among the candidates up to this one. */
  readonly newest: readonly DatedFile[];
}

interface DatedFile {
  readonly file: number;
  readonly time: bigint;
}

/** gnatmake compares objects with it. */
const ADA_LIBRARY = kindByName("ada-library");

const NONE: Candidates = { times: [], newest: [] };

/** The rank of a kind. Objects, and kinds that nothing is linked from, have rank 0; what comes before objects, -1. */
export function productRank(kind: number): number {
  return kind === ADA_LIBRARY ? -1 : (RANKS.get(kind) ?? 0);
}

/**
 * Guesses what a library or program was linked from, as most builds leave no record of it: every object file and
 * library below its directory that is not newer than the product. For a product of a named variant, only
 * files of this variant count, from the nearest parent directory that holds any.
 *
 * The guess errs on the side of too many inputs. If a product became older than one of its objects, every build
 * would link it again.
 */
export class NearbyInputs {
  readonly #files: FileTable;
  readonly #classification: Classification;
  readonly #plannedTime: (file: number) => bigint;
  readonly #candidates = new Map<string, Candidates>();
  #dirs: DirIndex | undefined;

  /** @param plannedTime The time that a file of a lower rank will have. */
  constructor(
    files: FileTable,
    classification: Classification,
    plannedTime: (file: number) => bigint,
  ) {
    this.#files = files;
    this.#classification = classification;
    this.#plannedTime = plannedTime;
  }

  /** The newest of a product's possible inputs by planned time; undefined if it has none. */
  newestOf(product: number): DatedFile | undefined {
    const { kind, dir, mtime } = this.#files.columns;
    const rank = productRank(kind[product]);
    if (rank <= 0) return undefined;
    const variant = this.#classification.variant[product];
    const { times, newest } = this.#nearestCandidates(dir[product], variant, rank);
    const count = countUpTo(times, mtime[product]);
    return count === 0 ? undefined : newest[count - 1];
  }

  #nearestCandidates(dir: number, variant: number, rank: number): Candidates {
    const isNamed = this.#classification.variants[variant] !== "";
    let path = this.#files.dirPath(dir);
    for (;;) {
      const candidates = this.#candidatesBelow(path, isNamed ? variant : -1, rank);
      const parent = dirOf(path);
      const isTop = parent === path || !this.#dirIndex().numbers.has(parent);
      if (candidates !== NONE || !isNamed || isTop) return candidates;
      path = parent;
    }
  }

  /** @param variant -1 for any. */
  #candidatesBelow(path: BytePath, variant: number, rank: number): Candidates {
    const key = `${rank} ${variant} ${path}`;
    let candidates = this.#candidates.get(key);
    if (candidates === undefined)
      this.#candidates.set(key, (candidates = this.#findCandidates(path, variant, rank)));
    return candidates;
  }

  #findCandidates(path: BytePath, variant: number, rank: number): Candidates {
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
    // Where libraries have no object files beside them, they were installed; nothing is linked there.
    if (!hasObjects) return NONE;
    inputs.sort((a, b) => (mtime[a] < mtime[b] ? -1 : mtime[a] > mtime[b] ? 1 : a - b));
    const newest: DatedFile[] = [];
    for (const file of inputs) {
      const time = this.#plannedTime(file);
      const before = newest.at(-1);
      newest.push(before !== undefined && before.time >= time ? before : { time, file });
    }
    return { times: inputs.map((file) => mtime[file]), newest };
  }

  /** Whether a file's variant includes all parts of another: `O2+pic` objects can be linked into a product of `O2`. */
  #isOfVariant(file: number, variant: number): boolean {
    const own = this.#classification.variant[file];
    if (own === variant) return true;
    const words = this.#classification.variants[own].split("+");
    return this.#classification.variants[variant].split("+").every((word) => words.includes(word));
  }

  /** Rows are in depth-first order, so a directory and everything below it are consecutive. */
  #rowsBelow(path: BytePath): readonly [from: number, to: number] {
    const { numbers, firstRows } = this.#dirIndex();
    const first = numbers.get(path) as number;
    const prefix = join(path, "");
    let last = first + 1;
    while (last < this.#files.dirCount && this.#files.dirPath(last).startsWith(prefix)) last += 1;
    return [firstRows[first], firstRows[last]];
  }

  #dirIndex(): DirIndex {
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

interface DirIndex {
  readonly numbers: ReadonlyMap<BytePath, number>;
  /** By directory number: the first row in it or after it. */
  readonly firstRows: Uint32Array;
}

/** How many of the ascending times are not later than `time`. */
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
