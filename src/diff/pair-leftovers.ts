import type { BytePath } from "../core/byte-path.ts";

/** A file or symbolic link that has no counterpart under its own path. */
export interface Leftover {
  /** Relative to the root of its tree. */
  readonly path: BytePath;
  /** The unit and variant that the path names; undefined if it names no variant. */
  readonly variant: string | undefined;
}

/** Paths of tree A that begin with `from` have their counterparts at `to` in tree B. */
export interface PathMap {
  readonly from: BytePath;
  readonly to: BytePath;
}

/** Pairs of indexes into the two lists, and the indexes of those maps that name a path of each tree. */
export interface LeftoverPairs {
  readonly pairs: readonly (readonly [a: number, b: number])[];
  readonly usedMaps: ReadonlySet<number>;
}

/**
 * Pairs what has no counterpart under its own path: first by unit and variant, then by the maps. Whatever has several
 * possible counterparts, or shares one with another, stays unpaired.
 */
export function pairLeftovers(
  a: readonly Leftover[],
  b: readonly Leftover[],
  maps: readonly PathMap[],
): LeftoverPairs {
  const byVariant = pairUnique(indexByVariant(a), indexByVariant(b));
  const doneA = new Set(byVariant.map(([one]) => one));
  const doneB = new Set(byVariant.map(([, other]) => other));
  const { candidates, usedMaps } = mapPaths(a, b, maps, doneA, doneB);
  return { pairs: [...byVariant, ...unambiguous(candidates)], usedMaps };
}

function indexByVariant(files: readonly Leftover[]): Map<string, number[]> {
  const index = new Map<string, number[]>();
  files.forEach(({ variant }, i) => {
    if (variant === undefined) return;
    const known = index.get(variant);
    if (known === undefined) index.set(variant, [i]);
    else known.push(i);
  });
  return index;
}

function pairUnique(
  a: ReadonlyMap<string, readonly number[]>,
  b: ReadonlyMap<string, readonly number[]>,
): [number, number][] {
  return Array.from(a).flatMap(([key, ones]): [number, number][] => {
    const others = b.get(key) ?? [];
    return ones.length === 1 && others.length === 1 ? [[ones[0], others[0]]] : [];
  });
}

/** All counterparts that the maps name, among the files that are not done. */
function mapPaths(
  a: readonly Leftover[],
  b: readonly Leftover[],
  maps: readonly PathMap[],
  doneA: ReadonlySet<number>,
  doneB: ReadonlySet<number>,
): { readonly candidates: [number, number][]; readonly usedMaps: Set<number> } {
  const candidates: [number, number][] = [];
  const usedMaps = new Set<number>();
  if (maps.length === 0) return { candidates, usedMaps };
  const byPath = new Map(b.map(({ path }, i) => [path, i]));
  a.forEach(({ path }, one) => {
    if (doneA.has(one)) return;
    const found = new Set<number>();
    maps.forEach((map, number) => {
      const target = mapPath(path, map);
      const other = target === undefined ? undefined : byPath.get(target);
      if (other === undefined) return;
      usedMaps.add(number);
      if (!doneB.has(other)) found.add(other);
    });
    for (const other of found) candidates.push([one, other]);
  });
  return { candidates, usedMaps };
}

/** Where a map leads from a path: `build/O2=out` leads from `build/O2/x.o` to `out/x.o`. */
function mapPath(path: BytePath, { from, to }: PathMap): BytePath | undefined {
  if (path === from) return to;
  if (from === "") return `${to}/${path}`;
  if (!path.startsWith(`${from}/`)) return undefined;
  const rest = path.slice(from.length + 1);
  return to === "" ? rest : `${to}/${rest}`;
}

/** The pairs of which neither side occurs in another pair. */
function unambiguous(candidates: readonly (readonly [number, number])[]): [number, number][] {
  const countA = countBy(candidates.map(([one]) => one));
  const countB = countBy(candidates.map(([, other]) => other));
  return candidates.flatMap(([one, other]): [number, number][] =>
    countA.get(one) === 1 && countB.get(other) === 1 ? [[one, other]] : [],
  );
}

function countBy(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
