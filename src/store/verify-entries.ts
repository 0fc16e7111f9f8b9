import { type BytePath, nameOf } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import type { Problem } from "../core/report.ts";
import { isErrno } from "../core/result.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { digestEntriesTask } from "./digest-entries.ts";
import { evictEntry } from "./evict-entry.ts";
import { bucketOf, parseEntryName } from "./layout.ts";
import type { Store } from "./open-store.ts";
import { type ScanVisitor, entryPath, scanStore } from "./scan-store.ts";

/** Entries and bytes in one task: some 10 ms of work. */
const BATCH_ENTRIES = 200;
const BATCH_BYTES = 16 * 1024 * 1024;
/** Batches that are listed at once: a million paths would take 800 MB. */
const MOST_BATCHES = 100;
/** With fewer bytes than this, starting worker threads costs more time than they save. */
const WORTH_THREADS = 64 * 1024 * 1024;

export interface Verified {
  /** Entries whose content is what their names say. */
  readonly sound: number;
  /** Paths of entries whose content is not what their names say; they were removed. */
  readonly damaged: readonly BytePath[];
  /** Bytes read. */
  readonly bytesRead: number;
  /** Entries that cannot be read or removed, and what is no entry. */
  readonly problems: readonly Problem[];
}

/**
 * Computes the digest of every entry again, on all threads, and removes the entries that are damaged.
 *
 * @param mostBatches Batches of entries that are listed at once.
 */
export async function verifyEntries(
  store: Store,
  pool: WorkerPool,
  mostBatches = MOST_BATCHES,
): Promise<Verified> {
  const total = await countBytes(store, pool);
  if (total > WORTH_THREADS) pool.start();
  const problems: Problem[] = [];
  const damaged: BytePath[] = [];
  let sound = 0;
  let bytesRead = 0;
  const verify = async (paths: readonly BytePath[]): Promise<void> => {
    const digests = await pool.run(digestEntriesTask, paths);
    for (const [i, { digest, inode, bytes, problem }] of digests.entries()) {
      const path = paths[i];
      bytesRead += bytes;
      if (problem !== undefined && problem.code !== "ENOENT") problems.push({ path, ...problem });
      if (digest === undefined) continue;
      if (digest === parseEntryName(nameOf(path))?.digest) {
        sound += 1;
        continue;
      }
      const name = nameOf(path);
      const evicted = evictEntry(store.path, { bucket: bucketOf(name), name }, inode);
      if (isErrno(evicted)) {
        const { code } = evicted;
        const message = `it is damaged, and cannot be removed: ${describeErrno(code)}`;
        problems.push({ path, code, message });
      } else if (evicted) damaged.push(path);
    }
    pool.emit({ type: "match", done: bytesRead, total });
  };
  const use = (batches: readonly (readonly BytePath[])[]): Promise<unknown> =>
    Promise.all(batches.map(verify));
  await eachBatches(store, pool, problems, mostBatches, use);
  return { sound, damaged: damaged.sort(), bytesRead, problems };
}

async function countBytes({ path }: Store, pool: WorkerPool): Promise<number> {
  let total = 0;
  const visitor: ScanVisitor = {
    entry(_, __, { size }) {
      total += size;
    },
    stranger: () => undefined,
  };
  await scanStore(path, visitor, () => pool.stopped);
  return total;
}

/** Calls a function with the paths of some thousand entries after another, cut into batches. */
async function eachBatches(
  { path: store }: Store,
  pool: WorkerPool,
  problems: Problem[],
  mostBatches: number,
  use: (batches: readonly (readonly BytePath[])[]) => Promise<unknown>,
): Promise<void> {
  let batches: BytePath[][] = [];
  let batchBytes = Number.POSITIVE_INFINITY;
  const flush = async (): Promise<void> => {
    const found = batches;
    batches = [];
    batchBytes = Number.POSITIVE_INFINITY;
    await use(found);
  };
  const visitor: ScanVisitor = {
    entry(_, at, { size }) {
      if (batchBytes >= BATCH_BYTES || (batches.at(-1)?.length ?? 0) >= BATCH_ENTRIES) {
        batches.push([]);
        batchBytes = 0;
      }
      batches.at(-1)?.push(entryPath(store, at));
      batchBytes += size;
    },
    stranger(path, why) {
      if (isErrno(why)) problems.push({ path, code: why.code, message: describeErrno(why.code) });
      else problems.push({ path, code: "EINVAL", message: "it is no entry of the store" });
    },
    endOfBucket: () => (batches.length < mostBatches ? Promise.resolve() : flush()),
  };
  await scanStore(store, visitor, () => pool.stopped);
  await flush();
}
