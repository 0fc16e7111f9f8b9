import { classifyDir, classifyFile, unitOf } from "../artifacts/variants.ts";
import { type BytePath, dirOf, nameOf } from "../core/byte-path.ts";
import { BY_CONTENT } from "../artifacts/kinds.ts";
import type { FileTable } from "../core/file-table.ts";
import type { SymbolicLink, Tree } from "../core/model.ts";
import { type Leftover, type PathMap, pairLeftovers } from "./pair-leftovers.ts";
import { TREE_A, TREE_B, belowRoot, pairByPath, relativePath } from "./pair-tables.ts";

/** A symbolic link of one of the trees. */
export interface TreeLink {
  /** Relative to the root of its tree. */
  readonly path: BytePath;
  /** As the walk found it. */
  readonly fullPath: BytePath;
}

/** One side of a pair: a row of the table, or a symbolic link. */
export type Side = { readonly row: number } | { readonly link: TreeLink };

/** What is compared with what, and what has no counterpart. The order of the lists has no meaning. */
export interface Pairing {
  /** Rows of tree A; parallel to `b`. */
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** Pairs of which at least one side is a symbolic link. */
  readonly links: readonly (readonly [a: Side, b: Side])[];
  readonly onlyA: readonly Side[];
  readonly onlyB: readonly Side[];
  /** The indexes of the maps that name no path of both trees. */
  readonly unusedMaps: readonly number[];
}

export interface PairOptions {
  /** The two trees. */
  readonly paths: readonly BytePath[];
  readonly maps: readonly PathMap[];
  /** Both trees are single files, which are compared whatever their names are. */
  readonly singleFiles: boolean;
}

/**
 * Pairs the artifacts of two trees: by their relative paths, then by unit and variant if exactly one artifact of each
 * tree is left with them, then by `--map`.
 */
export function pairFiles({ files, symlinks }: Tree, options: PairOptions): Pairing {
  const { paths, maps, singleFiles } = options;
  if (singleFiles) return pairSingleFiles(files, maps);
  const byPath = pairByPath(files, paths);
  const left = {
    a: listLeftovers(files, paths, byPath.leftA, linksOf(symlinks, paths, TREE_A)),
    b: listLeftovers(files, paths, byPath.leftB, linksOf(symlinks, paths, TREE_B)),
  };
  const pairing = { a: byPath.a, b: byPath.b, links: [] as [Side, Side][] };
  const add = (a: Side, b: Side): void => {
    if ("row" in a && "row" in b) {
      pairing.a.push(a.row);
      pairing.b.push(b.row);
    } else {
      pairing.links.push([a, b]);
    }
  };
  const rest = pairLinksByPath(left.a, left.b, add);
  const { pairs, usedMaps } = pairLeftovers(rest.a, rest.b, maps);
  for (const [a, b] of pairs) add(rest.a[a].side, rest.b[b].side);
  const pairedA = new Set(pairs.map(([a]) => a));
  const pairedB = new Set(pairs.map(([, b]) => b));
  return {
    ...pairing,
    onlyA: rest.a.filter((_, i) => !pairedA.has(i)).map(({ side }) => side),
    onlyB: rest.b.filter((_, i) => !pairedB.has(i)).map(({ side }) => side),
    unusedMaps: [...maps.keys()].filter((map) => !usedMaps.has(map)),
  };
}

interface SideLeftover extends Leftover {
  readonly side: Side;
}

function pairSingleFiles(files: FileTable, maps: readonly PathMap[]): Pairing {
  const rowsOf = (tree: number): number[] =>
    Array.from({ length: files.count }, (_, row) => row).filter(
      (row) => files.dirRoot(files.columns.dir[row]) === tree,
    );
  const [a, b] = [rowsOf(TREE_A), rowsOf(TREE_B)];
  const isPair = a.length === 1 && b.length === 1;
  const sides = (rows: readonly number[]): Side[] => (isPair ? [] : rows.map((row) => ({ row })));
  return {
    a: isPair ? a : [],
    b: isPair ? b : [],
    links: [],
    onlyA: sides(a),
    onlyB: sides(b),
    unusedMaps: [...maps.keys()],
  };
}

function linksOf(
  symlinks: readonly SymbolicLink[],
  paths: readonly BytePath[],
  tree: number,
): TreeLink[] {
  return symlinks
    .filter(({ root }) => root === tree)
    .map(({ path }) => ({ path: belowRoot(paths[tree], path), fullPath: path }));
}

function listLeftovers(
  files: FileTable,
  paths: readonly BytePath[],
  rows: readonly number[],
  links: readonly TreeLink[],
): SideLeftover[] {
  const classifyIn = cacheLast(classifyDir);
  const variantOf = (path: BytePath, kind: number): string | undefined => {
    const slash = path.includes("/");
    const found = classifyFile(classifyIn(slash ? dirOf(path) : ""), nameOf(path), kind);
    return found.variant === "" ? undefined : `${found.variant}\0${unitOf(found)}`;
  };
  return [
    ...rows.map((row) => {
      const path = relativePath(files, paths, row);
      return { path, variant: variantOf(path, files.columns.kind[row]), side: { row } };
    }),
    ...links.map((link) => ({
      path: link.path,
      variant: variantOf(link.path, BY_CONTENT),
      side: { link },
    })),
  ];
}

/** Pairs symbolic links with whatever has the same path. Returns what is left. */
function pairLinksByPath(
  a: readonly SideLeftover[],
  b: readonly SideLeftover[],
  add: (a: Side, b: Side) => void,
): { readonly a: readonly SideLeftover[]; readonly b: readonly SideLeftover[] } {
  const hasLinks = [...a, ...b].some(({ side }) => "link" in side);
  if (!hasLinks) return { a, b };
  const byPath = new Map(b.map((each) => [each.path, each]));
  const paired = new Set<SideLeftover>();
  for (const one of a) {
    const other = byPath.get(one.path);
    if (other === undefined) continue;
    add(one.side, other.side);
    paired.add(one).add(other);
  }
  return { a: a.filter((each) => !paired.has(each)), b: b.filter((each) => !paired.has(each)) };
}

/** Remembers the last result: the files of a directory follow each other. */
function cacheLast<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  let last: { readonly key: Key; readonly value: Value } | undefined;
  return (key) => {
    if (last === undefined || last.key !== key) last = { key, value: compute(key) };
    return last.value;
  };
}
