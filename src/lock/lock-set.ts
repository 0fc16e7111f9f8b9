import { type BytePath, dirOf } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { LockKind } from "./dir-locks.ts";
import type { Roots } from "../walk/roots.ts";

/** Directories that are held open for their marks: some of the descriptors that a process may have. */
const MOST = 200;

export type LockSet = ReadonlyMap<BytePath, ReadonlySet<LockKind>>;

/**
 * What a run over these roots claims: its roots, and that it works below every directory above them. Directories
 * are real paths. A root that vanished meanwhile is left out.
 *
 * Where these are too many, the directories above the deepest roots are claimed for them, which only keeps out
 * more of the others.
 */
export function lockSet(roots: Roots, most: number = MOST): LockSet {
  let whole = realPaths(roots.dirs.map(({ path }) => path));
  let files = realPaths(roots.files.map(({ dir }) => dir));
  for (;;) {
    const claims = claimsOf(whole, files);
    if (claims.size <= most) return claims;
    const paths = [...whole, ...files];
    const deepest = paths.reduce((depth, path) => Math.max(depth, depthOf(path)), 0);
    whole = new Set(paths.map((path) => (depthOf(path) === deepest ? dirOf(path) : path)));
    files = new Set();
  }
}

function realPaths(paths: Iterable<BytePath>): Set<BytePath> {
  const real = new Set<BytePath>();
  for (const path of paths) {
    const found = tryErrno(() => disk.realPath(path));
    if (!isErrno(found)) real.add(found);
  }
  return real;
}

function claimsOf(whole: ReadonlySet<BytePath>, files: ReadonlySet<BytePath>): LockSet {
  const claims = new Map<BytePath, Set<LockKind>>();
  const add = (path: BytePath, kind: LockKind): void => {
    claims.set(path, (claims.get(path) ?? new Set()).add(kind));
  };
  for (const path of whole) add(path, LockKind.whole);
  for (const path of files) add(path, LockKind.files);
  for (const path of [...whole, ...files]) {
    for (let at = path; dirOf(at) !== at; at = dirOf(at)) {
      if (claims.get(dirOf(at))?.has(LockKind.below)) break;
      add(dirOf(at), LockKind.below);
    }
  }
  return claims;
}

function depthOf(path: BytePath): number {
  return path === "/" ? 0 : path.split("/").length - 1;
}
