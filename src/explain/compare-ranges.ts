import type { ByteSource } from "../formats/byte-source.ts";
import { type Piece, differingBytes, isZero } from "../formats/compare-bytes.ts";
import { GAP, type Range } from "../formats/ranges.ts";

/** Two ranges that correspond and differ, or one that only one of the files has. */
export interface RangeDifference {
  readonly a: Range | undefined;
  readonly b: Range | undefined;
  /** Differing bytes. */
  readonly bytes: number;
}

/**
 * Pairs the ranges of two files by owner and label, and compares them. Both files must be complete.
 *
 * @param equalUntil Offset up to which the files are known to be equal.
 */
export function compareRanges(
  a: ByteSource,
  rangesA: readonly Range[],
  b: ByteSource,
  rangesB: readonly Range[],
  equalUntil: number,
): RangeDifference[] {
  const found: RangeDifference[] = [];
  const addPair = (left: Range, right: Range): void => {
    const [one, other] = [pieceOf(a, left), pieceOf(b, right)];
    const bytes = differingBytes(one, other, equalUntil);
    if (bytes === 0 || (left.label === GAP && isZero(one) && isZero(other))) return;
    found.push({ a: left, b: right, bytes });
  };
  if (haveSameParts(rangesA, rangesB)) {
    for (const [i, left] of rangesA.entries()) addPair(left, rangesB[i]);
    return found;
  }
  const unpaired = keyed(rangesB);
  for (const [key, left] of keyed(rangesA)) {
    const right = unpaired.get(key);
    unpaired.delete(key);
    if (right === undefined) addSingle(found, a, left, (range) => ({ a: range, b: undefined }));
    else addPair(left, right);
  }
  for (const range of unpaired.values())
    addSingle(found, b, range, (single) => ({ a: undefined, b: single }));
  return found;
}

/** Whether the ranges correspond one by one, as most do. */
function haveSameParts(a: readonly Range[], b: readonly Range[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ owner, label }, i) => owner === b[i].owner && label === b[i].label)
  );
}

function addSingle(
  found: RangeDifference[],
  file: ByteSource,
  range: Range,
  difference: (range: Range) => Pick<RangeDifference, "a" | "b">,
): void {
  if (range.label === GAP && isZero(pieceOf(file, range))) return;
  found.push({ ...difference(range), bytes: range.length });
}

/** The ranges, in order, by owner, label, and count of earlier ones of the same owner and label. */
function keyed(ranges: readonly Range[]): Map<string, Range> {
  const counts = new Map<string, number>();
  const result = new Map<string, Range>();
  for (const range of ranges) {
    const name = `${range.owner ?? ""}\0${range.label}`;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    result.set(`${name}\0${count}`, range);
  }
  return result;
}

export function pieceOf(file: ByteSource, { offset, length }: Range): Piece {
  return { file, offset, length };
}
