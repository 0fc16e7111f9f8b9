import type { BytePath } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { eachGroup } from "../core/groups.ts";
import type { DuplicateSets, StoreEntries } from "../core/model.ts";
import type { Warning } from "../core/report.ts";
import { isErrno } from "../core/result.ts";
import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { originalMode } from "../replace/original-mode.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { digestEntriesTask } from "./digest-entries.ts";
import { digestOf, withMembers, withSingles } from "./digested-sets.ts";
import { evictEntry } from "./evict-entry.ts";
import { type EntryFinder, type Wanted } from "./find-entries.ts";
import { MOST_GENERATIONS, parseEntryName } from "./layout.ts";
import type { Store } from "./open-store.ts";
import { entryPath } from "./scan-store.ts";
import { type Candidate, type ProofOptions, proveEntries, warningOf } from "./prove-entries.ts";

/** What the store has for a tree. */
export interface LookUp {
  /** The table of the tree with a row for each entry that was found. */
  readonly files: FileTable;
  /** The sets of the tree, also those of one file. */
  readonly sets: DuplicateSets;
  /** The same sets with the entries that were proven equal, at the end of each. */
  readonly withEntries: DuplicateSets;
  readonly entries: StoreEntries;
  /** Sets of whose names in the store one is taken, by an entry that is equal or not. */
  readonly matched: ReadonlySet<number>;
  /** The directory of the table that is the first one of the store. */
  readonly firstBucket: number;
  /** Entries whose content is not what their names say. They were removed, or would be in a run that changes files. */
  readonly evicted: readonly BytePath[];
  readonly warnings: readonly Warning[];
}

/** Files between two yields to the event loop. */
const STEP = 500;

/**
 * Looks up the content of every set of a tree, and proves which entries are equal to it, byte for byte. An entry that
 * is not equal has a wrong content, which evicts it, or the digest of another content.
 *
 * @param isEntry Whether the inode of a row is known to be an entry: it is not looked up.
 */
export async function lookUp(
  store: Store,
  tree: FileTable,
  treeSets: DuplicateSets,
  {
    finder,
    isEntry,
  }: { readonly finder: EntryFinder; readonly isEntry: (file: number) => boolean },
  options: ProofOptions,
  pool: WorkerPool,
): Promise<LookUp> {
  const sets = withSingles(treeSets);
  if (!sets.hashes.some((_, set) => digestOf(sets, set) !== undefined))
    return nothingToLookUp(tree, sets, isEntry);
  const { candidates, matched } = await findCandidates(tree, sets, finder, pool);
  finder.close();
  const { files, proof } = await proveEntries(store, tree, sets, candidates, finder, options, pool);
  const warnings = [
    ...proof.warnings,
    ...Array.from(finder.strangers, (path) => warningOf(path, "it is not a file")),
  ];
  const evicted = await evictDamaged(store, proof.different, options.changesDisk, pool, warnings);
  const closed = new Set([...fullSets(candidates), ...proof.busy.map(({ set }) => set)]);
  const device = tree.devices.indexOf(store.device);
  const entries: StoreEntries = {
    firstEntry: tree.count,
    entries: proof.equal,
    isEntry,
    hasRoom: (set, file) =>
      digestOf(sets, set) !== undefined && tree.columns.device[file] === device && !closed.has(set),
  };
  const { attributes, lost, bytesRead } = proof;
  const proven = { ...sets, attributes, lost, bytesRead: sets.bytesRead + bytesRead };
  return {
    files,
    sets: proven,
    withEntries: withMembers(files, proven, proof.equal),
    entries,
    matched,
    firstBucket: tree.dirCount,
    evicted,
    warnings,
  };
}

/** Every file is an entry already, or none may become one. */
function nothingToLookUp(
  files: FileTable,
  sets: DuplicateSets,
  isEntry: (file: number) => boolean,
): LookUp {
  const entries: StoreEntries = {
    firstEntry: files.count,
    entries: new Map(),
    isEntry,
    hasRoom: () => false,
  };
  const nothing = { matched: new Set<number>(), evicted: [], warnings: [] };
  return { files, sets, withEntries: sets, entries, firstBucket: files.dirCount, ...nothing };
}

/** The content and name of a member of a set; undefined if its digest was not computed. */
export function wanted(
  files: FileTable,
  sets: DuplicateSets,
  set: number,
  file: number,
): Wanted | undefined {
  const digest = digestOf(sets, set);
  if (digest === undefined) return undefined;
  const mode = originalMode(files, file) ?? files.columns.mode[file];
  return { digest, mode, name: files.name(file) };
}

/** The sets that have so many entries that no further one is put in. */
function fullSets(candidates: readonly Candidate[]): ReadonlySet<number> {
  const counts = new Map<number, number>();
  for (const { set } of candidates) counts.set(set, (counts.get(set) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count >= MOST_GENERATIONS).map(([set]) => set));
}

async function findCandidates(
  files: FileTable,
  sets: DuplicateSets,
  finder: EntryFinder,
  pool: WorkerPool,
): Promise<{ readonly candidates: Candidate[]; readonly matched: ReadonlySet<number> }> {
  const { mode } = files.columns;
  const candidates: Candidate[] = [];
  const matched = new Set<number>();
  for (const { group: set, from, to } of eachGroup(sets.starts)) {
    if (set % STEP === STEP - 1) await yieldToEventLoop();
    if (pool.stopped) break;
    const digest = digestOf(sets, set);
    if (digest === undefined) continue;
    const strangers = finder.strangers.size;
    const names = new Set<BytePath>();
    const modes = new Set<number>();
    for (const member of sets.members.subarray(from, to)) {
      if (modes.has(mode[member])) continue;
      modes.add(mode[member]);
      const each = wanted(files, sets, set, member);
      for (const found of each === undefined ? [] : finder.find(each)) {
        if (names.has(found.name)) continue;
        names.add(found.name);
        candidates.push({ set, digest, found });
      }
    }
    if (names.size > 0 || finder.strangers.size > strangers) matched.add(set);
  }
  return { candidates, matched };
}

/** Removes those of the entries whose content is not what their names say. The others have the digest of another content. */
async function evictDamaged(
  store: Store,
  different: readonly Candidate[],
  changesDisk: boolean,
  pool: WorkerPool,
  warnings: Warning[],
): Promise<BytePath[]> {
  if (different.length === 0) return [];
  const paths = different.map(({ found }) => entryPath(store.path, found));
  const digests = await pool.run(digestEntriesTask, paths);
  const evicted: BytePath[] = [];
  for (const [i, { digest, inode }] of digests.entries()) {
    const { found } = different[i];
    if (digest === undefined || digest === parseEntryName(found.name)?.digest) continue;
    const done = changesDisk ? evictEntry(store.path, found, inode) : true;
    if (isErrno(done)) warnings.push(warningOf(paths[i], "it is damaged, and cannot be removed"));
    else if (done) {
      evicted.push(paths[i]);
      const message = `the contents of this entry of the store ${changesDisk ? "were" : "are"} not what its name says: a tool wrote through a link, or the disk damaged it${changesDisk ? "; it was removed" : ""}`;
      warnings.push({ code: "store", path: paths[i], message });
    }
  }
  return evicted;
}
