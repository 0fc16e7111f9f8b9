import { compareBytes, isUtf8, toText } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { eachGroup, linksOf } from "../core/groups.ts";
import { lazy } from "../core/lazy.ts";
import { NO_UNIT, type Classification, type Plan } from "../core/model.ts";
import { Role } from "./roles.ts";
import type { Conflict, UniformUnits, VariantPair, VariantTotals } from "../core/report.ts";

/** How the variants of a tree's units compare. */
export interface VariantFindings {
  readonly variants: readonly VariantTotals[];
  readonly pairs: readonly VariantPair[];
  readonly uniform: UniformUnits;
  readonly conflicts: readonly Conflict[];
}

/**
 * Compares the variants of each unit, on first access. Files are equal if they are one inode or in one duplicate set.
 */
export function compareVariants(
  files: FileTable,
  classification: Classification,
  plan: Plan,
  roles: Uint8Array,
  nextLink: Int32Array,
): VariantFindings {
  const content = contentNumbers(files, plan);
  const areEqual = (a: number, b: number): boolean =>
    (content[a] >= 0 && content[a] === content[b]) || files.sameInode(a, b);
  const units = lazy(() => {
    const all = [...filesByUnit(files, classification, roles)];
    const { variant } = classification;
    return { all, byVariant: all.map((unit) => firstOfEachVariant(unit.files, variant)) };
  });
  const variants = lazy(() => countVariants(files, classification, roles, nextLink));
  const pairs = lazy(() => comparePairs(files, classification, units().byVariant, areEqual));
  const uniform = lazy(() => {
    const { all, byVariant } = units();
    return findUniform(files, classification, all, byVariant, areEqual);
  });
  const conflicts = lazy(() => {
    const { all, byVariant } = units();
    const several = all.filter((unit, i) => unit.files.length > byVariant[i].length);
    return findConflicts(files, classification, several);
  });
  return {
    get variants() {
      return variants();
    },
    get pairs() {
      return pairs();
    },
    get uniform() {
      return uniform();
    },
    get conflicts() {
      return conflicts();
    },
  };
}

interface Unit {
  readonly number: number;
  readonly files: Uint32Array;
}

/** The units with at least two files. */
function* filesByUnit(
  files: FileTable,
  { unit }: Classification,
  roles: Uint8Array,
): Generator<Unit> {
  let units = 0;
  for (const number of unit) if (number !== NO_UNIT && number >= units) units = number + 1;
  const isCounted = (file: number): boolean => unit[file] !== NO_UNIT && roles[file] !== Role.none;
  const starts = new Uint32Array(units + 1);
  for (let file = 0; file < files.count; file += 1)
    if (isCounted(file)) starts[unit[file] + 1] += 1;
  for (let number = 0; number < units; number += 1) starts[number + 1] += starts[number];
  const order = new Uint32Array(starts[units]);
  const next = starts.slice();
  for (let file = 0; file < files.count; file += 1) {
    if (!isCounted(file)) continue;
    order[next[unit[file]]] = file;
    next[unit[file]] += 1;
  }
  for (const { group: number, from, to } of eachGroup(starts))
    if (to - from > 1) yield { number, files: order.subarray(from, to) };
}

/** By file: the number of its duplicate set, -1 if it is in none. */
function contentNumbers(files: FileTable, plan: Plan): Int32Array {
  const content = new Int32Array(files.count).fill(-1);
  for (const { group: set, from, to } of eachGroup(plan.starts))
    for (let row = from; row < to; row += 1) content[plan.names[row]] = set;
  return content;
}

/** One file per variant, in the order of the variants; if several have one variant, the first. */
function firstOfEachVariant(unit: Uint32Array, variant: Uint16Array): number[] {
  const first: number[] = [];
  // Insertion sort: most files are in order already.
  for (let i = 0; i < unit.length; i += 1) {
    const file = unit[i];
    let at = first.length;
    while (at > 0 && variant[first[at - 1]] > variant[file]) at -= 1;
    if (at > 0 && variant[first[at - 1]] === variant[file]) continue;
    if (at === first.length) first.push(file);
    else first.splice(at, 0, file);
  }
  return first;
}

function nameOf(classification: Classification, variant: number): string {
  const name = classification.variants[variant];
  // Names that are not UTF-8 stay different.
  const text = isUtf8(name) ? name : name.replace(/[\u0080-\u00ff]/g, percentEncoded);
  return toText(text) || "(none)";
}

/**
 * Paths and bytes of each variant, in natural order; empty if no path names a variant. An inode that several variants
 * share counts in each of them.
 */
function countVariants(
  files: FileTable,
  classification: Classification,
  roles: Uint8Array,
  nextLink: Int32Array,
): VariantTotals[] {
  const { variant } = classification;
  const totals = classification.variants.map((_, number) => ({
    name: nameOf(classification, number),
    artifacts: 0,
    bytes: 0,
    sharedBytes: 0,
  }));
  const isCounted = (file: number): boolean => roles[file] !== Role.none;
  const isFirst = new Uint8Array(files.count).fill(1);
  for (const next of nextLink) if (next >= 0) isFirst[next] = 0;
  for (let file = 0; file < files.count; file += 1) {
    if (isCounted(file)) totals[variant[file]].artifacts += 1;
    if (isFirst[file] === 0) continue;
    const bytes = files.columns.size[file];
    if (nextLink[file] < 0) {
      if (isCounted(file)) totals[variant[file]].bytes += bytes;
      continue;
    }
    const sharing = new Set<number>();
    for (const link of linksOf(nextLink, file)) if (isCounted(link)) sharing.add(variant[link]);
    for (const each of sharing) {
      totals[each].bytes += bytes;
      if (sharing.size > 1) totals[each].sharedBytes += bytes;
    }
  }
  const found = totals.filter(({ artifacts }) => artifacts > 0);
  return found.length === 1 && found[0].name === "(none)" ? [] : found;
}

function comparePairs(
  files: FileTable,
  classification: Classification,
  units: readonly (readonly number[])[],
  areEqual: (a: number, b: number) => boolean,
): VariantPair[] {
  const pairs = new Map<
    number,
    { units: number; identical: number; bytes: number; identicalBytes: number }
  >();
  const { variant } = classification;
  const { size } = files.columns;
  for (const unit of units) {
    for (let i = 0; i < unit.length; i += 1) {
      for (let j = i + 1; j < unit.length; j += 1) {
        const key = variant[unit[i]] * classification.variants.length + variant[unit[j]];
        let pair = pairs.get(key);
        if (pair === undefined)
          pairs.set(key, (pair = { units: 0, identical: 0, bytes: 0, identicalBytes: 0 }));
        pair.units += 1;
        pair.bytes += Math.max(size[unit[i]], size[unit[j]]);
        if (!areEqual(unit[i], unit[j])) continue;
        pair.identical += 1;
        pair.identicalBytes += size[unit[i]];
      }
    }
  }
  return [...pairs]
    .sort(([a], [b]) => a - b)
    .map(([key, pair]) => ({
      a: nameOf(classification, Math.floor(key / classification.variants.length)),
      b: nameOf(classification, key % classification.variants.length),
      ...pair,
    }));
}

/** The units that are identical in all of their variants, if they have several. */
function findUniform(
  files: FileTable,
  classification: Classification,
  units: readonly Unit[],
  byVariant: readonly (readonly number[])[],
  areEqual: (a: number, b: number) => boolean,
): UniformUnits {
  const uniform: number[] = [];
  let several = 0;
  let bytes = 0;
  byVariant.forEach((unit, i) => {
    if (unit.length < 2) return;
    several += 1;
    if (!unit.every((file) => areEqual(unit[0], file))) return;
    uniform.push(units[i].number);
    bytes += files.columns.size[unit[0]];
  });
  const names = lazy(() => uniform.map((unit) => classification.unitName(unit)).sort(compareBytes));
  return {
    several,
    bytes,
    count: uniform.length,
    get units() {
      return names();
    },
  };
}

/**
 * Files that differ, although by their paths they are one unit in one variant.
 *
 * @param units Units that have several files in a variant.
 */
function findConflicts(
  files: FileTable,
  classification: Classification,
  units: readonly Unit[],
): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const unit of units) {
    const byVariant = new Map<number, number[]>();
    for (const file of unit.files) {
      const same = byVariant.get(classification.variant[file]);
      if (same === undefined) byVariant.set(classification.variant[file], [file]);
      else same.push(file);
    }
    for (const [variant, same] of byVariant) {
      if (same.length < 2 || same.every((file) => files.sameInode(same[0], file))) continue;
      const paths = same.map((file) => files.path(file)).sort(compareBytes);
      conflicts.push({
        unit: classification.unitName(unit.number),
        variant: nameOf(classification, variant),
        paths,
      });
    }
  }
  return conflicts.sort((a, b) => compareBytes(a.paths[0], b.paths[0]));
}

function percentEncoded(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16)}`;
}
