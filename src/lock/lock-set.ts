import { type BytePath, dirOf } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { LockKind } from "./dir-locks.ts";
import type { Roots } from "../walk/roots.ts";

/** Each locked directory takes a descriptor. */
const MAX_LOCKED = 200;

export type LockSet = ReadonlyMap<BytePath, ReadonlySet<LockKind>>;

/**
 * The locks of a run over these roots: on the roots themselves, and of kind `below` on every directory above them.
 * Directories are real paths. A root that vanished meanwhile has none.
 *
 * If more than `max` directories would be locked, the parents of the deepest roots are locked instead of these, which
 * only excludes more of the other runs.
 */
export function lockSet(roots: Roots, max: number = MAX_LOCKED): LockSet {
  let trees = realPaths(roots.dirs.map(({ path }) => path));
  let files = realPaths(roots.files.map(({ dir }) => dir));
  for (;;) {
    const locks = locksOn(trees, files);
    if (locks.size <= max) return locks;
    const paths = [...trees, ...files];
    const deepest = paths.reduce((depth, path) => Math.max(depth, depthOf(path)), 0);
    trees = new Set(paths.map((path) => (depthOf(path) === deepest ? dirOf(path) : path)));
    files = new Set();
  }
}

function realPaths(paths: readonly BytePath[]): Set<BytePath> {
  const real = new Set<BytePath>();
  for (const path of paths) {
    const found = tryErrno(() => disk.realPath(path));
    if (!isErrno(found)) real.add(found);
  }
  return real;
}

/** @param files Directories in which only single files are changed. */
function locksOn(trees: ReadonlySet<BytePath>, files: ReadonlySet<BytePath>): LockSet {
  const locks = new Map<BytePath, Set<LockKind>>();
  const add = (path: BytePath, kind: LockKind): void => {
    locks.set(path, (locks.get(path) ?? new Set()).add(kind));
  };
  for (const path of trees) add(path, LockKind.tree);
  for (const path of files) add(path, LockKind.files);
  for (const path of [...trees, ...files]) {
    for (let at = path; dirOf(at) !== at; at = dirOf(at)) {
      if (locks.get(dirOf(at))?.has(LockKind.below)) break;
      add(dirOf(at), LockKind.below);
    }
  }
  return locks;
}

function depthOf(path: BytePath): number {
  return path === "/" ? 0 : path.split("/").length - 1;
}
