import { type BytePath, fromText } from "../core/byte-path.ts";
import { DedupeError } from "../core/errors.ts";
import type { Hooks } from "../core/events.ts";
import type {
  StoreStatusReport,
  StoreTrimReport,
  StoreVerifyReport,
} from "../core/store-reports.ts";
import { type Store, openStore } from "../store/open-store.ts";
import { lockStoreShared, tryLockStore } from "../store/store-lock.ts";
import { storePath } from "../store/store-path.ts";
import { storeStatus } from "../store/store-status.ts";
import { MAX_AGE, trimStore } from "../store/trim-store.ts";
import { verifyEntries } from "../store/verify-entries.ts";
import { startTimer } from "../core/start-timer.ts";
import { WorkerPool } from "../workers/worker-pool.ts";

export interface StoreOptions {
  /** The directory of the store; default: `$DEDUPE_STORE`, or one in the user's cache directory. */
  readonly store?: string | undefined;
}

export interface TrimOptions extends StoreOptions {
  /** Milliseconds without use after which an entry is removed; default: five days. */
  readonly maxAge?: number | undefined;
  /** Bytes on the disk that entries without use may take together; default: any. */
  readonly maxSize?: number | undefined;
  /** Remove all entries without use. */
  readonly unused?: boolean;
  readonly dryRun?: boolean;
}

export interface VerifyOptions extends StoreOptions {
  /** Threads; default: one per processor. */
  readonly jobs: number;
}

/** The path of the store, which need not exist. */
export function storePathOf({ store }: StoreOptions): BytePath {
  return storePath(store === undefined ? undefined : fromText(store), process.env);
}

/** @throws DedupeError if there is no store. */
export async function status(options: StoreOptions, hooks: Hooks = {}): Promise<StoreStatusReport> {
  const stopped = (): boolean => hooks.signal?.aborted ?? false;
  const found = await storeStatus(openExisting(options), Date.now(), stopped);
  return { schema: 1, command: "store status", interrupted: stopped(), ...found };
}

/**
 * Removes entries that no tree uses.
 *
 * @throws DedupeError if there is no store.
 */
export async function trim(options: TrimOptions, hooks: Hooks = {}): Promise<StoreTrimReport> {
  const { dryRun = false, unused = false, maxSize } = options;
  const seconds = startTimer();
  const stopped = (): boolean => hooks.signal?.aborted ?? false;
  const store = openExisting(options);
  const lock = dryRun ? undefined : tryLockStore(store.path, "exclusive");
  const head = { schema: 1, command: "store trim", path: store.path, dryRun } as const;
  if (typeof lock === "string") {
    const message =
      lock === "busy"
        ? "nothing was trimmed: another run is using the store"
        : "nothing was trimmed: the store cannot be locked here";
    const problems = [{ path: store.path, code: lock === "busy" ? "EBUSY" : "ENOLCK", message }];
    const nothing = { removed: 0, removedBytes: 0, kept: 0, interrupted: stopped() };
    return { ...head, ...nothing, problems, seconds: seconds() };
  }
  try {
    // With a limit of size alone, no entry is too old.
    const byAge = maxSize === undefined ? MAX_AGE : Number.POSITIVE_INFINITY;
    const maxAge = unused ? Number.NEGATIVE_INFINITY : (options.maxAge ?? byAge);
    const now = Date.now();
    const trimmed = await trimStore(store, { maxAge, maxSize, dryRun, now }, stopped);
    return { ...head, interrupted: stopped(), ...trimmed, seconds: seconds() };
  } finally {
    lock?.release();
  }
}

/**
 * Computes the digest of every entry again, and removes those that are damaged.
 *
 * @throws DedupeError if there is no store.
 */
export async function verify(
  options: VerifyOptions,
  hooks: Hooks = {},
): Promise<StoreVerifyReport> {
  const seconds = startTimer();
  const store = openExisting(options);
  const pool = new WorkerPool(options.jobs, hooks);
  // A trim meanwhile is no harm: an entry that is gone is no problem.
  const lock = await lockStoreShared(store.path, () => pool.stopped);
  try {
    const verified = await verifyEntries(store, pool);
    const head = { schema: 1, command: "store verify", path: store.path } as const;
    return { ...head, interrupted: pool.stopped, ...verified, seconds: seconds() };
  } finally {
    await pool.close();
    if (typeof lock !== "string") lock.release();
  }
}

function openExisting(options: StoreOptions): Store {
  const path = storePathOf(options);
  const store = openStore(path, { create: false, ownOnly: false });
  if (store.exists) return store;
  throw new DedupeError(
    "missing-path",
    `${Buffer.from(path, "latin1").toString("utf8")}: there is no store`,
    "dedupe --hardlink --store <dir> <path> makes one",
  );
}
