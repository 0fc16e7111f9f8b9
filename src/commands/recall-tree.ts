import type { BytePath } from "../core/byte-path.ts";
import type { DefectLog } from "../core/defects.ts";
import { type Tree, Verdict } from "../core/model.ts";
import type { MemoryFindings, Problem, WrittenThrough } from "../core/report.ts";
import { placeDirs, loadState } from "../state/load-state.ts";
import { type Recollection, type UnlistedPath, recall } from "../state/recall.ts";
import { noteInPlace, noteWritten } from "../state/note-written.ts";
import type { Unsaved } from "../state/remember.ts";
import { listWrittenThrough, writtenInodes } from "../state/written-through.ts";
import { inodeIdentity } from "../state/confirm-written.ts";
import { breakLinks } from "../unshare/break-links.ts";
import { checkSpace } from "../unshare/check-space.ts";
import { outdateRecords } from "../unshare/outdate-records.ts";
import { planRepair } from "../unshare/plan-repair.ts";
import { withRebuildHint } from "../unshare/rebuild-hint.ts";
import { walk } from "../walk/walk.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { walkTree } from "./find-duplicates.ts";
import type { Settings } from "./options.ts";

/** A tree and what is remembered about it. */
export interface RecalledTree {
  /** As it is after repairs. */
  readonly tree: Tree;
  readonly recollection: Recollection;
  readonly writtenThrough: readonly WrittenThrough[];
  /** Paths that could not be repaired. */
  readonly problems: readonly Problem[];
}

/**
 * Compares a tree with what earlier runs have left. If a tool has written in place into an inode that they linked,
 * all of its links have changed, and at most one of them is right. A run that changes files gives each of them a
 * private file, so old that the next build makes it again.
 *
 * @throws DedupeError if the file that the user names cannot hold a state.
 */
export async function recallTree(
  tree: Tree,
  settings: Settings,
  pool: WorkerPool,
  defects: DefectLog,
): Promise<RecalledTree> {
  const memory = loadState(tree.files, settings.stateLocation);
  const seen = recall(tree.files, memory, settings);
  const unlisted = await selectUnlisted(seen.unlisted, settings, pool);
  const recollection = { ...seen, unlisted };
  const found = listWrittenThrough(tree.files, recollection).map(withRebuildHint);
  const recalled = { tree, recollection, writtenThrough: found, problems: [] };
  if (found.length === 0 || !settings.changesDisk || pool.stopped) return recalled;
  const inodes = writtenInodes(tree.files, recollection);
  noteWritten(tree.files, recollection);
  const { repaired, problems } = await repair(found, inodes, settings, pool, defects);
  if (repaired.size === 0) return { ...recalled, problems };
  const homes = noteInPlace(tree.files, recollection, new Set(repaired.keys()));
  const walked = await walkTree(settings, pool);
  return {
    tree: walked,
    recollection: recall(walked.files, placeDirs(walked.files, homes, memory.warnings), settings),
    writtenThrough: found.map((each) => ({
      ...each,
      repaired: repaired.has(each.path),
      outdated: repaired.get(each.path) === true,
    })),
    problems,
  };
}

/** Those of the paths without rows that the run would select if they had another size. */
async function selectUnlisted(
  paths: readonly UnlistedPath[],
  settings: Settings,
  pool: WorkerPool,
): Promise<readonly UnlistedPath[]> {
  if (paths.length === 0) return [];
  const ofAnySize = { ...settings, minSize: 0, maxSize: Number.POSITIVE_INFINITY };
  const { files } = await walk(ofAnySize, pool);
  const selected = new Set<BytePath>();
  for (let row = 0; row < files.count; row += 1) selected.add(files.path(row));
  return paths.filter(({ path }) => selected.has(path));
}

/** What the report says about memory, after the run has remembered what it did. */
export function memoryFindings(
  { recollection, writtenThrough, problems }: RecalledTree,
  unsaved: Unsaved,
): MemoryFindings {
  return {
    writtenThrough,
    warnings: [...recollection.memory.warnings, ...unsaved.warnings],
    problems: [...problems, ...unsaved.problems],
  };
}

interface Repaired {
  /** By path: whether its file is dated so that the next build makes it again. */
  readonly repaired: ReadonlyMap<BytePath, boolean>;
  readonly problems: readonly Problem[];
}

/** Gives paths private files. They are walked on their own: the tree has no rows for empty files. */
async function repair(
  written: readonly WrittenThrough[],
  inodes: ReadonlySet<string>,
  settings: Settings,
  pool: WorkerPool,
  defects: DefectLog,
): Promise<Repaired> {
  const { files } = await walk(everyFileOf(written, settings), pool);
  const rows = new Map<string, number[]>();
  for (let row = 0; row < files.count; row += 1) {
    const identity = inodeIdentity(files, row);
    // Another inode is a file that a tool has put there since.
    if (!inodes.has(identity)) continue;
    const known = rows.get(identity);
    if (known === undefined) rows.set(identity, [row]);
    else known.push(row);
  }
  const plan = planRepair(files, rows.values());
  const lack = checkSpace(files, plan);
  if (lack.length > 0) return { repaired: new Map(), problems: lack };
  const { verdicts, problems } = await breakLinks(files, plan, pool, defects);
  const repaired = new Map<BytePath, boolean>();
  plan.names.forEach((row, i) => {
    if (verdicts[i] !== Verdict.cloned && verdicts[i] !== Verdict.replaced) return;
    const isOutdated = plan.outdated?.[i] === 1;
    repaired.set(files.path(row), isOutdated);
    if (isOutdated) outdateRecords(files.path(row));
  });
  return { repaired, problems };
}

function everyFileOf(written: readonly WrittenThrough[], settings: Settings): Settings {
  return {
    ...settings,
    paths: written.map(({ path }) => path),
    // A path that has disappeared meanwhile is no mistake.
    firstListed: 0,
    all: true,
    kinds: undefined,
    include: [],
    exclude: [],
    minSize: 0,
    maxSize: Number.POSITIVE_INFINITY,
    state: true,
    followSymlinks: false,
    oneFileSystem: false,
  };
}
