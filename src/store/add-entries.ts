import { type BytePath, join } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import {
  type Outcomes,
  type Plan,
  type StoreAddition,
  Verdict,
  skipVerdict,
} from "../core/model.ts";
import type { Warning } from "../core/report.ts";
import { shareTable } from "../workers/shared-table.ts";
import { releaseResources } from "../workers/task.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { type AddInput, type Added, addEntriesTask } from "./add-entry.ts";
import type { EntryFinder } from "./find-entries.ts";
import { type Hint, appendHints } from "./inode-hints.ts";
import { type EntryName, MOST_GENERATIONS, entryNameOf, formatEntryName } from "./layout.ts";
import { type LookUp, wanted } from "./look-up.ts";
import type { Store } from "./open-store.ts";
import { TEMPORARY_DIR } from "./temporaries.ts";

/** Entries in one task: some 10 ms of work. */
const BATCH = 200;
/** With fewer entries than this, starting worker threads costs more than it saves. */
const WORTH_THREADS = 2000;

export interface Additions {
  /** Entries that were put in. */
  readonly count: number;
  /** Rows of the tree whose inodes these entries are; empty for clones. */
  readonly rows: ReadonlySet<number>;
  readonly warnings: readonly Warning[];
}

export interface AddRequest {
  readonly plan: Plan;
  readonly outcomes: Outcomes;
  readonly finder: EntryFinder;
  readonly method: AddInput["method"];
}

/** Puts the files into the store that the plan names, and those whose entry was gone or full when they were linked. */
export async function addEntries(
  store: Store,
  { files, sets, entries, matched, firstBucket }: LookUp,
  { plan, outcomes, finder, method }: AddRequest,
  pool: WorkerPool,
): Promise<Additions> {
  const additions = [
    ...(plan.store?.additions ?? []),
    ...withoutEntry(plan, outcomes, entries.firstEntry),
  ].filter(({ file }) => files.columns.device[file] === files.devices.indexOf(store.device));
  const changedByUs = keeperInodes(files, outcomes);
  const names = new Set<BytePath>();
  const items = additions.flatMap(({ file, set }) => {
    const each = wanted(files, sets, set, file);
    if (each === undefined) return [];
    const first = matched.has(set)
      ? finder.freeGeneration(each)
      : entryNameOf(each.digest, each.mode, each.name);
    const name = first === undefined ? undefined : unusedName(first, names);
    if (name === undefined) return [];
    names.add(name);
    const isOurs = changedByUs.has(files.columns.inode[file]);
    return [{ file, digest: each.digest, name, changedByUs: isOurs }];
  });
  if (items.length > WORTH_THREADS) pool.start();
  await pool.prepare(shareTable, files.shared());
  const temporaryDir = join(store.path, TEMPORARY_DIR);
  const warnings: Warning[] = [];
  const rows = new Set<number>();
  const hints: Hint[] = [];
  await Promise.all(
    Array.from({ length: Math.ceil(items.length / BATCH) }, async (_, i) => {
      const batch = items.slice(i * BATCH, (i + 1) * BATCH);
      const results = await pool.run(addEntriesTask, {
        items: batch,
        firstBucket,
        temporaryDir,
        method,
      });
      for (const [k, result] of results.entries()) {
        const { file, digest } = batch[k];
        if (result.type === "added") hints.push({ digest, inode: result.inode });
        if (result.type === "added" && method === "link") rows.add(file);
        if (result.type === "failed") warnings.push(warningOf(files.path(file), result));
      }
    }),
  );
  await pool.broadcast(releaseResources, undefined);
  appendHints(store.path, hints); // without them, a later run reads more
  return { count: hints.length, rows, warnings: summarizeWarnings(warnings) };
}

/** The name of the first generation that this run has not used itself; undefined if there is none. */
function unusedName(entry: EntryName, used: ReadonlySet<BytePath>): BytePath | undefined {
  for (let { generation } = entry; generation < MOST_GENERATIONS; generation += 1) {
    const name = formatEntryName({ ...entry, generation });
    if (!used.has(name)) return name;
  }
  return undefined;
}

/** Files that were to be linked to an entry that vanished, changed or took no further link. */
function withoutEntry(
  { starts, names, keepers, verdicts, store }: Plan,
  outcomes: Outcomes,
  firstEntry: number,
): StoreAddition[] {
  const found: StoreAddition[] = [];
  if (store === undefined) return found;
  const reasons = [skipVerdict("changed"), skipVerdict("link-limit")];
  for (let set = 0; set + 1 < starts.length; set += 1) {
    for (let row = starts[set]; row < starts[set + 1]; row += 1) {
      if (verdicts[row] !== Verdict.replace || keepers[row] < firstEntry) continue;
      const isOwn = outcomes.keepers[row] === names[row];
      if (isOwn && reasons.includes(outcomes.verdicts[row])) found.push({ file: names[row], set });
    }
  }
  return found;
}

/** The inodes that this run has given links, and so a new change time. */
function keeperInodes(files: FileTable, { verdicts, keepers }: Outcomes): ReadonlySet<bigint> {
  const inodes = new Set<bigint>();
  verdicts.forEach((verdict, row) => {
    if (verdict === Verdict.replaced) inodes.add(files.columns.inode[keepers[row]]);
  });
  return inodes;
}

function warningOf(path: BytePath, { code }: Extract<Added, { type: "failed" }>): Warning {
  const message = `it is not put into the store: ${describeErrno(code)}`;
  return { code: "store", path, message };
}

/** The first warning of each kind, which says how many there are. */
function summarizeWarnings(warnings: readonly Warning[]): Warning[] {
  const byMessage = new Map<string, { first: Warning; count: number }>();
  for (const warning of warnings) {
    const known = byMessage.get(warning.message);
    if (known === undefined) byMessage.set(warning.message, { first: warning, count: 1 });
    else known.count += 1;
  }
  return Array.from(byMessage.values(), ({ first, count }) =>
    count === 1 ? first : { ...first, message: `${first.message} (and ${count - 1} more)` },
  );
}
