import { isStateFolder } from "../artifacts/kinds.ts";
import { RECORD_FOLDER, isBuildRecord } from "../artifacts/build-records.ts";
import { type BytePath, join } from "../byte-path.ts";
import { errnoOf } from "../errors.ts";
import { disk } from "../fs/disk.ts";
import { type FileCalls, nodeFileCalls } from "../fs/file-calls.ts";
import { isTemporaryName } from "../fs/temporary.ts";
import { describeErrno } from "../errno-words.ts";
import { type CompiledRules, entersFolder, takenKind } from "./rules.ts";
import { type FolderTask, type TreePart, TreePartBuilder } from "./tree-part.ts";

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
 */
export function readFolders(
  tasks: readonly FolderTask[],
  rules: CompiledRules,
  budget: number,
  calls: FileCalls = nodeFileCalls,
  seen?: SeenFolders,
): TreePart {
  const part = new TreePartBuilder();
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
/** Entries from which on holding a folder costs less than the paths that it saves. */
const WORTH_HOLDING = 8;

/** Single files of one folder, given by name. */
export function readFiles(
  folder: BytePath,
  names: readonly BytePath[],
  rules: CompiledRules,
): TreePart {
  const part = new TreePartBuilder();
  try {
    const { length } = join(folder, "");
    part.startFolder(folder, disk.stat(folder), { rootLength: length, baseLength: length }, true);
    part.records.push({ path: folder, names: undefined });
    const at: FolderAtHand = {
      calls: nodeFileCalls,
      held: undefined,
      prefix: join(folder, ""),
      included: false,
      state: false,
      rules,
      part,
    };
    for (const name of [...names].sort()) {
      part.meetFile();
      takeFile(at, name, name);
    }
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
  let entries;
  try {
    const stat = disk.stat(path);
    if (rules.oneFileSystem && stat.dev !== task.rootDevice) return 0;
    if (seen !== undefined) {
      const identity = `${stat.dev}:${stat.ino}`;
      const of = seen.get(identity);
      if (of !== undefined) {
        part.aliases.push({ path, of, via: "symlink" });
        return 0;
      }
      seen.set(identity, path);
    }
    part.startFolder(path, stat, task);
    entries = disk.readFolder(path);
  } catch (error) {
    addProblem(part, path, errnoOf(error));
    return 0;
  }
  const prefix = join(path, "");
  const held = entries.length < WORTH_HOLDING ? undefined : calls.enter(path);
  const at: FolderAtHand = {
    calls,
    held,
    prefix,
    included: task.included,
    state: task.state,
    rules,
    part,
  };
  const subfolders: FolderTask[] = [];
  let records = "";
  for (const { name, type } of entries) {
    const relative = prefix.slice(task.rootLength) + name;
    if (type === "file") {
      if (isTemporaryName(name)) {
        part.temporaries.push(prefix + name);
        continue;
      }
      part.meetFile();
      if (isBuildRecord(name)) records += `/${name}`;
      takeFile(at, name, relative);
    } else if (type === "folder") {
      if (name === RECORD_FOLDER) part.records.push({ path: prefix + name, names: undefined });
      if (entersFolder(rules, name, relative)) {
        const included = task.included || rules.included?.(relative) === true;
        const state = task.state === true || isStateFolder(name);
        subfolders.push({ ...task, path: prefix + name, included, state });
      }
    } else if (type === "symlink" && rules.followSymlinks) {
      if (!rules.excluded?.(relative)) part.symlinks.push({ path: prefix + name, task });
    }
  }
  if (held !== undefined) calls.close(held);
  if (records !== "") part.records.push({ path, names: records });
  for (let i = subfolders.length - 1; i >= 0; i -= 1) stack.push(subfolders[i]);
  return entries.length;
}

/** A folder whose files are looked at. */
interface FolderAtHand {
  readonly calls: FileCalls;
  /** Its descriptor, where it is held. */
  readonly held: number | undefined;
  /** Its path with the slash. */
  readonly prefix: BytePath;
  /** All in it is named by `--include`. */
  readonly included: boolean;
  /** It belongs to a build tool's state. */
  readonly state: boolean | undefined;
  readonly rules: CompiledRules;
  readonly part: TreePartBuilder;
}

function takeFile(at: FolderAtHand, name: BytePath, relative: BytePath): void {
  const { calls, held, prefix, rules, part } = at;
  const kind = takenKind(rules, name, relative, at.included, at.state);
  if (kind < 0) return;
  const look = held === undefined ? calls.lstat(prefix + name) : calls.lstatIn(held, name);
  if (typeof look === "string") {
    addProblem(part, prefix + name, look);
    return;
  }
  const isFile = (look.mode & TYPE_BITS) === REGULAR_FILE;
  if (!isFile || look.size < rules.minSize || look.size > rules.maxSize) return;
  part.addFile(name, look, kind);
}

function addProblem(part: TreePartBuilder, path: BytePath, code: string): void {
  if (code === "ENOENT") return;
  part.problems.push({ path, code, message: describeErrno(code) });
}
