import type { FileTable } from "../core/file-table.ts";
import { linksOf } from "../core/groups.ts";
import type { CandidateGroups, DuplicateSets } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import { shareTable } from "../workers/shared-table.ts";
import { releaseResources } from "../workers/task.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { blockLength } from "./block-lengths.ts";
import type { HasherName } from "./content-hash.ts";
import type { FirstBlockBatch } from "./prefetched-blocks.ts";
import { type MatchBatch, cutMatchBatches, largestFirst, totalCost } from "./match-batches.ts";
import { type MatchOptions, type Matched, matchGroupsTask } from "./match-groups.ts";
import { prefetchFirstBlocks } from "./prefetch-first-blocks.ts";

/** Which files are compared, and what else the pass that reads them computes. */
export interface MatchSettings extends Pick<MatchOptions, "all" | "kinds"> {
  /** Compare every extended attribute, not only those that decide about access. */
  readonly respectXattrs: boolean;
  /** Names each set's content by this hash; undefined: not at all. */
  readonly hasher?: HasherName | undefined;
  /** Hash the members that equal no other, too. */
  readonly hashSingles?: boolean;
  /** Most files of each group are equal: read large blocks from the start. */
  readonly expectEqual?: boolean;
  /** Find out which tools the contents of sets name as their producers. */
  readonly findProducers?: boolean;
  /** The run is going to change files. */
  readonly changesDisk: boolean;
}

/** Groups of at least this many files are read by all threads together. */
const LARGE_GROUP = 2000;
/** Below this many microseconds of work, worker threads cost more than they save. */
const WORTH_THREADS = 100_000;
/** Above this many, the native calls save more than it costs to load them. */
const WORTH_NATIVE_CALLS = 60_000;
/** Bytes of blocks held at once by all threads; and of large groups' first blocks. */
const MOST_HELD = 192 * 1024 * 1024;

/** Reads the candidates and proves which are equal. */
export async function match(
  files: FileTable,
  groups: CandidateGroups,
  {
    all,
    kinds,
    respectXattrs,
    hasher,
    hashSingles = false,
    expectEqual = false,
    findProducers = false,
    changesDisk,
  }: MatchSettings,
  pool: WorkerPool,
): Promise<DuplicateSets> {
  await pool.prepare(shareTable, files.shared());
  const batches = cutMatchBatches(files, groups);
  const total = totalCost(batches);
  if (total > WORTH_NATIVE_CALLS) pool.useNativeCalls();
  if (total > WORTH_THREADS) pool.start();
  const mostHeld = Math.floor(MOST_HELD / pool.jobs);
  const options = {
    all,
    kinds,
    hasher,
    hashSingles,
    expectEqual,
    findProducers,
    everyAttribute: respectXattrs,
    checkWriters: changesDisk,
    mostHeld,
  };
  const largeGroups = pool.started && !hashSingles ? chooseLargeGroups(files, batches) : new Set();
  const prefetched = await Promise.all(
    batches
      .filter((batch) => largeGroups.has(batch))
      .map(({ members }) => prefetchFirstBlocks(files, members, options, pool)),
  );
  const left = largestFirst([
    ...batches.filter((batch) => !largeGroups.has(batch)),
    ...prefetched.flatMap((large) => cutMatchBatches(files, large)),
  ]);
  let done = total - totalCost(left);
  pool.emit({ type: "match", done, total });
  const matched = await Promise.all(
    left.map(async ({ cost, ...work }) => {
      const result = await pool.run(matchGroupsTask, { ...work, options });
      done += cost;
      pool.emit({ type: "match", done, total });
      return result;
    }),
  );
  await pool.broadcast(releaseResources, undefined);
  return {
    proven: true,
    nextLink: groups.nextLink,
    kinds: kindsOfLinks(files, groups, matched),
    ...joinSets(
      matched,
      prefetched.flatMap((large) => large.firstBlockBatches),
    ),
  };
}

/** The kinds that contents reveal, for every link of an inode whose name says the same. */
function kindsOfLinks(
  { columns: { kind: byName } }: FileTable,
  { nextLink }: CandidateGroups,
  matched: readonly Matched[],
): Map<number, number> {
  const kinds = new Map<number, number>();
  for (const [file, kind] of matched.flatMap((part) => part.kinds)) {
    for (const link of linksOf(nextLink, file))
      if (byName[link] === byName[file]) kinds.set(link, kind);
  }
  return kinds;
}

/** Groups that all threads read together, as long as their first blocks fit into memory. */
function chooseLargeGroups({ columns }: FileTable, batches: readonly MatchBatch[]): Set<unknown> {
  let held = 0;
  return new Set(
    batches.filter(({ members, starts }) => {
      if (starts.length !== 2 || members.length < LARGE_GROUP) return false;
      const more = members.length * blockLength(columns.size[members[0]], 0);
      if (held + more > MOST_HELD) return false;
      held += more;
      return true;
    }),
  );
}

function joinSets(
  parts: readonly Matched[],
  batches: readonly FirstBlockBatch[],
): Omit<DuplicateSets, "proven" | "nextLink" | "kinds"> {
  const readers = [...batches, ...parts];
  const setCount = parts.reduce((sum, part) => sum + part.starts.length - 1, 0);
  const starts = new Uint32Array(setCount + 1);
  const producers = new Uint32Array(setCount);
  const members = new Uint32Array(parts.reduce((sum, part) => sum + part.members.length, 0));
  let set = 0;
  let filled = 0;
  for (const part of parts) {
    members.set(part.members, filled);
    producers.set(part.producers, set);
    for (let i = 1; i < part.starts.length; i += 1) {
      set += 1;
      starts[set] = filled + part.starts[i];
    }
    filled += part.members.length;
  }
  return {
    members,
    starts,
    hashes: parts.flatMap((part) => part.hashes),
    producers,
    singles: new Map(parts.flatMap((part) => part.singles)),
    attributes: new Map(parts.flatMap((part) => part.attributes)),
    bytesRead: readers.reduce((sum, part) => sum + part.bytesRead, 0),
    lost: new Map(readers.flatMap((part) => part.lost)),
    problems: readers.flatMap((part): readonly Problem[] => part.problems),
  };
}
