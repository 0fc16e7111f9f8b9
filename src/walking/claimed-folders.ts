import { type BytePath, folderOf } from "../byte-path.ts";
import { attempt } from "../fs/attempt.ts";
import { disk } from "../fs/disk.ts";
import { Claim } from "../fs/marked-folders.ts";
import type { Roots } from "./roots.ts";

/** Folders that are held open for their marks: some of the descriptors that a process may have. */
const MOST = 200;

export type Claims = ReadonlyMap<BytePath, ReadonlySet<Claim>>;

/**
 * What a run over these roots claims: its roots, and that it works below every folder above them. Folders
 * are real paths. A root that vanished meanwhile is left out.
 *
 * Where these are too many, the folders above the deepest roots are claimed for them, which only keeps out
 * more of the others.
 */
export function claimedFolders(roots: Roots, most: number = MOST): Claims {
  let whole = realPaths(roots.folders.map(({ path }) => path));
  let files = realPaths(roots.files.keys());
  for (;;) {
    const claims = claimsOf(whole, files);
    if (claims.size <= most) return claims;
    const paths = [...whole, ...files];
    const deepest = paths.reduce((depth, path) => Math.max(depth, depthOf(path)), 0);
    whole = new Set(paths.map((path) => (depthOf(path) === deepest ? folderOf(path) : path)));
    files = new Set();
  }
}

function realPaths(paths: Iterable<BytePath>): Set<BytePath> {
  const real = new Set<BytePath>();
  for (const path of paths) {
    const found = attempt(() => ({ path: disk.realPath(path) }));
    if (typeof found !== "string") real.add(found.path);
  }
  return real;
}

function claimsOf(whole: ReadonlySet<BytePath>, files: ReadonlySet<BytePath>): Claims {
  const claims = new Map<BytePath, Set<Claim>>();
  const add = (path: BytePath, claim: Claim): void => {
    claims.set(path, (claims.get(path) ?? new Set()).add(claim));
  };
  for (const path of whole) add(path, Claim.whole);
  for (const path of files) add(path, Claim.files);
  for (const path of [...whole, ...files]) {
    for (let at = path; folderOf(at) !== at; at = folderOf(at)) {
      if (claims.get(folderOf(at))?.has(Claim.below)) break;
      add(folderOf(at), Claim.below);
    }
  }
  return claims;
}

function depthOf(path: BytePath): number {
  return path === "/" ? 0 : path.split("/").length - 1;
}
