import type { FileTable } from "../core/file-table.ts";
import type { Lost } from "../core/model.ts";
import { tableOf } from "../workers/shared-table.ts";
import { type ThreadState, defineTask } from "../workers/task.ts";
import type { Problem } from "../core/report.ts";
import { loadXxhash } from "./content-hash.ts";
import { FileReader } from "./file-reader.ts";
import { matchCachesOf } from "./match-caches.ts";

/** First blocks that were read before their groups are matched, so that they are not read again. */
export interface PrefetchedBlocks {
  /** Memory that all threads share, in pieces: block after block. */
  readonly pieces: readonly Uint8Array[];
  readonly blocksInPiece: number;
  /** Bytes of a block. */
  readonly length: number;
  /** By member: the number of its block. */
  readonly at: Uint32Array;
}

/** The first block of the member at `index`. */
export function prefetchedBlock(
  { pieces, blocksInPiece, length, at }: PrefetchedBlocks,
  index: number,
): Uint8Array {
  const offset = (at[index] % blocksInPiece) * length;
  return pieces[Math.floor(at[index] / blocksInPiece)].subarray(offset, offset + length);
}

/** The files whose first blocks one task reads. */
interface FirstBlocksInput {
  readonly members: Uint32Array;
  /** Bytes of each file's first block. */
  readonly length: number;
  readonly options: { readonly mostHeld: number; readonly checkWriters: boolean };
}

/** The first blocks of some files of one size. */
export interface FirstBlockBatch {
  /** Memory that all threads share: block after block, in the order of the files. */
  readonly blocks: Uint8Array;
  /** xxHash of each block. */
  readonly hashes: Uint32Array;
  /** 1 if the block was read, and from the file that the walk saw. */
  readonly isRead: Uint8Array;
  readonly bytesRead: number;
  readonly lost: readonly (readonly [file: number, how: Lost])[];
  readonly problems: readonly Problem[];
}

/**
 * Reads the first blocks of a part of a large group. Each file is confirmed while it is open, as the thread
 * that compares its block may never open it.
 */
export const readFirstBlocksTask = defineTask("readFirstBlocks", readFirstBlocks);

async function readFirstBlocks(
  { members, length, options }: FirstBlocksInput,
  thread: ThreadState,
): Promise<FirstBlockBatch> {
  const files: FileTable = tableOf(thread);
  const caches = matchCachesOf(thread, options);
  const xxhash = await loadXxhash();
  const { checkWriters } = options;
  const readerOptions = { mostOpen: 0, checkWriters, useAll: false };
  const reader = new FileReader(files, readerOptions, thread.fileCalls, caches.dirs, caches.open);
  const blocks = new Uint8Array(new SharedArrayBuffer(members.length * length));
  const hashes = new Uint32Array(members.length);
  const isRead = new Uint8Array(members.length);
  const buffer = caches.buffers.take(length);
  const block = buffer.subarray(0, length);
  for (let i = 0; i < members.length && !thread.stopped(); i += 1) {
    if (!reader.read(members[i], block, length, 0)) continue;
    blocks.set(block, i * length);
    hashes[i] = xxhash.h32Raw(block);
    isRead[i] = 1;
  }
  caches.buffers.give(buffer);
  const { bytesRead, lost, problems } = reader;
  return { blocks, hashes, isRead, bytesRead, lost: [...lost], problems };
}
