import type { ByteSource } from "../formats/byte-source.ts";
import { firstDifference, sliceOf } from "../formats/compare-bytes.ts";
import { type RangedFormat, rangedFormatOf } from "../formats/ranged-formats.ts";
import type { Range } from "../formats/ranges.ts";
import type { UnpackBudget } from "../formats/unpacked.ts";
import { compareRanges, type RangeDifference } from "./compare-ranges.ts";
import { explainText } from "./explain-text.ts";
import type { Explanation, PartDifference } from "../core/explanation.ts";
import { type Part, dropDerived, joinSingles, mergeParts, partOf } from "./parts.ts";
import { verdictOf } from "./verdict.ts";

// Bundled together, as both need the readers of all formats.
export { codeLengths } from "./code-lengths.ts";

/** More parts are counted as one. */
const MAX_PARTS = 100;
/** What may be unpacked of one pair, in bytes. */
const MAX_UNPACKED = 128 * 1024 * 1024;

const ORDER: Part = {
  label: "members' order",
  class: "other",
  bytes: 0,
  phrase: "members' order",
};
const ZIP_ORDER = { class: "noise", cause: "zip-order" } as const;

/**
 * Explains why two files that are not equal differ. Of an unknown or damaged format it gives the first byte that
 * differs. Reads no bytes that are known to be equal, except those that the format's reader needs.
 *
 * @param name The name of the files; the remedy may depend on its ending.
 * @param equalUntil Offset up to which the files are known to be equal.
 */
export function explainDifference(
  name: string,
  a: ByteSource,
  b: ByteSource,
  equalUntil = 0,
): Explanation {
  const first = firstDifference(a, b, equalUntil);
  const format = rangedFormatOf(a);
  const other = rangedFormatOf(b);
  if (format !== other) {
    return {
      format: "unknown",
      firstDifference: first,
      parts: [],
      verdict: "formats differ",
      class: "code",
    };
  }
  if (format === undefined) return explainText(a, b, first) ?? unknown(first);
  const parts = partsOf(format, a, b, first, { left: MAX_UNPACKED });
  if (parts === undefined || parts.length === 0) return unknown(first);
  return {
    format: format.name,
    firstDifference: first,
    parts: limited(parts),
    ...verdictOf(parts, name),
  };
}

/** Only where two files begin to differ; for files whose format's reader has failed. */
export function locateDifference(a: ByteSource, b: ByteSource, equalUntil: number): Explanation {
  return unknown(firstDifference(a, b, equalUntil));
}

function unknown(first: number): Explanation {
  const verdict = "contents differ";
  return { format: "unknown", firstDifference: first, parts: [], verdict, class: "other" };
}

/** undefined if one of the files is damaged. */
function partsOf(
  format: RangedFormat,
  a: ByteSource,
  b: ByteSource,
  equalUntil: number,
  budget: UnpackBudget,
): Part[] | undefined {
  const rangesA = format.ranges(a);
  const rangesB = rangesA && format.ranges(b);
  if (rangesA === undefined || rangesB === undefined) return undefined;
  const isReordered = format.isContainer === true && haveOtherOrder(rangesA, rangesB);
  const differences = dropDerived(compareRanges(a, rangesA, b, rangesB, equalUntil), isReordered);
  const parts = joinSingles(differences, rangesA, rangesB, format.isContainer === true).flatMap(
    (difference) =>
      (format.isContainer ? memberParts(a, b, difference, budget) : undefined) ?? [
        partOf(a, b, difference, budget),
      ],
  );
  if (isReordered) parts.push(format.isUnordered ? { ...ORDER, ...ZIP_ORDER } : ORDER);
  return mergeParts(withOneDebugCause(parts));
}

/** Whether the members that both files have are in another order. */
function haveOtherOrder(a: readonly Range[], b: readonly Range[]): boolean {
  const names = (ranges: readonly Range[]): string[] =>
    ranges.flatMap(({ isMember, label }) => (isMember ? [label] : []));
  const [namesA, namesB] = [names(a), names(b)];
  const [inA, inB] = [new Set(namesA), new Set(namesB)];
  const common = namesA.filter((name) => inB.has(name));
  const others = namesB.filter((name) => inA.has(name));
  return common.some((name, i) => name !== others[i]);
}

/** The parts of a member that is a file of its own; undefined if its format is not known. */
function memberParts(
  a: ByteSource,
  b: ByteSource,
  difference: RangeDifference,
  budget: UnpackBudget,
): Part[] | undefined {
  const { a: left, b: right } = difference;
  if (left?.isFile !== true && right?.isFile !== true) return undefined;
  const one = left && sliceOf(a, left.offset, left.length);
  const other = right && sliceOf(b, right.offset, right.length);
  const file = one ?? other;
  const format = file && rangedFormatOf(file);
  if (format === undefined || format.isContainer) return undefined;
  if (one === undefined || other === undefined)
    return [{ ...partOf(a, b, difference, budget), class: "code" }];
  if (rangedFormatOf(other) !== format) return undefined;
  const member = left?.label ?? "";
  return partsOf(format, one, other, 0, budget)?.map((part) => ({
    ...part,
    label: `${member}(${part.label})`,
  }));
}

/** If a file's debug information differs in paths, all that differs in it is taken to follow from that. */
function withOneDebugCause(parts: readonly Part[]): readonly Part[] {
  if (!parts.some(({ cause }) => cause === "debug-paths")) return parts;
  return parts.map((part) => (part.cause === "debug" ? { ...part, cause: "debug-paths" } : part));
}

function limited(parts: readonly Part[]): PartDifference[] {
  const shown = parts
    .slice(0, MAX_PARTS)
    .map(({ label, class: kind, bytes }) => ({ label, class: kind, bytes }));
  const rest = parts.slice(MAX_PARTS);
  if (rest.length === 0) return shown;
  const bytes = rest.reduce((sum, part) => sum + part.bytes, 0);
  return [...shown, { label: `${rest.length} more`, class: rest[0].class, bytes }];
}
