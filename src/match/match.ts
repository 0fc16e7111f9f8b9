import type { FileTable } from "../core/file-table.ts";
import type { FirstBlockBatch } from "./first-block-batch.ts";
import { blockLength } from "./block-lengths.ts";
import { type MatchOptions, type Matched, matchGroupsTask } from "./match-groups.ts";
import type { CandidateGroups, DuplicateSets } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import type { Settings } from "../core/options.ts";
import { shareTable } from "../workers/shared-table.ts";
import { releaseResources } from "../workers/task.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { prefetchFirstBlocks } from "./prefetch-first-blocks.ts";
import { type Batch, costOfAll, cutBatches, largestFirst } from "./match-batches.ts";

/** A group of this many files is read by all threads. */
const LARGE_GROUP = 2000;
/** Below this many microseconds of work, starting worker threads costs more than they save. */
const WORTH_THREADS = 60_000;
/** Bytes of blocks held at once, in all threads together; and of giant groups' first blocks. */
const MOST_HELD = 192 * 1024 * 1024;

/** Reads the candidates and proves which are equal. */
export async function match(
  files: FileTable,
  groups: CandidateGroups,
  settings: Settings,
  pool: WorkerPool,
): Promise<DuplicateSets> {
  await pool.prepare(shareTable, files.shared());
  const batches = cutBatches(files, groups);
  const total = costOfAll(batches);
  if (total > WORTH_THREADS) pool.start();
  const mostHeld = Math.floor(MOST_HELD / pool.jobs);
  const { hashes, all, kinds } = settings;
  const options: MatchOptions = {
    hashes,
    all,
    kinds,
    everyAttribute: settings.respectXattrs,
    mostHeld,
  };
  const largeGroups = pool.started ? chooseLargeGroups(files, batches) : new Set<Batch>();
  const prefetched = await Promise.all(
    [...largeGroups].map(({ members }) => prefetchFirstBlocks(files, members, options, pool)),
  );
  const left = largestFirst([
    ...batches.filter((batch) => !largeGroups.has(batch)),
    ...prefetched.flatMap((group) => cutBatches(files, group)),
  ]);
  let done = total - costOfAll(left);
  const matched = await Promise.all(
    left.map(async ({ cost, ...work }) => {
      const result = await pool.run(matchGroupsTask, { ...work, options });
      done += cost;
      pool.emit({ type: "match", done, total });
      return result;
    }),
  );
  await pool.broadcast(releaseResources, undefined);
  for (const { kinds: told } of matched)
    for (const [file, kind] of told) tellKind(files, groups, file, kind);
  return {
    proven: true,
    nextLink: groups.nextLink,
    ...joinSets(
      matched,
      prefetched.flatMap(({ firstBlockBatches }) => firstBlockBatches),
    ),
  };
}

/** What the content told holds for all names of the file that are called alike. */
function tellKind(
  { columns }: FileTable,
  { nextLink }: CandidateGroups,
  file: number,
  kind: number,
): void {
  const byName = columns.kind[file];
  for (let name = file; name >= 0; name = nextLink[name])
    if (columns.kind[name] === byName) columns.kind[name] = kind;
}

/** Groups of one size that all threads read together, as far as their first blocks may be held. */
function chooseLargeGroups({ columns }: FileTable, batches: readonly Batch[]): Set<Batch> {
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
  firstBlockBatches: readonly FirstBlockBatch[],
): Omit<DuplicateSets, "proven" | "nextLink"> {
  const readers = [...firstBlockBatches, ...parts];
  const setCount = parts.reduce((sum, part) => sum + part.starts.length - 1, 0);
  const starts = new Uint32Array(setCount + 1);
  const members = new Uint32Array(parts.reduce((sum, part) => sum + part.members.length, 0));
  let set = 0;
  let filled = 0;
  for (const part of parts) {
    members.set(part.members, filled);
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
    attributes: new Map(parts.flatMap((part) => part.attributes)),
    bytesRead: readers.reduce((sum, part) => sum + part.bytesRead, 0),
    lost: new Map(readers.flatMap((part) => part.lost)),
    problems: readers.flatMap((part): readonly Problem[] => part.problems),
  };
}
