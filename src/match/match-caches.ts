import type { FileTable } from "../core/file-table.ts";
import type { FileCalls } from "../fs/file-calls.ts";
import { maxOpenFiles } from "../fs/open-limit.ts";
import { tableOf } from "../workers/shared-table.ts";
import { type ThreadState, ThreadSlot } from "../workers/task.ts";
import { BlockBuffers } from "./block-buffers.ts";
import { DirFdCache } from "../fs/dir-fd-cache.ts";
import { FirstBlocks } from "./first-blocks.ts";
import { OpenFiles } from "./open-files.ts";

/** Files open at once in all threads, and their share of the descriptors that a process may have. */
const MOST_OPEN = 512;
const OPEN_SHARE = 1 / 4;

/** What one task leaves to the next on the same thread. */
export interface MatchCaches {
  /** Files that the thread may keep open at once. */
  readonly mostOpen: number;
  readonly dirs: DirFdCache;
  readonly open: OpenFiles;
  readonly buffers: BlockBuffers;
  readonly firstBlocks: FirstBlocks;
}

export function makeMatchCaches(
  files: FileTable,
  mostHeld: number,
  calls: FileCalls,
  threads = 1,
): MatchCaches {
  return {
    mostOpen: Math.min(Math.floor(MOST_OPEN / threads), maxOpenFiles(threads, OPEN_SHARE)),
    dirs: new DirFdCache(files, calls, threads),
    open: new OpenFiles(files.count),
    buffers: new BlockBuffers(mostHeld),
    firstBlocks: new FirstBlocks(),
  };
}

const MATCH_CACHES = new ThreadSlot<MatchCaches>(({ dirs }) => dirs.closeAll());

/** The caches of a thread, made for the first task that needs them. */
export function matchCachesOf(
  thread: ThreadState,
  { mostHeld }: { readonly mostHeld: number },
): MatchCaches {
  return thread.getOrCreate(MATCH_CACHES, () =>
    makeMatchCaches(tableOf(thread), mostHeld, thread.fileCalls, thread.threads),
  );
}
