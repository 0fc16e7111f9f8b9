import { isStateDir } from "../artifacts/kinds.ts";
import { BUILD_FILE_DIR, isBuildFile } from "../artifacts/build-files.ts";
import { type BytePath, join } from "../core/byte-path.ts";
import { type Errno, errnoOf, isErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import {
  type FileCalls,
  type DirEntries,
  StatBuffer,
  listByPath,
  nodeFileCalls,
} from "../fs/file-calls.ts";
import { isTemporaryName } from "../fs/temporary-name.ts";
import { describeErrno } from "../core/errno-messages.ts";
import { ThreadSlot, defineTask } from "../workers/task.ts";
import { type CompiledRules, WALK_RULES, entersDir, selectedKind } from "./walk-rules.ts";
import { type DirTask, type DirFacts, type TableChunk, TableChunkBuilder } from "./table-chunk.ts";

/** The paths of directories by their identity, "device:inode". */
export type VisitedDirs = Map<string, BytePath>;

/**
 * Reads directories, depth first, until some `budget` entries were met; what is left goes back to be shared
 * out. Only files that may be artifacts by their names are stat'ed, each once.
 *
 * An entry that vanishes meanwhile is no trouble: a build may be running. A directory that cannot be read
 * is a problem, and the rest goes on.
 *
 * @param seen Directories that were read before: they are passed over, new ones are added.
 * @param part Empty, as `finish` leaves it: memory that is used again.
 */
export function readDirs(
  tasks: readonly DirTask[],
  rules: CompiledRules,
  budget: number,
  calls: FileCalls = nodeFileCalls,
  seen?: VisitedDirs,
  part = new TableChunkBuilder(),
): TableChunk {
  const stack = [...tasks].reverse();
  let read = 0;
  while (stack.length > 0 && read < budget) {
    const task = stack.pop() as DirTask;
    read += 1 + readDir(calls, task, rules, part, stack, seen);
  }
  return part.finish(stack.reverse());
}

/** Directories that one task reads. */
interface WalkInput {
  readonly tasks: readonly DirTask[];
  /** Entries after which the rest of the directories is handed back. */
  readonly budget: number;
}

const CHUNK_BUILDER = new ThreadSlot<TableChunkBuilder>();

/** `readDirs` by the rules that `setWalkRules` gave to the thread. */
export const readDirsTask = defineTask("readDirs", ({ tasks, budget }: WalkInput, thread) => {
  const builder = thread.getOrCreate(CHUNK_BUILDER, () => new TableChunkBuilder());
  return readDirs(tasks, thread.get(WALK_RULES), budget, thread.fileCalls, undefined, builder);
});

const TYPE_BITS = 0o170000;
const REGULAR_FILE = 0o100000;
/** For the file or directory at hand. */
const stat = new StatBuffer();

/** Single files of one directory, given by name. */
export function readFiles(
  dir: BytePath,
  names: readonly BytePath[],
  rules: CompiledRules,
): TableChunk {
  const part = new TableChunkBuilder();
  try {
    const { length } = join(dir, "");
    const { dev: device, ino: inode, mtimeNs: mtime } = disk.stat(dir);
    const lengths = { rootLength: length, baseLength: length };
    part.startDir(dir, { device, inode, mtime }, lengths, true);
    part.dependencyInfo.push({ path: dir, names: undefined });
    const current: CurrentDir = {
      calls: nodeFileCalls,
      held: undefined,
      prefix: join(dir, ""),
      below: "",
      included: false,
      state: false,
      rules,
      part,
    };
    for (const name of [...names].sort()) takeFile(current, name);
    part.meetFiles(names.length);
  } catch (error) {
    addProblem(part, dir, errnoOf(error));
  }
  return part.finish([]);
}

function readDir(
  calls: FileCalls,
  task: DirTask,
  rules: CompiledRules,
  part: TableChunkBuilder,
  stack: DirTask[],
  seen: VisitedDirs | undefined,
): number {
  const { path } = task;
  const held = calls.enter(path);
  try {
    const facts = factsOf(calls, held, path);
    if (rules.oneFileSystem && facts.device !== task.rootDevice) return 0;
    if (seen !== undefined) {
      const key = `${facts.device}:${facts.inode}`;
      const of = seen.get(key);
      if (of !== undefined) {
        part.aliases.push({ path, of, via: "symlink" });
        return 0;
      }
      seen.set(key, path);
    }
    part.startDir(path, facts, task);
    const entries = held === undefined ? listByPath(path) : calls.list(held, path);
    if (!isErrno(entries)) return takeEntries(entries, calls, held, task, rules, part, stack);
    addProblem(part, path, entries);
  } catch (error) {
    addProblem(part, path, errnoOf(error));
  } finally {
    if (held !== undefined) calls.close(held);
  }
  return 0;
}

function factsOf(calls: FileCalls, held: number | undefined, path: BytePath): DirFacts {
  if (held !== undefined && !isErrno(calls.fstat(held, stat)))
    return { device: BigInt(stat.device), inode: stat.inode, mtime: stat.mtime };
  const { dev: device, ino: inode, mtimeNs: mtime } = disk.stat(path);
  return { device, inode, mtime };
}

function takeEntries(
  entries: DirEntries,
  calls: FileCalls,
  held: number | undefined,
  task: DirTask,
  rules: CompiledRules,
  part: TableChunkBuilder,
  stack: DirTask[],
): number {
  const { path, included, state } = task;
  const prefix = join(path, "");
  const below = prefix.slice(task.rootLength);
  const current: CurrentDir = { calls, held, prefix, below, included, state, rules, part };
  const dependencyInfo = takeFiles(current, entries.files);
  if (dependencyInfo !== "") part.dependencyInfo.push({ path, names: dependencyInfo });
  takeDirs(current, task, entries.dirs, stack);
  if (rules.followSymlinks) {
    for (const name of entries.symlinks)
      if (!rules.excluded?.(below + name)) part.symlinks.push({ path: prefix + name, task });
  }
  return entries.count;
}

/**
 * The inner loop of the walk. It is apart from what is done once a directory, so that V8 compiles little, and
 * that once.
 *
 * @returns The names of build records, a slash before each.
 */
function takeFiles(current: CurrentDir, names: readonly BytePath[]): string {
  const { part } = current;
  let dependencyInfo = "";
  let temporaries = 0;
  for (const name of names) {
    if (isTemporaryName(name)) {
      part.temporaries.push(current.prefix + name);
      temporaries += 1;
      continue;
    }
    if (isBuildFile(name)) dependencyInfo += `/${name}`;
    takeFile(current, name);
  }
  part.meetFiles(names.length - temporaries);
  return dependencyInfo;
}

/** What is entered goes on the stack, the last one first. */
function takeDirs(
  { prefix, below, rules, part }: CurrentDir,
  task: DirTask,
  names: readonly BytePath[],
  stack: DirTask[],
): void {
  const { rootLength, baseLength, rootDevice, included, state } = task;
  for (let i = names.length - 1; i >= 0; i -= 1) {
    const name = names[i];
    const relative = below + name;
    if (name === BUILD_FILE_DIR)
      part.dependencyInfo.push({ path: prefix + name, names: undefined });
    if (!entersDir(rules, name, relative)) continue;
    stack.push({
      path: prefix + name,
      rootLength,
      baseLength,
      rootDevice,
      included: included || rules.included?.(relative) === true,
      state: state === true || isStateDir(name),
    });
  }
}

/** A directory whose files are looked at. */
interface CurrentDir {
  readonly calls: FileCalls;
  /** Its descriptor, where it is held. */
  readonly held: number | undefined;
  /** Its path with the slash. */
  readonly prefix: BytePath;
  /** The same relative to the root; "" for the root itself, and where single files were named. */
  readonly below: BytePath;
  /** All in it is named by `--include`. */
  readonly included: boolean;
  /** It belongs to a build tool's state. */
  readonly state: boolean | undefined;
  readonly rules: CompiledRules;
  readonly part: TableChunkBuilder;
}

function takeFile(current: CurrentDir, name: BytePath): void {
  const { calls, held, prefix, rules, part } = current;
  const kind = selectedKind(rules, name, current.below, current.included, current.state);
  if (kind < 0) return;
  const start = part.putName(name);
  const looked =
    held !== undefined && calls.lstatFrom !== undefined
      ? calls.lstatFrom(held, part.names, start, stat)
      : calls.lstat(held, held === undefined ? prefix + name : name, stat);
  if (isErrno(looked)) {
    addProblem(part, prefix + name, looked);
    return;
  }
  const isFile = (stat.mode & TYPE_BITS) === REGULAR_FILE;
  const { size } = stat;
  if (!isFile || size < rules.minSize || size > rules.maxSize) return;
  part.addFile(stat, kind);
}

function addProblem(part: TableChunkBuilder, path: BytePath, { code }: Errno): void {
  if (code === "ENOENT") return;
  part.problems.push({ path, code, message: describeErrno(code) });
}
