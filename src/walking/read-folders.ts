import { isStateFolder } from "../artifacts/kinds.ts";
import { RECORD_FOLDER, isBuildRecord } from "../artifacts/build-records.ts";
import { type BytePath, join } from "../byte-path.ts";
import { errnoOf } from "../errors.ts";
import { disk } from "../fs/disk.ts";
import {
  type FileCalls,
  type FolderEntries,
  Look,
  listByPath,
  nodeFileCalls,
} from "../fs/file-calls.ts";
import { isTemporaryName } from "../fs/temporary.ts";
import { describeErrno } from "../errno-words.ts";
import { type CompiledRules, entersFolder, takenKind } from "./rules.ts";
import { type FolderTask, type FolderFacts, type TreePart, TreePartBuilder } from "./tree-part.ts";

/** The paths of folders by their identity, "device:inode". */
export type SeenFolders = Map<string, BytePath>;

/**
 * Reads folders, depth first, until some `budget` entries were met; what is left goes back to be shared
 * out. Only files that may be artifacts by their names are stat'ed, each once.
 *
 * An entry that vanishes meanwhile is no trouble: a build may be running. A folder that cannot be read
 * is a problem, and the rest goes on.
 *
 * @param seen Folders that were read before: they are passed over, new ones are added.
 * @param part Empty, as `finish` leaves it: memory that is used again.
 */
export function readFolders(
  tasks: readonly FolderTask[],
  rules: CompiledRules,
  budget: number,
  calls: FileCalls = nodeFileCalls,
  seen?: SeenFolders,
  part = new TreePartBuilder(),
): TreePart {
  const stack = [...tasks].reverse();
  let met = 0;
  while (stack.length > 0 && met < budget) {
    const task = stack.pop() as FolderTask;
    met += 1 + readFolder(calls, task, rules, part, stack, seen);
  }
  return part.finish(stack.reverse());
}

const TYPE_BITS = 0o170000;
const REGULAR_FILE = 0o100000;
/** For the file or folder at hand. */
const look = new Look();

/** Single files of one folder, given by name. */
export function readFiles(
  folder: BytePath,
  names: readonly BytePath[],
  rules: CompiledRules,
): TreePart {
  const part = new TreePartBuilder();
  try {
    const { length } = join(folder, "");
    const { dev: device, ino: inode, mtimeNs: mtime } = disk.stat(folder);
    const lengths = { rootLength: length, baseLength: length };
    part.startFolder(folder, { device, inode, mtime }, lengths, true);
    part.records.push({ path: folder, names: undefined });
    const at: FolderAtHand = {
      calls: nodeFileCalls,
      held: undefined,
      prefix: join(folder, ""),
      below: "",
      included: false,
      state: false,
      rules,
      part,
    };
    for (const name of [...names].sort()) takeFile(at, name);
    part.meetFiles(names.length);
  } catch (error) {
    addProblem(part, folder, errnoOf(error));
  }
  return part.finish([]);
}

function readFolder(
  calls: FileCalls,
  task: FolderTask,
  rules: CompiledRules,
  part: TreePartBuilder,
  stack: FolderTask[],
  seen: SeenFolders | undefined,
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
    part.startFolder(path, facts, task);
    const entries = held === undefined ? listByPath(path) : calls.list(held, path);
    if (typeof entries === "object")
      return takeEntries(entries, calls, held, task, rules, part, stack);
    addProblem(part, path, entries);
  } catch (error) {
    addProblem(part, path, errnoOf(error));
  } finally {
    if (held !== undefined) calls.close(held);
  }
  return 0;
}

function factsOf(calls: FileCalls, held: number | undefined, path: BytePath): FolderFacts {
  if (held !== undefined && calls.fstat(held, look) === "")
    return { device: BigInt(look.device), inode: look.inode, mtime: look.mtime };
  const { dev: device, ino: inode, mtimeNs: mtime } = disk.stat(path);
  return { device, inode, mtime };
}

function takeEntries(
  entries: FolderEntries,
  calls: FileCalls,
  held: number | undefined,
  task: FolderTask,
  rules: CompiledRules,
  part: TreePartBuilder,
  stack: FolderTask[],
): number {
  const { path, included, state } = task;
  const prefix = join(path, "");
  const below = prefix.slice(task.rootLength);
  const at: FolderAtHand = { calls, held, prefix, below, included, state, rules, part };
  const records = takeFiles(at, entries.files);
  if (records !== "") part.records.push({ path, names: records });
  takeFolders(at, task, entries.folders, stack);
  if (rules.followSymlinks) {
    for (const name of entries.symlinks)
      if (!rules.excluded?.(below + name)) part.symlinks.push({ path: prefix + name, task });
  }
  return entries.count;
}

/**
 * The inner loop of the walk. It is apart from what is done once a folder, so that V8 compiles little, and
 * that once.
 *
 * @returns The names of build records, a slash before each.
 */
function takeFiles(at: FolderAtHand, names: readonly BytePath[]): string {
  const { part } = at;
  let records = "";
  let temporaries = 0;
  for (const name of names) {
    if (isTemporaryName(name)) {
      part.temporaries.push(at.prefix + name);
      temporaries += 1;
      continue;
    }
    if (isBuildRecord(name)) records += `/${name}`;
    takeFile(at, name);
  }
  part.meetFiles(names.length - temporaries);
  return records;
}

/** What is entered goes on the stack, the last one first. */
function takeFolders(
  { prefix, below, rules, part }: FolderAtHand,
  task: FolderTask,
  names: readonly BytePath[],
  stack: FolderTask[],
): void {
  const { rootLength, baseLength, rootDevice, included, state } = task;
  for (let i = names.length - 1; i >= 0; i -= 1) {
    const name = names[i];
    const relative = below + name;
    if (name === RECORD_FOLDER) part.records.push({ path: prefix + name, names: undefined });
    if (!entersFolder(rules, name, relative)) continue;
    stack.push({
      path: prefix + name,
      rootLength,
      baseLength,
      rootDevice,
      included: included || rules.included?.(relative) === true,
      state: state === true || isStateFolder(name),
    });
  }
}

/** A folder whose files are looked at. */
interface FolderAtHand {
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
  readonly part: TreePartBuilder;
}

function takeFile(at: FolderAtHand, name: BytePath): void {
  const { calls, held, prefix, rules, part } = at;
  const kind = takenKind(rules, name, at.below, at.included, at.state);
  if (kind < 0) return;
  const start = part.putName(name);
  const code =
    held !== undefined && calls.lstatFrom !== undefined
      ? calls.lstatFrom(held, part.names, start, look)
      : calls.lstat(held, held === undefined ? prefix + name : name, look);
  if (code !== "") {
    addProblem(part, prefix + name, code);
    return;
  }
  const isFile = (look.mode & TYPE_BITS) === REGULAR_FILE;
  const { size } = look;
  if (!isFile || size < rules.minSize || size > rules.maxSize) return;
  part.addFile(look, kind);
}

function addProblem(part: TreePartBuilder, path: BytePath, code: string): void {
  if (code === "ENOENT") return;
  part.problems.push({ path, code, message: describeErrno(code) });
}
