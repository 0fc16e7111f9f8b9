import { type PrefetchedBlocks, prefetchedBlock } from "./prefetched-blocks.ts";
import { FIRST_BLOCK, blockLength } from "./block-lengths.ts";
import { type ContentHash, updateHash, digestOf, loadHash } from "./content-hash.ts";
import { type KindChoice, filterByKind } from "./filter-by-kind.ts";
import { type BlockTools, type ContentClass, mayNeedHash, splitByBlock } from "./split-by-block.ts";
import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import type { FileTable } from "../core/file-table.ts";
import { AttributeNotes } from "./attribute-cache.ts";
import type { FileCalls } from "../fs/file-calls.ts";
import { FileReader } from "./file-reader.ts";
import type { Problem } from "../core/report.ts";
import { tableOf } from "../workers/shared-table.ts";
import { defineTask } from "../workers/task.ts";
import { SMALL_GROUP, type FirstBlocks } from "./first-blocks.ts";
import { type MatchCaches, matchCachesOf } from "./match-caches.ts";

export interface MatchOptions extends KindChoice {
  /** Compute the hash of each set's content. */
  readonly hashes: boolean;
  /** Every extended attribute counts, not only those that decide about access. */
  readonly everyAttribute: boolean;
  /** Bytes of blocks that this thread keeps to compare others with. */
  readonly mostHeld: number;
}

/** The sets of some candidate groups; a flat form that crosses between threads. */
export interface Matched {
  readonly members: Uint32Array;
  readonly starts: Uint32Array;
  readonly hashes: readonly string[];
  /** File numbers and kinds that only the content told. */
  readonly kinds: readonly (readonly [file: number, kind: number])[];
  /** Members that have extended attributes that count, and these as one string. */
  readonly attributes: readonly (readonly [file: number, attributes: string])[];
  readonly bytesRead: number;
  readonly lost: readonly (readonly [file: number, how: "changed" | "vanished"])[];
  readonly problems: readonly Problem[];
}

/** Groups of files, and what is known of them. */
export interface MatchWork {
  readonly members: Uint32Array;
  /** Where each group begins in `members`, and where the last one ends. */
  readonly starts: Uint32Array;
  /** The members' first blocks, where these were read before. */
  readonly prefetched?: PrefetchedBlocks;
}

/** Bytes read after which signals and messages have their turn: some 10 ms. */
const YIELD_INTERVAL = 32 * 1024 * 1024;

/**
 * Proves which files of each group are equal, byte for byte, reading no byte twice.
 *
 * A group is read in lockstep, block by block; each block splits it by content. The first blocks of a few
 * files are read side by side and compared with each other. In a larger group a file is compared with
 * the class that the last file fell into, and where that fails, with the others that have the same bytes in
 * some places; where these are many, with those of the same xxHash. Only equal bytes join. So n different
 * files cost n first blocks, n equal ones are read through once, and nothing is quadratic. Only where a group
 * has more different first blocks than memory for them (`mostHeld`) is a class's first file read again to
 * compare.
 */
export async function matchGroups(
  files: FileTable,
  { members, starts, prefetched }: MatchWork,
  options: MatchOptions,
  stopped: () => boolean,
  calls: FileCalls,
  { mostOpen, dirs, open, buffers, firstBlocks }: MatchCaches,
): Promise<Matched> {
  const reader = new FileReader(files, mostOpen, calls, dirs, open);
  if (prefetched !== undefined)
    members.forEach((member, i) => reader.remember(member, prefetchedBlock(prefetched, i)));
  const matcher = new Matcher(files, options, firstBlocks, {
    reader,
    attributes: new AttributeNotes(files, reader, options.everyAttribute),
    buffers,
    xxhash: needsHash(files, members, starts, options) ? await loadHash() : undefined,
  });
  try {
    let yieldedAt = 0;
    for (let g = 0; g + 1 < starts.length && !stopped(); g += 1) {
      matcher.begin(members, starts[g], starts[g + 1]);
      while (matcher.readOn() && !stopped()) {
        if (reader.bytesRead - yieldedAt < YIELD_INTERVAL) continue;
        yieldedAt = reader.bytesRead;
        await yieldToEventLoop();
      }
    }
  } finally {
    reader.releaseAll(members);
  }
  return matcher.result();
}

/** Files that are read side by side, and end in their first block, are compared without one. */
function needsHash(
  { columns: { size } }: FileTable,
  members: Uint32Array,
  starts: Uint32Array,
  { hashes }: MatchOptions,
): boolean {
  const mayNeed = (start: number, g: number): boolean => {
    const count = starts[g + 1] - start;
    return mayNeedHash(count) && (count > SMALL_GROUP || size[members[start]] > FIRST_BLOCK);
  };
  return hashes || starts.some(mayNeed);
}

/** Files that are equal up to `offset`, with the hash of what is before it. */
interface Open {
  readonly members: readonly number[];
  readonly offset: number;
  readonly hash: ContentHash | undefined;
}

class Matcher {
  readonly #files: FileTable;
  readonly #options: MatchOptions;
  readonly #tools: BlockTools;
  readonly #firstBlocks: FirstBlocks;
  readonly #open: Open[] = [];
  readonly #sets: number[][] = [];
  readonly #hashes: string[] = [];
  readonly #kinds: (readonly [number, number])[] = [];
  readonly #attributes: [number, string][] = [];

  constructor(
    files: FileTable,
    options: MatchOptions,
    firstBlocks: FirstBlocks,
    tools: BlockTools,
  ) {
    this.#files = files;
    this.#options = options;
    this.#firstBlocks = firstBlocks;
    this.#tools = tools;
  }

  /** Takes on a group: the members `from` to `to - 1`. */
  begin(members: Uint32Array, from: number, to: number): void {
    if (to - from > SMALL_GROUP) {
      const group = Array.from(members.subarray(from, to));
      this.#open.push({ members: group, offset: 0, hash: undefined });
      return;
    }
    const size = this.#files.columns.size[members[from]];
    const length = blockLength(size, 0);
    const ends = length === size;
    for (const part of this.#firstBlocks.split(this.#tools, members, from, to, length, ends))
      this.#advance(part, 0, length, ends, undefined);
  }

  /** Reads one more block of some files that are equal so far; false where there are none. */
  readOn(): boolean {
    const next = this.#open.pop();
    if (next === undefined) return false;
    this.#readOn(next);
    return true;
  }

  result(): Matched {
    const { reader } = this.#tools;
    const starts = new Uint32Array(this.#sets.length + 1);
    this.#sets.forEach((set, i) => {
      starts[i + 1] = starts[i] + set.length;
    });
    const members = new Uint32Array(starts[this.#sets.length]);
    this.#sets.forEach((set, i) => members.set(set, starts[i]));
    return {
      members,
      starts,
      hashes: this.#hashes,
      kinds: this.#kinds,
      attributes: this.#attributes,
      bytesRead: reader.bytesRead,
      lost: [...reader.lost],
      problems: reader.problems,
    };
  }

  #readOn({ members, offset, hash }: Open): void {
    const size = this.#files.columns.size[members[0]];
    const length = blockLength(size, offset);
    const ends = offset + length === size;
    let before = hash;
    for (const part of splitByBlock(this.#tools, members, length, offset, ends)) {
      if (this.#advance(part, offset, length, ends, before)) before = undefined;
      if (part.block !== undefined) this.#tools.buffers.give(part.block);
    }
  }

  /**
   * What becomes of files that are equal up to the end of a block.
   *
   * @param before Hash of what is before the block; undefined where it has to be made anew.
   * @returns Whether there are still two of them, so that the hash was used.
   */
  #advance(
    part: ContentClass,
    offset: number,
    length: number,
    ends: boolean,
    before: ContentHash | undefined,
  ): boolean {
    if (offset === 0 && part.members.length > 1) {
      const { kind } = this.#files.columns;
      this.#kinds.push(...filterByKind(this.#tools, part, length, kind, this.#options));
    }
    const goesOn = part.members.length > 1;
    if (goesOn) {
      const hash = this.#options.hashes
        ? updateHash(this.#tools, part, before, length, offset)
        : undefined;
      if (ends) this.#addSet(part.members, hash);
      else this.#open.push({ members: part.members, offset: offset + length, hash });
    }
    if (!goesOn || ends) this.#release(part.members);
    return goesOn;
  }

  #addSet(members: number[], hash: ContentHash | undefined): void {
    this.#sets.push(members);
    if (hash !== undefined) this.#hashes.push(digestOf(hash));
    for (const member of members) {
      const found = this.#tools.attributes.of(member);
      if (found !== "") this.#attributes.push([member, found]);
    }
  }

  #release(members: readonly number[]): void {
    for (const member of members) this.#tools.reader.release(member);
  }
}

/** The groups that one task matches. */
export interface MatchInput extends MatchWork {
  readonly options: MatchOptions;
}

export const matchGroupsTask = defineTask(
  "matchGroups",
  ({ options, ...work }: MatchInput, thread) =>
    matchGroups(
      tableOf(thread),
      work,
      options,
      thread.stopped,
      thread.fileCalls,
      matchCachesOf(thread, options),
    ),
);
