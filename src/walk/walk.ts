import { type BytePath, fromText, toText } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import { DedupeError } from "../core/errors.ts";
import type { Tree } from "../core/model.ts";
import type { Unmatched } from "../core/report.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { finishInSlices } from "../core/slices.ts";
import { disk } from "../fs/disk.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { buildFileTable } from "./build-file-table.ts";
import { followSymlinks } from "./follow-symlinks.ts";
import { readDirsTask, readFiles } from "./read-directories.ts";
import { type GivenPaths, type Roots, findRoots } from "./roots.ts";
import type { DirTask, TableChunk } from "./table-chunk.ts";
import {
  Rejection,
  type WalkRules,
  compileRules,
  selectedKind,
  setWalkRules,
} from "./walk-rules.ts";

export interface WalkOptions extends WalkRules, GivenPaths {
  /** With `followSymlinks`: follow only links that lead inside this directory. */
  readonly within: BytePath | undefined;
  /** Keep the rows of a directory under every path by which a root reaches it, instead of once. */
  readonly perRoot?: boolean;
}

/** Directory entries that one task reads before it hands back the directories that are left: some 5 ms of work. */
const ENTRIES_PER_TASK = 2000;
/** The same until worker threads are ready: the main thread often checks whether they are. */
const ENTRIES_ALONE = 400;

/** Entries that the main thread reads before it starts worker threads: those take 90 ms of processor time to start. */
const WORTH_THREADS = 10_000;

/**
 * Walks every root and stats the files that may be artifacts. The main thread reads the first thousands of
 * entries itself; a larger tree is shared among the worker threads.
 *
 * @throws DedupeError where a root does not exist.
 */
export async function walk(options: WalkOptions, pool: WorkerPool): Promise<Tree> {
  const { within, perRoot = false } = options;
  const rules = rulesOf(options);
  const roots = await findRoots(options, perRoot);
  await pool.prepare(setWalkRules, rules);
  const chunks = await walkDirs(roots.dirs, pool);
  if (roots.files.length > 0 || rules.followSymlinks) {
    const compiled = compileRules(rules);
    const stopped = (): boolean => pool.stopped;
    for (const files of roots.files) {
      const chunk = await finishInSlices(readFiles(files, compiled), stopped);
      if (chunk !== undefined) chunks.push(chunk);
    }
    if (rules.followSymlinks) {
      const found = followSymlinks(chunks, compiled, resolveWithin(within), perRoot);
      for (const chunk of (await finishInSlices(found, stopped)) ?? []) chunks.push(chunk);
    }
  }
  const unmatched = [
    ...unmatchedGlobs(rules, chunks),
    ...roots.missing.map((value): Unmatched => ({ option: "files-from", value })),
    ...noArtifacts(roots, rules),
  ];
  return { ...buildFileTable(chunks, { forThreads: pool.jobs > 1, perRoot }), unmatched };
}

/** The globs that match no file and no directory. */
function unmatchedGlobs(
  { include, exclude }: WalkRules,
  chunks: readonly TableChunk[],
): Unmatched[] {
  if (include.length + exclude.length === 0) return [];
  const matched = new Set(chunks.flatMap(({ matchedGlobs }) => matchedGlobs));
  return [...include, ...exclude].flatMap((glob, number) => {
    if (matched.has(number)) return [];
    return [{ option: number < include.length ? "include" : "exclude", value: fromText(glob) }];
  });
}

/** The listed files that are no artifacts, judging by their names. */
function noArtifacts({ listed }: Roots, rules: WalkRules): Unmatched[] {
  if (listed.length === 0) return [];
  const compiled = compileRules({ ...rules, include: [], exclude: [], kinds: undefined });
  return listed
    .filter(({ name }) => selectedKind(compiled, name, "", true) === Rejection.noArtifact)
    .map(({ path }) => ({ option: "files-from", value: path, isNoArtifact: true }));
}

/** Only what crosses to the worker threads. */
function rulesOf({
  all,
  kinds,
  include,
  exclude,
  minSize,
  maxSize,
  oneFileSystem,
  followSymlinks: follows,
  listSymlinks,
  state,
}: WalkOptions): WalkRules {
  const globs = { include, exclude };
  const sizes = { minSize, maxSize };
  const links = { followSymlinks: follows, listSymlinks };
  return { all, kinds, ...globs, ...sizes, oneFileSystem, ...links, state };
}

function resolveWithin(within: BytePath | undefined): BytePath | undefined {
  if (within === undefined) return undefined;
  const real = tryErrno(() => disk.realPath(within));
  if (!isErrno(real)) return real;
  const why = real.code === "ENOENT" ? "no such file or directory" : describeErrno(real.code);
  throw new DedupeError("missing-path", `--within ${toText(within)}: ${why}`);
}

async function walkDirs(roots: readonly DirTask[], pool: WorkerPool): Promise<TableChunk[]> {
  const chunks: TableChunk[] = [];
  let waiting: DirTask[] = [...roots];
  let files = 0;
  let dirs = 0;
  let entriesAlone = 0;
  const running = new Set<Promise<void>>();
  const collect = (chunk: TableChunk): void => {
    chunks.push(chunk);
    waiting = waiting.concat(chunk.leftOver);
    for (const { fileCount } of chunk.dirs) files += fileCount;
    dirs += chunk.dirs.length;
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
    const work = pool.run(readDirsTask, { tasks, budget }).then(collect);
    const tracked: Promise<void> = work.finally(() => running.delete(tracked));
    running.add(tracked);
    if (!ready) {
      await tracked;
      entriesAlone += ENTRIES_ALONE;
      if (waiting.length > 0) pool.useNativeCalls();
      if (waiting.length > 0 && entriesAlone >= WORTH_THREADS) pool.start();
    }
  }
  await Promise.all(running);
  return chunks;
}
