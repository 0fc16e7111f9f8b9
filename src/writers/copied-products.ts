import { kindByName } from "../artifacts/kinds.ts";
import type { BytePath } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { eachGroup, linksOf } from "../core/groups.ts";
import { type Classification, type DuplicateSets, NO_UNIT } from "../core/model.ts";
import { INSTALL_DIR } from "./installed-copies.ts";

/** The kinds that scripts copy out of a build. */
const PRODUCTS = new Set(
  ["executable", "shared-library", "dll", "static-library", "windows-library"].map(kindByName),
);
/** Directories that hold copies for a package or an installation, rather than what a build makes. */
const PACKAGE_DIR =
  /\/(?:usr|opt|stag(?:e|ing|ed)|dist|_?install(?:ed)?|destdir|pkg|package|sysroot|rootfs|deploy(?:ed)?)(?=\/)/i;

/** By row: a name for the place that a file was copied to. Files of the same place may be linked. */
export type Places = ReadonlyMap<number, string>;

/**
 * Finds programs and libraries that something other than a known rule has copied out of a build: a script, a packaging
 * tool, the user. Such steps write into existing files (`cp`), refuse to copy a file onto itself, or change the copy in
 * place afterwards (`strip`), so a copy must not share a file with the build.
 *
 * Variants and checkouts of one build have products at the same depth below the root, in directories of the same sort;
 * a file elsewhere that no rule makes counts as a copy. If no rule makes any of them, those count as the build's own
 * whose path looks least like an installation and, of these, the oldest.
 *
 * @param rules Rows of files that a build rule makes.
 * @param counts Whether files of a kind count.
 */
export function findCopiedProducts(
  files: FileTable,
  sets: DuplicateSets,
  classification: Classification,
  rules: { has(row: number): boolean },
  counts: (kind: number) => boolean,
): Places {
  const found = new Map<number, string>();
  const { kind } = files.columns;
  for (const { from, to } of eachGroup(sets.starts)) {
    const inodes = sets.members.subarray(from, to);
    const [first] = inodes;
    if (!PRODUCTS.has(kind[first]) || !counts(kind[first])) continue;
    const links = [...inodes].flatMap((inode) => [...linksOf(sets.nextLink, inode)]);
    const shared = commonLength(links.map((row) => files.dirPath(files.columns.dir[row])));
    const products = Array.from(inodes, (inode) => productOf(files, sets, rules, inode, shared));
    if (products.every(({ place }) => place === products[0].place)) continue;
    const placeOf = placesByUnit(classification);
    const made = products.filter(({ hasRule }) => hasRule);
    const own = new Set((made.length > 0 ? made : [products.reduce(earlier)]).map(placeOf));
    for (const product of products) {
      const place = placeOf(product);
      if (product.hasRule || own.has(place)) continue;
      for (const row of linksOf(sets.nextLink, product.inode)) found.set(row, place);
    }
  }
  return found;
}

interface Product {
  readonly inode: number;
  /** Of its links, the one that looks least like a copy. */
  readonly row: number;
  readonly hasRule: boolean;
  /** How much its path looks like an installation. */
  readonly rank: number;
  readonly place: string;
  readonly mtime: bigint;
}

/** @param shared Length of the part of the directories' paths that all products of the set have in common. */
function productOf(
  files: FileTable,
  { nextLink }: DuplicateSets,
  rules: { has(row: number): boolean },
  inode: number,
  shared: number,
): Product {
  const links = Array.from(linksOf(nextLink, inode), (row) => {
    const dir = files.columns.dir[row];
    const path = files.dirPath(dir);
    const own = `/${path.slice(shared)}/`;
    const rank = PACKAGE_DIR.test(own) ? 2 : INSTALL_DIR.test(own) ? 1 : 0;
    return { row, rank, depth: path.slice(files.dirBase(dir)).split("/").filter(Boolean).length };
  });
  const { row, rank, depth } = links.reduce((a, b) =>
    b.rank < a.rank || (b.rank === a.rank && b.depth < a.depth) ? b : a,
  );
  const hasRule = links.some((link) => rules.has(link.row));
  const place = `${rank} ${depth}`;
  return { inode, row, hasRule, rank, place, mtime: files.columns.mtime[inode] };
}

/** The number of characters up to the last `/` that all paths have in common. */
function commonLength([first, ...others]: readonly BytePath[]): number {
  let length = first.length;
  for (const path of others) {
    let i = 0;
    while (i < length && path[i] === first[i]) i += 1;
    length = i;
  }
  return first.lastIndexOf("/", length - 1) + 1;
}

/** Of two products, the one that is more likely the build's own. */
function earlier(a: Product, b: Product): Product {
  if (a.rank !== b.rank) return a.rank < b.rank ? a : b;
  return b.mtime < a.mtime ? b : a;
}

/** The place of a product; variants of one unit have the same. */
function placesByUnit({ unit }: Classification): (product: Product) => string {
  const known = new Map<number, string>();
  return ({ row, place }) => {
    const number = unit[row];
    if (number === NO_UNIT) return place;
    const ofUnit = known.get(number);
    if (ofUnit === undefined) known.set(number, place);
    return ofUnit ?? place;
  };
}
