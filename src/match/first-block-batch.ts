import type { FileTable } from "../core/file-table.ts";
import type { FileCalls } from "../fs/file-calls.ts";
import { FileReader } from "./file-reader.ts";
import { loadHash } from "./content-hash.ts";
import { tableOf } from "../workers/shared-table.ts";
import { defineTask } from "../workers/task.ts";
import { type MatchCaches, matchCachesOf } from "./match-caches.ts";
import type { MatchOptions, Matched } from "./match-groups.ts";

/** The first blocks of some files of one size. */
export interface FirstBlockBatch extends Pick<Matched, "bytesRead" | "lost" | "problems"> {
  /** Memory that all threads share: block after block, in the order of the files. */
  readonly blocks: Uint8Array;
  /** xxHash of each block. */
  readonly hashes: Uint32Array;
  /** 1 where the block was read, of the very file that the walk saw. */
  readonly isRead: Uint8Array;
}

/**
 * Reads the first `length` bytes of every file, for threads that share a group which is too large for one.
 * Each file is confirmed while it is open, as it may be compared by a thread that never opens it.
 */
export async function readFirstBlocks(
  files: FileTable,
  members: Uint32Array,
  length: number,
  stopped: () => boolean,
  calls: FileCalls,
  kept: MatchCaches,
): Promise<FirstBlockBatch> {
  const xxhash = await loadHash();
  const keepNoneOpen = 0;
  const reader = new FileReader(files, keepNoneOpen, calls, kept.dirs, kept.open);
  const blocks = new Uint8Array(new SharedArrayBuffer(members.length * length));
  const hashes = new Uint32Array(members.length);
  const isRead = new Uint8Array(members.length);
  const buffer = kept.buffers.take(length);
  const block = buffer.subarray(0, length);
  for (let i = 0; i < members.length && !stopped(); i += 1) {
    if (!reader.read(members[i], block, length, 0)) continue;
    blocks.set(block, i * length);
    hashes[i] = xxhash.h32Raw(block);
    isRead[i] = 1;
  }
  kept.buffers.give(buffer);
  const { bytesRead, lost, problems } = reader;
  return { blocks, hashes, isRead, bytesRead, lost: [...lost], problems };
}

/** The files whose first blocks one task reads. */
interface FirstBlocksInput {
  readonly members: Uint32Array;
  /** Bytes of each file's first block. */
  readonly length: number;
  readonly options: MatchOptions;
}

export const readFirstBlocksTask = defineTask(
  "readFirstBlocks",
  ({ members, length, options }: FirstBlocksInput, thread) =>
    readFirstBlocks(
      tableOf(thread),
      members,
      length,
      thread.stopped,
      thread.fileCalls,
      matchCachesOf(thread, options),
    ),
);
