import { isStateDir } from "../artifacts/kinds.ts";
import { BUILD_FILE_DIR, isBuildFile } from "../artifacts/build-files.ts";
import { type BytePath, join } from "../core/byte-path.ts";
import { type Errno, errnoOf, isErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { type FileCalls, type DirEntries, StatBuffer, nodeFileCalls } from "../fs/file-calls.ts";
import { type Sliced, finishInSlices } from "../core/slices.ts";
import { isTemporaryName } from "../core/temporary-name.ts";
import { describeErrno } from "../core/errno-messages.ts";
import { ThreadSlot, defineTask } from "../workers/task.ts";
import {
  type CompiledRules,
  Rejection,
  WALK_RULES,
  entersDir,
  rejectingOption,
  selectedKind,
} from "./walk-rules.ts";
import type { FileRoots } from "./roots.ts";
import { type DirTask, type DirFacts, type TableChunk, TableChunkBuilder } from "./table-chunk.ts";

/** Paths of directories by their identity, "device:inode". */
export type VisitedDirs = Map<string, BytePath>;

/**
 * Reads directories, depth first, until about `budget` entries were read; the directories that are left are
 * handed back, to be shared among the threads. Only files whose names may be artifacts' are stat'ed, each
 * once.
 *
 * An entry that vanishes meanwhile is no problem: a build may be running. A directory that cannot be read is
 * reported as a problem, and the walk goes on.
 *
 * @param visited Directories that were read before: they are skipped, and new ones are added.
 * @param chunk Empty, as `finish` leaves it.
 */
export function* readDirs(
  tasks: readonly DirTask[],
  rules: CompiledRules,
  budget: number,
  calls: FileCalls = nodeFileCalls,
  visited?: VisitedDirs,
  chunk = new TableChunkBuilder(),
): Sliced<TableChunk> {
  const stack = [...tasks].reverse();
  let read = 0;
  let yieldedAt = 0;
  while (stack.length > 0 && read < budget) {
    const task = stack.pop() as DirTask;
    read += 1 + (yield* readDir(calls, task, rules, chunk, stack, visited));
    if (read - yieldedAt < YIELD_INTERVAL) continue;
    yieldedAt = read;
    yield;
  }
  return chunk.finish(stack.reverse(), rules.globUse.takeMatched());
}

/** Directories that one task reads. */
interface WalkInput {
  readonly tasks: readonly DirTask[];
  /** Entries after which the directories that are left are handed back. */
  readonly budget: number;
}

const CHUNK_BUILDER = new ThreadSlot<TableChunkBuilder>();

/** `readDirs` by the rules that `setWalkRules` gave to the thread. */
export const readDirsTask = defineTask("readDirs", async ({ tasks, budget }: WalkInput, thread) => {
  const builder = thread.getOrCreate(CHUNK_BUILDER, () => new TableChunkBuilder());
  const rules = thread.get(WALK_RULES);
  const work = readDirs(tasks, rules, budget, thread.fileCalls, undefined, builder);
  const chunk = await finishInSlices(work, thread.stopped);
  return chunk ?? builder.finish([], rules.globUse.takeMatched());
});

/** Entries between two yields. */
const YIELD_INTERVAL = 128;
const TYPE_BITS = 0o170000;
const REGULAR_FILE = 0o100000;
/** Filled for one file or directory after another. */
const stat = new StatBuffer();

/** Reads single files of one directory. */
export function* readFiles(
  { dir, names, root }: FileRoots,
  rules: CompiledRules,
): Sliced<TableChunk> {
  const chunk = new TableChunkBuilder();
  try {
    const prefix = join(dir, "");
    const { dev: device, ino: inode, mtimeNs: mtime } = disk.stat(dir);
    const origin = { root, rootLength: prefix.length, baseLength: prefix.length };
    chunk.startDir(dir, { device, inode, mtime }, origin, true);
    chunk.dependencyInfo.push({ path: dir, names: undefined });
    const current: CurrentDir = {
      calls: nodeFileCalls,
      fd: undefined,
      prefix,
      below: "",
      included: false,
      state: false,
      rules,
      chunk,
    };
    for (const [i, name] of [...names].sort().entries()) {
      addFile(current, name);
      if (i % YIELD_INTERVAL === YIELD_INTERVAL - 1) yield;
    }
    chunk.countFiles(names.size);
  } catch (error) {
    addProblem(chunk, dir, errnoOf(error));
  }
  return chunk.finish([], rules.globUse.takeMatched());
}

/** Returns the number of entries that were read. */
function* readDir(
  calls: FileCalls,
  task: DirTask,
  rules: CompiledRules,
  chunk: TableChunkBuilder,
  stack: DirTask[],
  visited: VisitedDirs | undefined,
): Sliced<number> {
  const { path } = task;
  const fd = calls.openDir(path);
  try {
    const facts = factsOf(calls, fd, path);
    if (rules.oneFileSystem && facts.device !== task.rootDevice) return 0;
    if (visited !== undefined) {
      const key = `${facts.device}:${facts.inode}`;
      const of = visited.get(key);
      if (of !== undefined) {
        chunk.aliases.push({ path, of, via: "symlink" });
        return 0;
      }
      visited.set(key, path);
    }
    chunk.startDir(path, facts, task);
    const entries = calls.readDir(fd, path);
    if (!isErrno(entries)) return yield* addEntries(entries, calls, fd, task, rules, chunk, stack);
    addProblem(chunk, path, entries);
  } catch (error) {
    addProblem(chunk, path, errnoOf(error));
  } finally {
    if (fd !== undefined) calls.close(fd);
  }
  return 0;
}

function factsOf(calls: FileCalls, fd: number | undefined, path: BytePath): DirFacts {
  if (fd !== undefined && !isErrno(calls.fstat(fd, stat)))
    return { device: BigInt(stat.device), inode: stat.inode, mtime: stat.mtime };
  const { dev: device, ino: inode, mtimeNs: mtime } = disk.stat(path);
  return { device, inode, mtime };
}

function* addEntries(
  entries: DirEntries,
  calls: FileCalls,
  fd: number | undefined,
  task: DirTask,
  rules: CompiledRules,
  chunk: TableChunkBuilder,
  stack: DirTask[],
): Sliced<number> {
  const { path, included, state } = task;
  const prefix = join(path, "");
  const below = prefix.slice(task.rootLength);
  const current: CurrentDir = { calls, fd, prefix, below, included, state, rules, chunk };
  const names = entries.files;
  let buildFiles = "";
  for (let from = 0; from < names.length; from += YIELD_INTERVAL) {
    if (from > 0) yield;
    buildFiles += addFiles(current, names, from, Math.min(names.length, from + YIELD_INTERVAL));
  }
  if (buildFiles !== "") chunk.dependencyInfo.push({ path, names: buildFiles });
  pushDirs(current, task, entries.dirs, stack);
  if (rules.globUse.isPending)
    for (const name of entries.symlinks) rules.globUse.note(below + name);
  if (rules.followSymlinks) {
    for (const name of entries.symlinks)
      if (!rules.excluded?.(below + name)) chunk.symlinks.push({ path: prefix + name, task });
  } else if (rules.listSymlinks) {
    for (const name of entries.symlinks)
      if (selectedKind(rules, name, below, included, state) >= 0)
        chunk.symlinks.push({ path: prefix + name, task });
  }
  return entries.count;
}

/**
 * The inner loop of the walk, over the names `from` to `to - 1`. It is apart from the work per directory so that V8 compiles little code, and
 * compiles it once.
 *
 * @returns The names of build files, each after a slash.
 */
function addFiles(
  current: CurrentDir,
  names: readonly BytePath[],
  from: number,
  to: number,
): string {
  const { chunk } = current;
  let buildFiles = "";
  let temporaries = 0;
  for (let i = from; i < to; i += 1) {
    const name = names[i];
    if (isTemporaryName(name)) {
      chunk.temporaries.push(current.prefix + name);
      temporaries += 1;
      continue;
    }
    if (isBuildFile(name)) buildFiles += `/${name}`;
    addFile(current, name);
  }
  chunk.countFiles(to - from - temporaries);
  return buildFiles;
}

/** Pushes the subdirectories to be entered, the last one first. */
function pushDirs(
  { prefix, below, rules, chunk }: CurrentDir,
  task: DirTask,
  names: readonly BytePath[],
  stack: DirTask[],
): void {
  const { root, rootLength, baseLength, rootDevice, included, state } = task;
  for (let i = names.length - 1; i >= 0; i -= 1) {
    const name = names[i];
    const relative = below + name;
    if (name === BUILD_FILE_DIR)
      chunk.dependencyInfo.push({ path: prefix + name, names: undefined });
    if (rules.globUse.isPending) rules.globUse.note(relative);
    if (!entersDir(rules, name, relative)) {
      if (rules.excluded?.(relative)) chunk.leaveOut("excludedDirs");
      continue;
    }
    stack.push({
      path: prefix + name,
      root,
      rootLength,
      baseLength,
      rootDevice,
      included: included || rules.included?.(relative) === true,
      state: state === true || isStateDir(name),
    });
  }
}

/** A directory whose files are being added. */
interface CurrentDir {
  readonly calls: FileCalls;
  /** Its descriptor; undefined where it could not be opened, so that paths are used. */
  readonly fd: number | undefined;
  /** Its path with the slash. */
  readonly prefix: BytePath;
  /** The same relative to the root; "" for the root itself and for single files. */
  readonly below: BytePath;
  /** `--include` names it, and so everything in it. */
  readonly included: boolean;
  /** It belongs to a build tool's state. */
  readonly state: boolean | undefined;
  readonly rules: CompiledRules;
  readonly chunk: TableChunkBuilder;
}

function addFile(current: CurrentDir, name: BytePath): void {
  const { calls, fd, prefix, rules, chunk } = current;
  if (rules.globUse.isPending) rules.globUse.note(current.below + name);
  const kind = selectedKind(rules, name, current.below, current.included, current.state);
  if (kind < 0) {
    if (kind !== Rejection.noArtifact) chunk.leaveOut(rejectingOption(kind));
    return;
  }
  const failure = calls.lstat(fd, fd === undefined ? prefix + name : name, stat);
  if (isErrno(failure)) {
    addProblem(chunk, prefix + name, failure);
    return;
  }
  const isFile = (stat.mode & TYPE_BITS) === REGULAR_FILE;
  const { size } = stat;
  if (!isFile) return;
  if (size < rules.minSize) chunk.leaveOut(size === 0 ? "empty" : "minSize");
  else if (size > rules.maxSize) chunk.leaveOut("maxSize");
  else chunk.addFile(name, stat, kind);
}

function addProblem(chunk: TableChunkBuilder, path: BytePath, { code }: Errno): void {
  if (code === "ENOENT") return;
  chunk.problems.push({ path, code, message: describeErrno(code) });
}
