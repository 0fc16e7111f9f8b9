import { OTHER } from "../artifacts/kinds.ts";
import { describeDefect } from "../core/defects.ts";
import type { Explanation } from "../core/explanation.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Problem } from "../core/report.ts";
import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { tableOf } from "../workers/shared-table.ts";
import { type ThreadState, defineTask } from "../workers/task.ts";
import { FileSource } from "./file-source.ts";
import { HEAD, type KindFilter, needsHead, selectedKind } from "./kind-filter.ts";
import { BLOCK, PairReader } from "./pair-reader.ts";

/** The second file of a pair that has only one. */
export const NO_FILE = 0xffff_ffff;

/** The result for one pair. */
export const Compared = {
  /** It could not be compared, or the run was stopped. */
  unknown: 0,
  equal: 1,
  different: 2,
  /** Neither file is an artifact, or of a kind that was asked for. */
  unselected: 3,
} as const;

/** Pairs of rows. `b` may be `NO_FILE`: then only the kind of `a` is looked up. */
export interface Pairs {
  readonly a: Uint32Array;
  readonly b: Uint32Array;
}

/** The columns are parallel to the pairs. */
export interface ComparedPairs {
  /** `Compared`. */
  readonly verdicts: Uint8Array;
  readonly kinds: Uint8Array;
  readonly explanations: readonly (readonly [pair: number, explanation: Explanation])[];
  readonly bytesRead: number;
  readonly problems: readonly Problem[];
}

/** Bytes of the first block of each file, in which most artifacts end. */
const FIRST_BLOCK = 64 * 1024;
/** Bytes read between two yields to the event loop: some 10 ms. */
const YIELD_INTERVAL = 32 * 1024 * 1024;

/** Compares pairs of files, one after another. */
export class PairComparer {
  readonly explanations: [number, Explanation][] = [];
  readonly reader: PairReader;
  /** The kind of the pair that was compared last. */
  kind = OTHER;
  readonly #files: FileTable;
  readonly #filter: KindFilter;
  readonly #thread: ThreadState;
  #yieldedAt = 0;
  /** Offset up to which the files of the pair are known to be equal. */
  #equalUntil = 0;

  constructor(thread: ThreadState, filter: KindFilter) {
    this.#files = tableOf(thread);
    this.#filter = filter;
    this.#thread = thread;
    this.reader = new PairReader(thread);
  }

  /**
   * Compares one pair.
   *
   * @param pair The number under which an explanation is stored.
   * @returns A promise only if there is more to do than to compare one block, which most pairs consist of.
   */
  compare(pair: number, a: number, b: number): number | Promise<number> {
    this.kind = this.#files.columns.kind[a];
    const one = this.reader.open(a);
    if (one < 0) return Compared.unknown;
    const other = b === NO_FILE ? one : this.reader.open(b);
    if (other < 0) {
      this.reader.calls.close(one);
      return Compared.unknown;
    }
    const verdict =
      b === NO_FILE || this.#files.sameInode(a, b)
        ? this.#lookUpKind(a, b, one)
        : this.#compareStart(a, b, one, other);
    if (verdict === undefined) return this.#finish(pair, a, b, one, other);
    return this.#close(one, other, verdict);
  }

  /** What `read` finds in a file; undefined if the file cannot be read, or `read` fails, which is a problem. */
  inspect<Found>(file: number, read: (source: FileSource) => Found): Found | undefined {
    const { reader } = this;
    const descriptor = reader.open(file);
    if (descriptor < 0) return undefined;
    const { size } = this.#files.columns;
    const source = new FileSource(reader.calls, descriptor, size[file], reader.blocks[0]);
    try {
      return read(source);
    } catch (error) {
      reader.problems.push(describeDefect(this.#files.path(file), error));
      return undefined;
    } finally {
      reader.calls.close(descriptor);
      reader.bytesRead += source.bytesRead;
    }
  }

  #close(one: number, other: number, verdict: number): number {
    this.reader.calls.close(one);
    if (other !== one) this.reader.calls.close(other);
    return verdict;
  }

  /** For two paths of one inode, and for a single file. */
  #lookUpKind(a: number, b: number, descriptor: number): number {
    const { size } = this.#files.columns;
    if (!this.reader.read(0, a, descriptor, Math.min(HEAD, size[a]), 0)) return Compared.unknown;
    const isSelected = this.#findKind(a) || (b !== NO_FILE && this.#findKind(b));
    if (!this.reader.confirm(a, descriptor)) return Compared.unknown;
    return isSelected ? Compared.equal : Compared.unselected;
  }

  /** Sets the kind to that of a row whose first bytes are in the first block; false if the file does not take part. */
  #findKind(file: number, side: 0 | 1 = 0): boolean {
    const { kind, size } = this.#files.columns;
    const head = this.reader.blocks[side].subarray(0, Math.min(HEAD, size[file]));
    const found = selectedKind(kind[file], head, this.#filter);
    this.kind = found ?? OTHER;
    return found !== undefined;
  }

  /** Reads and compares the first blocks; undefined if the files are longer or differ. */
  #compareStart(a: number, b: number, one: number, other: number): number | undefined {
    const { size, kind } = this.#files.columns;
    const isSameSize = size[a] === size[b];
    const isWhole = isSameSize && size[a] <= FIRST_BLOCK;
    const most = isSameSize ? FIRST_BLOCK : HEAD;
    const length = Math.min(most, size[a]);
    const { reader } = this;
    const isRead = isWhole
      ? reader.readWhole(0, a, one, length) && reader.readWhole(1, b, other, length)
      : reader.read(0, a, one, length, 0) && reader.read(1, b, other, Math.min(most, size[b]), 0);
    if (!isRead) return Compared.unknown;
    const [x, y] = reader.blocks;
    const isEqual = isSameSize && x.compare(y, 0, length, 0, length) === 0;
    const isUnsure = needsHead(kind[a], this.#filter) || needsHead(kind[b], this.#filter);
    if ((isUnsure || !isEqual) && !this.#findKind(a) && !this.#findKind(b, 1))
      return Compared.unselected;
    // Files that are read by one call each need no check whether they have changed between two calls.
    return isWhole && isEqual ? Compared.equal : undefined;
  }

  async #finish(pair: number, a: number, b: number, one: number, other: number): Promise<number> {
    try {
      const { size } = this.#files.columns;
      this.#equalUntil = 0;
      const verdict =
        size[a] === size[b] ? await this.#compareBlocks(a, b, one, other) : Compared.different;
      if (verdict === Compared.different) await this.#explain(pair, a, b, one, other);
      const { reader } = this;
      return reader.confirm(a, one) && reader.confirm(b, other) ? verdict : Compared.unknown;
    } finally {
      this.#close(one, other, Compared.unknown);
    }
  }

  /** Compares two files of one size in lockstep; their first blocks were read. */
  async #compareBlocks(a: number, b: number, one: number, other: number): Promise<number> {
    const { reader } = this;
    const size = this.#files.columns.size[a];
    const [x, y] = reader.blocks;
    let length = Math.min(FIRST_BLOCK, size);
    for (let at = 0; ;) {
      if (x.compare(y, 0, length, 0, length) !== 0) return Compared.different;
      at += length;
      this.#equalUntil = at;
      if (at >= size) return Compared.equal;
      if (reader.bytesRead - this.#yieldedAt > YIELD_INTERVAL) {
        this.#yieldedAt = reader.bytesRead;
        await yieldToEventLoop();
        if (this.#thread.stopped()) return Compared.unknown;
      }
      length = Math.min(BLOCK, size - at);
      if (!reader.read(0, a, one, length, at)) return Compared.unknown;
      if (!reader.read(1, b, other, length, at)) return Compared.unknown;
    }
  }

  async #explain(pair: number, a: number, b: number, one: number, other: number): Promise<void> {
    const { reader } = this;
    const { size } = this.#files.columns;
    const [bufferA, bufferB] = reader.blocks;
    const sourceA = new FileSource(reader.calls, one, size[a], bufferA);
    const sourceB = new FileSource(reader.calls, other, size[b], bufferB);
    const until = this.#equalUntil;
    // Most runs need no reader of formats.
    const { explainDifference, locateDifference } =
      await import("../explain/explain-difference.ts");
    let explanation: Explanation;
    try {
      explanation = explainDifference(this.#files.name(a), sourceA, sourceB, until);
    } catch (error) {
      reader.problems.push(describeDefect(this.#files.path(a), error));
      explanation = locateDifference(sourceA, sourceB, until);
    }
    this.explanations.push([pair, explanation]);
    reader.bytesRead += sourceA.bytesRead + sourceB.bytesRead;
    if (sourceA.failure !== undefined) reader.fail(a, sourceA.failure.code);
    if (sourceB.failure !== undefined) reader.fail(b, sourceB.failure.code);
  }
}

interface PairsInput extends Pairs {
  readonly filter: KindFilter;
}

/** Compares pairs of files byte for byte, and finds out why they differ. */
export const comparePairsTask = defineTask(
  "comparePairs",
  async ({ a, b, filter }: PairsInput, thread): Promise<ComparedPairs> => {
    const comparer = new PairComparer(thread, filter);
    const verdicts = new Uint8Array(a.length);
    const kinds = new Uint8Array(a.length);
    for (let pair = 0; pair < a.length && !thread.stopped(); pair += 1) {
      const verdict = comparer.compare(pair, a[pair], b[pair]);
      verdicts[pair] = typeof verdict === "number" ? verdict : await verdict;
      kinds[pair] = comparer.kind;
    }
    const { explanations, reader } = comparer;
    const { bytesRead, problems } = reader;
    return { verdicts, kinds, explanations, bytesRead, problems };
  },
);
