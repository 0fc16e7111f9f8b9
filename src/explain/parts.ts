import type { ByteSource } from "../formats/byte-source.ts";
import { GAP, type Range, type RangeClass } from "../formats/ranges.ts";
import { type UnpackBudget, unpackEqually } from "../formats/unpacked.ts";
import { type RangeDifference, pieceOf } from "./compare-ranges.ts";
import {
  differInAbsolutePaths,
  differOnlyInPaths,
  differOnlyInSourcePath,
} from "./embedded-paths.ts";
import type { DifferenceClass } from "../core/explanation.ts";
import type { Cause } from "./noise.ts";

/** A part in which two files differ. */
export interface Part {
  readonly label: string;
  readonly class: DifferenceClass;
  readonly bytes: number;
  /** Why it may differ although the sources are equal. */
  readonly cause?: Cause;
  /** The part without the member that it belongs to; completes "differ only in". */
  readonly phrase: string;
  /** Only one of the files has this member. */
  readonly isSingleMember?: boolean;
}

/** Most serious first. */
export const CLASSES: readonly DifferenceClass[] = ["code", "data", "names", "other", "noise"];

const SYMBOL_TABLE = /^(?:\.(?:symtab|strtab|symtab_shndx|shstrtab)|symbol table|string table)$/;
const STRINGS = /^\.rodata\b|^__TEXT,__cstring$|^\.rdata\b/;
const DEBUG_STRINGS =
  /^\.(?:gnu\.debuglto_\.)?debug_(?:str|line_str)$|^__DWARF,__debug_(?:str|line_str)$/;

/**
 * Leaves out what follows from other differences, unless nothing else differs.
 *
 * @param isReordered The same parts are in another order.
 */
export function dropDerived(
  differences: readonly RangeDifference[],
  isReordered: boolean,
): readonly RangeDifference[] {
  const isShift = (difference: RangeDifference): boolean => {
    const { derived, label } = rangeOf(difference);
    const { a, b } = difference;
    return derived === undefined && label !== GAP && a?.length !== b?.length;
  };
  const isLoaded = (difference: RangeDifference): boolean =>
    ["code", "data"].includes(rangeOf(difference).class);
  const shifts = differences.filter(isShift);
  const loadedShifts = shifts.filter(isLoaded);
  const byDerivation = {
    content: false,
    layout: shifts.length === 0 && !isReordered,
    "loaded-layout": loadedShifts.length === 0,
  };
  const own = differences.filter((difference) => {
    const { derived } = rangeOf(difference);
    return derived === undefined || byDerivation[derived];
  });
  return own.length > 0 || isReordered ? own : differences;
}

/** The part that two corresponding ranges are. */
export function partOf(
  a: ByteSource,
  b: ByteSource,
  difference: RangeDifference,
  budget: UnpackBudget,
): Part {
  const range = rangeOf(difference);
  const { label, class: kind, cause } = range;
  const { bytes } = difference;
  if (difference.a === undefined || difference.b === undefined) {
    const isOptionalField = range.owner !== undefined;
    const side = difference.a === undefined ? "B" : "A";
    return {
      label: isOptionalField ? label : `${label} (only in ${side})`,
      class: kind,
      bytes,
      phrase: label,
      ...(cause && { cause }),
      ...(range.isMember && { isSingleMember: true }),
    };
  }
  const { unpacked } = difference.a;
  const left = pieceOf(a, difference.a);
  const right = pieceOf(b, difference.b);
  const isSamePacked = unpacked !== undefined && unpacked === difference.b.unpacked;
  if (isSamePacked && unpackEqually(left, right, budget))
    return { label: "compression", class: "other", bytes, phrase: "compression" };
  if (cause === "debug" && DEBUG_STRINGS.test(label) && differInAbsolutePaths(left, right))
    return { label, class: kind, bytes, phrase: label, cause: "debug-paths" };
  if (kind === "data" && STRINGS.test(label) && differOnlyInPaths(left, right))
    return { label, class: kind, bytes, phrase: label, cause: "paths" };
  // A program can see the path, but not run it.
  if (range.isMarshalled === true && differOnlyInSourcePath(left, right))
    return { label, class: "data", bytes, phrase: label, cause: "source-path" };
  const phrase = SYMBOL_TABLE.test(label) ? "symbol tables" : label;
  return { label, class: kind, bytes, phrase, ...(cause && { cause }) };
}

/**
 * Joins the fields and the contents of each section or member that only one of the files has.
 *
 * @param hasMembers What has fields but no contents is an empty member.
 */
export function joinSingles(
  differences: readonly RangeDifference[],
  rangesA: readonly Range[],
  rangesB: readonly Range[],
  hasMembers: boolean,
): RangeDifference[] {
  const ownersA = ownersOf(rangesA);
  const ownersB = ownersOf(rangesB);
  const result: RangeDifference[] = [];
  const singles = new Map<string, { ranges: Range[]; inA: boolean }>();
  for (const difference of differences) {
    const range = rangeOf(difference);
    const owner = range.owner ?? range.label;
    if (range.label === GAP || (ownersA.has(owner) && ownersB.has(owner))) {
      result.push(difference);
      continue;
    }
    const single = singles.get(owner);
    if (single === undefined)
      singles.set(owner, { ranges: [range], inA: difference.a !== undefined });
    else single.ranges.push(range);
  }
  for (const { ranges, inA } of singles.values()) {
    const contents = ranges.find(({ owner }) => owner === undefined);
    const { owner, cause, ...range } = contents ?? mostSerious(ranges);
    const single: Range =
      hasMembers && contents === undefined
        ? { ...range, label: owner ?? range.label, class: "data", isMember: true }
        : { ...range, label: owner ?? range.label, ...(cause && { cause }) };
    const bytes = ranges.reduce((sum, { length }) => sum + length, 0);
    result.push({ a: inA ? single : undefined, b: inA ? undefined : single, bytes });
  }
  return result;
}

/** The sections, members and headers of a file. */
function ownersOf(ranges: readonly Range[]): ReadonlySet<string> {
  return new Set(ranges.map(({ owner, label }) => owner ?? label));
}

/** Parts of the same label as one, the most serious and largest first. */
export function mergeParts(parts: readonly Part[]): Part[] {
  const byLabel = new Map<string, Part>();
  for (const part of parts) {
    const known = byLabel.get(part.label);
    const merged =
      known === undefined ? part : { ...moreSerious(known, part), bytes: known.bytes + part.bytes };
    byLabel.set(part.label, merged);
  }
  return [...byLabel.values()].sort(
    (x, y) =>
      CLASSES.indexOf(x.class) - CLASSES.indexOf(y.class) ||
      y.bytes - x.bytes ||
      (x.label < y.label ? -1 : 1),
  );
}

function moreSerious(x: Part, y: Part): Part {
  // Of two causes, the one without a remedy counts.
  if (x.class === y.class) return x.cause === undefined || x.cause === "debug" ? x : y;
  return CLASSES.indexOf(x.class) < CLASSES.indexOf(y.class) ? x : y;
}

function mostSerious(ranges: readonly Range[]): Range {
  const rank = (kind: RangeClass): number => CLASSES.indexOf(kind);
  return ranges.reduce((most, range) => (rank(range.class) < rank(most.class) ? range : most));
}

function rangeOf({ a, b }: RangeDifference): Range {
  const range = a ?? b;
  if (range === undefined) throw new Error("a difference without a range");
  return range;
}
