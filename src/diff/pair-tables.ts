import { type BytePath, join, withoutEndSlashes } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";

/** The two trees, as indexes of the roots of the walk. */
export const TREE_A = 0;
export const TREE_B = 1;

/** Rows of the two trees that have the same relative path, and the rows that are left. */
export interface PathPairs {
  /** Parallel to `b`. */
  readonly a: number[];
  readonly b: number[];
  readonly leftA: number[];
  readonly leftB: number[];
}

/**
 * Pairs the files of two trees, which the walk has read below two roots, by their paths relative to the root. It
 * compares the bytes of the names in place, as most of 100,000 names are equal and need not become strings.
 */
export function pairByPath(files: FileTable, roots: readonly BytePath[]): PathPairs {
  const pairs: PathPairs = { a: [], b: [], leftA: [], leftB: [] };
  const dirsOfB = new Map<BytePath, RowRange>();
  const ranges = rowRanges(files);
  for (const range of ranges)
    if (files.dirRoot(range.dir) === TREE_B)
      dirsOfB.set(relativeDir(files, roots, range.dir), range);
  for (const range of ranges) {
    if (files.dirRoot(range.dir) !== TREE_A) continue;
    const path = relativeDir(files, roots, range.dir);
    const other = dirsOfB.get(path);
    dirsOfB.delete(path);
    mergeRows(files, range, other ?? { dir: range.dir, from: 0, to: 0 }, pairs);
  }
  for (const range of dirsOfB.values()) addRows(pairs.leftB, range.from, range.to);
  return pairs;
}

/** The path of a row relative to the root below which it was found. */
export function relativePath(files: FileTable, roots: readonly BytePath[], row: number): BytePath {
  return join(relativeDir(files, roots, files.columns.dir[row]), files.name(row));
}

/** A path below a root, relative to the root. */
export function belowRoot(root: BytePath, path: BytePath): BytePath {
  return path.slice(join(withoutEndSlashes(root), "").length);
}

function relativeDir(files: FileTable, roots: readonly BytePath[], dir: number): BytePath {
  return belowRoot(roots[files.dirRoot(dir)], files.dirPath(dir));
}

/** The rows of a directory, `to` not included. */
interface RowRange {
  readonly dir: number;
  readonly from: number;
  readonly to: number;
}

/** The directories that have rows. */
function rowRanges({ columns: { dir }, count }: FileTable): RowRange[] {
  const ranges: RowRange[] = [];
  for (let from = 0; from < count;) {
    let to = from + 1;
    while (to < count && dir[to] === dir[from]) to += 1;
    ranges.push({ dir: dir[from], from, to });
    from = to;
  }
  return ranges;
}

/** Merges the rows of two directories, which are ordered by the bytes of their names. */
function mergeRows(files: FileTable, one: RowRange, other: RowRange, pairs: PathPairs): void {
  const { names, nameEnds } = files.columns;
  const bytes = Buffer.from(names.buffer, names.byteOffset, names.byteLength);
  const startOf = (row: number): number => (row === 0 ? 0 : nameEnds[row - 1]);
  let a = one.from;
  let b = other.from;
  while (a < one.to && b < other.to) {
    const order = bytes.compare(bytes, startOf(b), nameEnds[b], startOf(a), nameEnds[a]);
    if (order === 0) {
      pairs.a.push(a);
      pairs.b.push(b);
    } else {
      (order < 0 ? pairs.leftA : pairs.leftB).push(order < 0 ? a : b);
    }
    if (order <= 0) a += 1;
    if (order >= 0) b += 1;
  }
  addRows(pairs.leftA, a, one.to);
  addRows(pairs.leftB, b, other.to);
}

function addRows(rows: number[], from: number, to: number): void {
  for (let row = from; row < to; row += 1) rows.push(row);
}
