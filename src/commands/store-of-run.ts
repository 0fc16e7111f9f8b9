import type { FileTable } from "../core/file-table.ts";
import type {
  DuplicateSets,
  Locations,
  Outcomes,
  Plan,
  StoreEntries,
  StoreFindings,
} from "../core/model.ts";
import type { Warning } from "../core/report.ts";
import type { Recognized, StoreSession } from "../store/store-session.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import type { Duplicates } from "./find-duplicates.ts";
import type { Settings } from "./options.ts";

/** The content store of a run; without `--store`, one that does nothing. */
export interface OpenStore {
  /** Undefined if no file's digest is needed. */
  recognize(files: FileTable): Promise<Recognized | undefined>;
  lookUp(
    found: Duplicates,
    recognized: Recognized | undefined,
    pool: WorkerPool,
  ): Promise<LookedUp>;
  /** Unlocks the store. May be called more than once. */
  release(): void;
}

/** What the store has for the files of a tree. */
export interface LookedUp {
  /** The table of the tree with the rows of the entries. */
  readonly files: FileTable;
  readonly sets: DuplicateSets;
  /** The sets with the entries as further members. */
  readonly withEntries: DuplicateSets;
  readonly entries: StoreEntries | undefined;
  /** Puts files into the store, and trims it once a day. */
  update(
    plan: Plan,
    outcomes: Outcomes,
    locations: Locations | undefined,
    pool: WorkerPool,
  ): Promise<StoreUpdate>;
  /** What `update` answers if it does nothing. */
  readonly nothing: StoreUpdate;
}

export interface StoreUpdate {
  /** Rows of the tree whose inodes have become entries. */
  readonly rows: ReadonlySet<number>;
  /** Whether the inode of a row has a link in the store. */
  readonly isStored: (file: number) => boolean;
  readonly findings: StoreFindings | undefined;
  readonly warnings: readonly Warning[];
}

/**
 * Opens the store that the settings ask for. The code of the store is loaded only then.
 *
 * @throws DedupeError if it cannot be used.
 */
export async function openStore(settings: Settings, pool: WorkerPool): Promise<OpenStore> {
  if (settings.store === undefined) return withoutStore([]);
  const { openSession } = await import("../store/store-session.ts");
  const session = await openSession({ ...settings, storeDir: settings.store.dir }, pool);
  return "message" in session ? withoutStore([session]) : withStore(session, settings);
}

function withoutStore(warnings: readonly Warning[]): OpenStore {
  const nothing: StoreUpdate = {
    rows: new Set(),
    isStored: () => false,
    findings: undefined,
    warnings,
  };
  return {
    recognize: () => Promise.resolve(undefined),
    lookUp: ({ tree: { files }, sets }) =>
      Promise.resolve({
        files,
        sets,
        withEntries: sets,
        entries: undefined,
        update: () => Promise.resolve(nothing),
        nothing,
      }),
    release: () => undefined,
  };
}

function withStore(session: StoreSession, settings: Settings): OpenStore {
  return {
    recognize: (files) => session.recognize(files),
    release: () => session.release(),
    async lookUp({ tree, sets: found }, recognized, pool) {
      const known: Recognized = recognized ?? (await session.recognize(tree.files));
      const looked = await session.lookUp(tree.files, found, known, pool);
      const { files, sets, withEntries, entries, evicted, warnings } = looked;
      const inSets = sets.members.filter((member) => known.isEntry(member)).length;
      const findings: StoreFindings = {
        path: session.path,
        found: known.count - inSets,
        added: 0,
        evicted,
        trimmed: 0,
        trimmedBytes: 0,
      };
      const nothing = { rows: new Set<number>(), isStored: known.isEntry, findings, warnings };
      return {
        files,
        sets,
        withEntries,
        entries,
        nothing,
        async update(plan, outcomes, locations, threads) {
          if (!settings.changesDisk) {
            const added = settings.action === "none" ? 0 : (plan.store?.additions.length ?? 0);
            return { ...nothing, findings: { ...findings, added } };
          }
          const done = await session.update(looked, plan, outcomes, locations, threads);
          const trimmed = await session.trimIfDue(() => threads.stopped);
          return {
            rows: done.rows,
            isStored: (file) => known.isEntry(file) || done.rows.has(file),
            warnings: [...warnings, ...done.warnings],
            findings: {
              ...findings,
              added: done.count,
              trimmed: trimmed?.removed ?? 0,
              trimmedBytes: trimmed?.removedBytes ?? 0,
            },
          };
        },
      };
    },
  };
}
