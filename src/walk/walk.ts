import { type BytePath, toText } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import { DedupeError } from "../core/errors.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import type { Tree } from "../core/model.ts";
import type { Settings } from "../core/options.ts";
import { cleanUpLeftovers } from "../cleanup/clean-up-leftovers.ts";
import { buildFileTable } from "./build-file-table.ts";
import { followSymlinks as followLinks } from "./follow-symlinks.ts";
import { waitForMtimeTick } from "./wait-for-mtime-tick.ts";
import { readDirsTask, readFiles } from "./read-directories.ts";
import { findRoots } from "./roots.ts";
import { compileRules, setWalkRules } from "./walk-rules.ts";
import type { DirTask, TableChunk } from "./table-chunk.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";

/** Directory entries that one task reads before it hands back the directories that are left: some 5 ms of work. */
const ENTRIES_PER_TASK = 2000;
/** The same until the worker threads are ready: this thread looks often whether they are. */
const ENTRIES_ALONE = 400;

/**
 * Walks every root and stats what may be an artifact. The first thousands of entries are read right
 * here; a tree that is larger is shared out among the worker threads.
 *
 * What a killed run has left is swept first, unless this run changes nothing.
 *
 * @throws DedupeError where a root does not exist.
 */
export async function walk(settings: Settings, pool: WorkerPool): Promise<Tree> {
  let tree = await walkOnce(settings, pool);
  const changesDisk = settings.action !== "none" && !settings.dryRun;
  if (!changesDisk || pool.stopped) return tree;
  // Sweeping changes files that were looked at.
  if (cleanUpLeftovers(tree.temporaries, tree.files) > 0) tree = await walkOnce(settings, pool);
  await waitForMtimeTick(tree.files);
  return tree;
}

async function walkOnce(settings: Settings, pool: WorkerPool): Promise<Tree> {
  const { paths, all, kinds, include, exclude, minSize, maxSize } = settings;
  const { oneFileSystem, followSymlinks, state } = settings;
  const sizes = { minSize, maxSize };
  const rules = { all, kinds, include, exclude, ...sizes, oneFileSystem, followSymlinks, state };
  const roots = await findRoots(paths);
  await pool.prepare(setWalkRules, rules);
  const parts = await walkDirs(roots.dirs, pool);
  if (roots.files.size > 0 || followSymlinks) {
    const compiled = await compileRules(rules);
    for (const [dir, names] of roots.files) parts.push(readFiles(dir, names, compiled));
    if (followSymlinks) parts.push(...followLinks(parts, compiled, resolveWithin(settings.within)));
  }
  return buildFileTable(parts, pool.jobs > 1);
}

function resolveWithin(within: BytePath | undefined): BytePath | undefined {
  if (within === undefined) return undefined;
  const real = tryErrno(() => disk.realPath(within));
  if (!isErrno(real)) return real;
  const why = real.code === "ENOENT" ? "no such file or directory" : describeErrno(real.code);
  throw new DedupeError("missing-path", `--within ${toText(within)}: ${why}`);
}

async function walkDirs(roots: readonly DirTask[], pool: WorkerPool): Promise<TableChunk[]> {
  const parts: TableChunk[] = [];
  let waiting: DirTask[] = [...roots];
  let files = 0;
  let dirs = 0;
  const running = new Set<Promise<void>>();
  const take = (part: TableChunk): void => {
    parts.push(part);
    waiting = waiting.concat(part.leftOver);
    for (const { fileCount } of part.dirs) files += fileCount;
    dirs += part.dirs.length;
    pool.emit({ type: "walk", dirs, files });
  };
  while ((waiting.length > 0 || running.size > 0) && !pool.stopped) {
    if (waiting.length === 0 || (pool.ready && !pool.hasRoom)) {
      await Promise.race(running);
      continue;
    }
    const { ready } = pool;
    const share = ready ? Math.ceil(waiting.length / (2 * pool.jobs)) : waiting.length;
    const tasks = waiting.splice(0, share);
    const budget = ready ? ENTRIES_PER_TASK : ENTRIES_ALONE;
    const work = pool.run(readDirsTask, { tasks, budget }).then(take);
    const tracked: Promise<void> = work.finally(() => running.delete(tracked));
    running.add(tracked);
    if (!ready) {
      await tracked;
      if (waiting.length > 0) pool.start();
    }
  }
  await Promise.all(running);
  return parts;
}
