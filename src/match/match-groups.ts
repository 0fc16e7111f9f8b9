import type { FileTable } from "../core/file-table.ts";
import type { Lost, SingleContent } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import { type Sliced, finishInSlices } from "../core/slices.ts";
import type { FileCalls } from "../fs/file-calls.ts";
import { tableOf } from "../workers/shared-table.ts";
import { defineTask } from "../workers/task.ts";
import { AttributeCache } from "./attribute-cache.ts";
import {
  type ReadingPlan,
  LARGEST_BLOCK,
  blockLength,
  nextBlockLength,
  readsAll,
} from "./block-lengths.ts";
import type { BlockTools, ContentClass, ContentHash } from "./content-class.ts";
import { type HasherName, loadHasher, finishHash, loadXxhash, updateHash } from "./content-hash.ts";
import { FileReader } from "./file-reader.ts";
import { type KindChoice, filterByKind } from "./filter-by-kind.ts";
import { copyStart, findProducers } from "./find-producers.ts";
import { type FirstBlocks, SMALL_GROUP, needsBlockHashes } from "./first-blocks.ts";
import { type MatchCaches, matchCachesOf } from "./match-caches.ts";
import { type PrefetchedBlocks, prefetchedBlock } from "./prefetched-blocks.ts";
import { splitByBlock } from "./split-by-block.ts";

export interface MatchOptions extends KindChoice, ReadingPlan {
  /** Computes the digest of each set's content in the pass that compares it; undefined: none. */
  readonly hasher: HasherName | undefined;
  /** Find out which tools the contents of sets name as their producers. */
  readonly findProducers: boolean;
  /** Compare every extended attribute, not only those that decide about access. */
  readonly everyAttribute: boolean;
  /** Leave files alone that a program has open for writing: the sets are going to be linked. */
  readonly checkWriters: boolean;
  /** Bytes of blocks that a thread keeps to compare others with. */
  readonly mostHeld: number;
}

/** The sets of some candidate groups, in a flat form that crosses between threads. */
export interface Matched {
  readonly members: Uint32Array;
  readonly starts: Uint32Array;
  readonly hashes: readonly string[];
  /** By set: see `producersIn`. */
  readonly producers: Uint32Array;
  /** Members that equal no other, with the digests of their contents; only for `hashSingles`. */
  readonly singles: readonly (readonly [file: number, content: SingleContent])[];
  /** Rows whose kind the content reveals. */
  readonly kinds: readonly (readonly [file: number, kind: number])[];
  /** Members that have extended attributes to compare, and these as one string. */
  readonly attributes: readonly (readonly [file: number, attributes: string])[];
  readonly bytesRead: number;
  readonly lost: readonly (readonly [file: number, how: Lost])[];
  readonly problems: readonly Problem[];
}

/** Groups of files, and what is known of them. */
export interface MatchWork {
  readonly members: Uint32Array;
  /** Where each group begins in `members`, and where the last one ends. */
  readonly starts: Uint32Array;
  /** The members' first blocks, if they were read before. */
  readonly prefetched?: PrefetchedBlocks;
}

const FILES_PER_YIELD = 256;

/**
 * Proves which files of each group are equal, byte for byte, reading no byte twice.
 *
 * A group is read in lockstep, block by block; each block splits it by content. The first blocks of a small
 * group are read side by side and compared with each other. In a larger group a file is compared with the
 * class that the previous file fell into, then with the classes whose blocks agree in a few sampled bytes; if
 * these are many, with those of the same xxHash. Only equal bytes make two files one class. So n different
 * files cost n first blocks, n equal ones are read once each, and nothing is quadratic. Only if a group has
 * more different first blocks than fit into memory (`mostHeld`) is a class's first file read again to compare.
 */
export async function matchGroups(
  files: FileTable,
  { members, starts, prefetched }: MatchWork,
  options: MatchOptions,
  stopped: () => boolean,
  calls: FileCalls,
  { mostOpen, dirs, open, buffers, firstBlocks }: MatchCaches,
): Promise<Matched> {
  const { checkWriters } = options;
  const useAll = readsAll(options);
  const reader = new FileReader(files, { mostOpen, checkWriters, useAll }, calls, dirs, open);
  if (prefetched !== undefined)
    members.forEach((member, i) => reader.remember(member, prefetchedBlock(prefetched, i)));
  const matcher = new Matcher(files, options, firstBlocks, {
    reader,
    attributes: new AttributeCache(files, reader, options.everyAttribute),
    buffers,
    xxhash: needsBlockHashes(files, members, starts, options) ? await loadXxhash() : undefined,
    createHash: options.hasher === undefined ? undefined : await loadHasher(options.hasher),
  });
  try {
    await finishInSlices(matcher.matchAll(members, starts), stopped);
  } finally {
    reader.releaseAll(members);
  }
  return matcher.result();
}

/** Files that are equal up to `offset`, with the hash of the bytes before it. */
interface OpenClass {
  readonly members: readonly number[];
  readonly offset: number;
  readonly hash: ContentHash | undefined;
  /** The first bytes, if they are needed at the end. */
  readonly start: Uint8Array | undefined;
}

class Matcher {
  readonly #files: FileTable;
  readonly #options: MatchOptions;
  readonly #tools: BlockTools;
  readonly #firstBlocks: FirstBlocks;
  readonly #open: OpenClass[] = [];
  readonly #sets: number[][] = [];
  readonly #hashes: string[] = [];
  readonly #producers: number[] = [];
  readonly #singles: [number, SingleContent][] = [];
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

  *matchAll(members: Uint32Array, starts: Uint32Array): Sliced<void> {
    let untilYield = FILES_PER_YIELD;
    for (let g = 0; g + 1 < starts.length; g += 1) {
      this.#begin(members, starts[g], starts[g + 1]);
      untilYield -= starts[g + 1] - starts[g];
      for (let next = this.#open.pop(); next !== undefined; next = this.#open.pop()) {
        yield* this.#readOn(next);
        yield;
      }
      if (untilYield > 0) continue;
      untilYield = FILES_PER_YIELD;
      yield;
    }
  }

  /** Starts on a group: the members `from` to `to - 1`. */
  #begin(members: Uint32Array, from: number, to: number): void {
    if (to - from > SMALL_GROUP || readsAll(this.#options)) {
      const group = Array.from(members.subarray(from, to));
      this.#open.push({ members: group, offset: 0, hash: undefined, start: undefined });
      return;
    }
    const size = this.#files.columns.size[members[from]];
    const length = blockLength(size, 0);
    const ends = length === size;
    for (const found of this.#firstBlocks.split(this.#tools, members, from, to, length, ends))
      this.#advance(found, 0, length, ends, { hash: undefined, start: undefined });
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
      producers: Uint32Array.from(this.#producers),
      singles: this.#singles,
      kinds: this.#kinds,
      attributes: this.#attributes,
      bytesRead: reader.bytesRead,
      lost: [...reader.lost],
      problems: reader.problems,
    };
  }

  /** Reads one more block of a class of files that are equal so far. */
  *#readOn({ members, offset, hash, start }: OpenClass): Sliced<void> {
    if (members.length === 1) {
      this.#readSingle(members[0], offset, { hash, start });
      return;
    }
    const size = this.#files.columns.size[members[0]];
    const length = nextBlockLength(this.#options, size, offset, members.length);
    const ends = offset + length === size;
    let inherited = hash;
    const classes = yield* splitByBlock(this.#tools, members, length, offset, ends);
    for (const found of classes) {
      const before = { hash: hash?.copy?.() ?? inherited, start };
      if (this.#advance(found, offset, length, ends, before)) inherited = undefined;
      if (found.block !== undefined) this.#tools.buffers.give(found.block);
    }
  }

  /** Reads the next piece of a file that equals no other: as large as blocks become. */
  #readSingle(member: number, offset: number, before: Pick<OpenClass, "hash" | "start">): void {
    const { reader, buffers } = this.#tools;
    const left = this.#files.columns.size[member] - offset;
    const length = Math.min(left, LARGEST_BLOCK);
    const block = buffers.take(length);
    const found = { members: [member], block, sample: 0, blockHash: -1 };
    if (reader.read(member, block, length, offset))
      this.#advance(found, offset, length, length === left, before);
    buffers.give(block);
  }

  /**
   * Handles a class of files that are equal up to the end of a block.
   *
   * @param before Of the bytes before the block. If the hash is undefined, they have to be read again for it.
   * @returns Whether the class is read on or makes a set, so that it has used the hash.
   */
  #advance(
    found: ContentClass,
    offset: number,
    length: number,
    ends: boolean,
    before: Pick<OpenClass, "hash" | "start">,
  ): boolean {
    const fewest = this.#options.hashSingles ? 1 : 2;
    if (offset === 0 && found.members.length >= fewest) {
      const { kind } = this.#files.columns;
      const learned = filterByKind(this.#tools, found, length, kind, this.#options);
      for (const entry of learned) this.#kinds.push(entry);
    }
    const { members, block } = found;
    const asked = this.#options.findProducers;
    const producers =
      asked && ends && members.length >= fewest
        ? findProducers(this.#tools, found, length, offset, before.start, fewest)
        : 0;
    const goesOn = members.length >= fewest;
    if (goesOn) {
      if (!ends) {
        const hash = updateHash(this.#tools, found, before.hash, length, offset);
        const start = asked && offset === 0 ? copyStart(block, length) : before.start;
        this.#open.push({ members, offset: offset + length, hash, start });
      } else {
        const digest = finishHash(this.#tools, found, before.hash, length, offset);
        if (members.length > 1) this.#addSet(members, digest, producers);
        else this.#addSingle(members[0], digest, producers);
      }
    }
    if (!goesOn || ends) this.#release(members);
    return goesOn;
  }

  #addSet(members: number[], digest: string | undefined, producers: number): void {
    this.#sets.push(members);
    this.#producers.push(producers);
    if (digest !== undefined) this.#hashes.push(digest);
    for (const member of members) {
      const found = this.#tools.attributes.of(member);
      if (found !== "") this.#attributes.push([member, found]);
    }
  }

  #addSingle(member: number, hash: string | undefined, producers: number): void {
    if (hash !== undefined && this.#tools.reader.confirm(member))
      this.#singles.push([member, { hash, producers }]);
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
