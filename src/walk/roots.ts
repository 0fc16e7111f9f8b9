import { type BytePath, dirOf, fromText, join, nameOf, toText } from "../core/byte-path.ts";
import { DedupeError } from "../core/errors.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { type Stat, disk } from "../fs/disk.ts";
import { describeErrno } from "../core/errno-messages.ts";
import type { DirTask } from "./table-chunk.ts";

/** Where a walk starts: whole directories, and single files by the directory that holds them. */
export interface Roots {
  readonly dirs: readonly DirTask[];
  readonly files: ReadonlyMap<BytePath, readonly BytePath[]>;
}

/**
 * Looks at every path given. A path that does not exist is tried as a pattern that the shell did not
 * expand. A symbolic link given by name is followed, as its giver meant.
 *
 * @throws DedupeError `missing-path` for the first path that leads nowhere.
 */
export async function findRoots(paths: readonly BytePath[]): Promise<Roots> {
  const dirs: DirTask[] = [];
  const files = new Map<BytePath, BytePath[]>();
  for (const given of paths) {
    refuseNoPath(given);
    const known = statOf(given);
    for (const path of known === undefined ? await expand(given) : [given]) {
      const stat = known ?? statOf(path);
      if (stat === undefined) continue; // it vanished since the pattern was expanded
      if (stat.isDirectory()) {
        const root = path.length > 1 ? path.replace(/\/+$/, "") || "/" : path;
        dirs.push({
          path: root,
          rootLength: join(root, "").length,
          baseLength: join(root, "").length,
          rootDevice: stat.dev,
          included: false,
        });
      } else if (stat.isFile()) {
        const real = realPathOf(path);
        const names = files.get(dirOf(real)) ?? [];
        if (!names.includes(nameOf(real))) names.push(nameOf(real));
        files.set(dirOf(real), names);
      } else {
        throw new DedupeError(
          "missing-path",
          `${toText(path)}: neither a directory nor a regular file`,
        );
      }
    }
  }
  return { dirs, files };
}

/** What no path can be; a variable that is not set gives an empty one. */
function refuseNoPath(given: BytePath): void {
  if (given === "")
    throw new DedupeError(
      "missing-path",
      "'' is an empty path",
      "name the directory to look through",
    );
  if (given.includes("\0"))
    throw new DedupeError("missing-path", `${toText(given)}: a path cannot hold a NUL`);
}

/** Where a symbolic link leads; any other file's path is its own. */
function realPathOf(path: BytePath): BytePath {
  const real = tryErrno(() => (disk.lstat(path).isSymbolicLink() ? disk.realPath(path) : path));
  if (!isErrno(real)) return real;
  throw new DedupeError("missing-path", `${toText(path)}: ${describeErrno(real.code)}`);
}

function statOf(path: BytePath): Stat | undefined {
  const stat = tryErrno(() => disk.stat(path));
  if (!isErrno(stat)) return stat;
  const { code } = stat;
  if (code === "ENOENT" || code === "ENOTDIR") return undefined;
  throw new DedupeError("missing-path", `${toText(path)}: ${describeErrno(code)}`);
}

async function expand(pattern: BytePath): Promise<BytePath[]> {
  const text = toText(pattern);
  if (!/[*?[{(]/.test(text)) {
    throw new DedupeError(
      "missing-path",
      `${text}: no such file or directory`,
      "check the path; nothing was changed",
    );
  }
  const { default: glob } = await import("fast-glob");
  const found = await glob.glob(text, { onlyFiles: false, dot: true, followSymbolicLinks: false });
  // A symbolic link that leads nowhere matches too, and is nothing to look through.
  const there = found.map(fromText).filter((path) => statOf(path) !== undefined);
  if (there.length === 0)
    throw new DedupeError("missing-path", `${text}: the pattern matches nothing`);
  return there.sort();
}
