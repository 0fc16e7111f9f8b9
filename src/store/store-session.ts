import type { BytePath } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import type { DuplicateSets, Locations, Outcomes, Plan } from "../core/model.ts";
import type { Warning } from "../core/report.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { type Additions, addEntries } from "./add-entries.ts";
import { checkRoots } from "./check-roots.ts";
import { EntryFinder } from "./find-entries.ts";
import { InodeHints, readHints } from "./inode-hints.ts";
import { knownEntries } from "./known-entries.ts";
import { type LookUp, lookUp } from "./look-up.ts";
import { type Store, openStore } from "./open-store.ts";
import { rebuildHints } from "./rebuild-hints.ts";
import { refreshEntries } from "./refresh-entries.ts";
import { type NoLock, lockStoreShared, tryLockStore } from "./store-lock.ts";
import { storePath } from "./store-path.ts";
import { MAX_AGE, type Trimmed, trimStore } from "./trim-store.ts";
import { isTrimDue } from "./trim-times.ts";

export interface SessionOptions {
  /** The paths to search. */
  readonly paths: readonly BytePath[];
  /** Where the store is, as the user says; undefined: at the default place. */
  readonly storeDir: BytePath | undefined;
  readonly action: "none" | "hardlink" | "reflink";
  readonly linkElsewhere: boolean;
  readonly ignoreMode: boolean;
  readonly respectXattrs: boolean;
  readonly changesDisk: boolean;
}

/** The use of a store by one run. */
export interface StoreSession {
  readonly path: BytePath;
  /** Finds out which rows of a tree are entries already, or cannot become any, so that they are not read. */
  recognize(files: FileTable): Promise<Recognized>;
  lookUp(
    files: FileTable,
    sets: DuplicateSets,
    recognized: Recognized,
    pool: WorkerPool,
  ): Promise<LookUp>;
  /** Puts files in, and marks the entries that were cloned as used. */
  update(
    looked: LookUp,
    plan: Plan,
    outcomes: Outcomes,
    locations: Locations | undefined,
    pool: WorkerPool,
  ): Promise<Additions>;
  /** Unlocks the store, and trims it if that is due and no other run uses it. */
  trimIfDue(stopped: () => boolean): Promise<Trimmed | undefined>;
  /** Unlocks the store. May be called more than once. */
  release(): void;
}

export interface Recognized {
  /** Whether the digest of a row is not needed. */
  readonly isKnown: (file: number) => boolean;
  /** Whether the inode of a row is an entry. */
  readonly isEntry: (file: number) => boolean;
  /** The number of inodes that are entries. */
  readonly count: number;
}

/**
 * Opens the store for a run.
 *
 * @returns A warning if it cannot be locked: the run goes on without it.
 * @throws DedupeError if the store cannot be used for these paths.
 */
export async function openSession(
  options: SessionOptions,
  pool: WorkerPool,
): Promise<StoreSession | Warning> {
  const { changesDisk, action, linkElsewhere } = options;
  const path = storePath(options.storeDir, process.env);
  const ownOnly = action !== "reflink" || linkElsewhere;
  const found = openStore(path, { create: false, ownOnly });
  checkRoots(found, options.paths);
  const store = changesDisk ? openStore(path, { create: true, ownOnly }) : found;
  const lock = changesDisk ? await lockStoreShared(store.path, () => pool.stopped) : undefined;
  if (typeof lock === "string") return whyUnlocked(store.path, lock);
  const hints = await hintsOf(store, changesDisk, pool);
  const finder = new EntryFinder(store.path, hints, options.ignoreMode);
  return {
    path: store.path,
    recognize: (files) => recognize(files, store, hints, finder),
    lookUp: (files, sets, { isEntry }, threads) =>
      lookUp(store, files, sets, { finder, isEntry }, options, threads),
    async update(looked, plan, outcomes, locations, threads) {
      const device = looked.files.devices.indexOf(store.device);
      const method = locations?.clones[device] === true ? "clone" : "link";
      if (method === "clone") refreshEntries(store.path, looked, BigInt(Date.now()) * 1_000_000n);
      return addEntries(store, looked, { plan, outcomes, finder, method }, threads);
    },
    trimIfDue(stopped) {
      lock?.release();
      return trimIfDue(store, stopped);
    },
    release() {
      finder.close();
      lock?.release();
    },
  };
}

function whyUnlocked(path: BytePath, why: NoLock): Warning {
  const message =
    why === "busy"
      ? "the store is not used in this run: another process is trimming it"
      : "the store is not used in this run: it cannot be locked (native calls or locks of the file system are missing)";
  return { code: "store", path, message };
}

async function hintsOf(
  { path, exists }: Store,
  changesDisk: boolean,
  pool: WorkerPool,
): Promise<InodeHints> {
  if (!exists) return new InodeHints(Buffer.alloc(0));
  return readHints(path) ?? (await rebuildHints(path, changesDisk, () => pool.stopped));
}

async function recognize(
  files: FileTable,
  store: Store,
  hints: InodeHints,
  finder: EntryFinder,
): Promise<Recognized> {
  const known = await knownEntries(files, store, hints, finder);
  finder.close();
  const { device, inode } = files.columns;
  const deviceIndex = files.devices.indexOf(store.device);
  const inodes = new Set<bigint>();
  known.forEach((isEntry, file) => {
    if (isEntry === 1) inodes.add(inode[file]);
  });
  return {
    isKnown: (file) => known[file] === 1 || device[file] !== deviceIndex,
    isEntry: (file) => known[file] === 1,
    count: inodes.size,
  };
}

async function trimIfDue(store: Store, stopped: () => boolean): Promise<Trimmed | undefined> {
  const now = Date.now();
  if (stopped() || !isTrimDue(store.path, now)) return undefined;
  const alone = tryLockStore(store.path, "exclusive");
  if (typeof alone === "string") return undefined;
  try {
    return await trimStore(store, { maxAge: MAX_AGE, dryRun: false, now }, stopped);
  } finally {
    alone.release();
  }
}
