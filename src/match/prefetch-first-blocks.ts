import type { FileTable } from "../core/file-table.ts";
import { type FirstBlockBatch, readFirstBlocksTask } from "./first-block-batch.ts";
import type { PrefetchedBlocks } from "./prefetched-blocks.ts";
import { blockLength } from "./block-lengths.ts";
import type { MatchOptions } from "./match-groups.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";

/** Files in one task: some 5 ms of work. */
const PIECE = 500;

/** What is left to compare of a group whose first blocks were read. */
export interface PrefetchedGroup {
  /** Groups of members whose first blocks have one hash. */
  readonly members: Uint32Array;
  readonly starts: Uint32Array;
  readonly prefetched: PrefetchedBlocks;
  /** What the tasks that read them have found besides. */
  readonly firstBlockBatches: readonly FirstBlockBatch[];
}

/**
 * Reads the first blocks of one group with the help of all threads: each reads a part of the files, into
 * memory that all share. Only those with the same hash are left to be compared, and not to be read again.
 */
export async function prefetchFirstBlocks(
  files: FileTable,
  members: Uint32Array,
  options: MatchOptions,
  pool: WorkerPool,
): Promise<PrefetchedGroup> {
  const length = blockLength(files.columns.size[members[0]], 0);
  const parts: Uint32Array[] = [];
  for (let from = 0; from < members.length; from += PIECE)
    parts.push(members.slice(from, from + PIECE));
  const firstBlockBatches = await Promise.all(
    parts.map((part) => pool.run(readFirstBlocksTask, { members: part, length, options })),
  );
  const pieces = firstBlockBatches.map(({ blocks }) => blocks);
  const { at, starts } = groupByHash(firstBlockBatches);
  return {
    members: at.map((place) => members[place]),
    starts,
    prefetched: { pieces, blocksInPiece: PIECE, length, at },
    firstBlockBatches,
  };
}

/** Groups of members of a giant group, by their places in it. */
function groupByHash(firstBlockBatches: readonly FirstBlockBatch[]): Pick<
  PrefetchedGroup,
  "starts"
> & {
  readonly at: Uint32Array;
} {
  const byHash = new Map<number, number[]>();
  firstBlockBatches.forEach(({ hashes, isRead }, piece) => {
    for (let i = 0; i < hashes.length; i += 1) {
      if (isRead[i] === 0) continue;
      const alike = byHash.get(hashes[i]);
      if (alike === undefined) byHash.set(hashes[i], [piece * PIECE + i]);
      else alike.push(piece * PIECE + i);
    }
  });
  const at: number[] = [];
  const starts = [0];
  for (const alike of byHash.values()) {
    if (alike.length < 2) continue;
    for (const place of alike) at.push(place);
    starts.push(at.length);
  }
  return { at: Uint32Array.from(at), starts: Uint32Array.from(starts) };
}
