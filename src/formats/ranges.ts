/** What a part of a file holds. Noise: what differs between two builds of equal sources. */
export type RangeClass = "code" | "data" | "names" | "other" | "noise";

/** Why noise differs. */
export type NoiseCause =
  | "debug"
  | "build-id"
  | "debug-link"
  | "lto-names"
  | "link-time"
  | "signature"
  | "archive-times"
  | "archive-owners"
  | "archive-modes"
  | "source-time"
  | "gzip-time"
  | "gzip-name"
  | "gzip-system"
  | "zip-times"
  | "zip-owners"
  | "zip-modes"
  | "zip-order";

/** A part of a file, such as a section, a field of a header, or a member. */
export interface Range {
  /** In bytes from the start of the file. */
  readonly offset: number;
  /** In bytes, at least 1. */
  readonly length: number;
  readonly label: string;
  readonly class: RangeClass;
  /** Only for noise. */
  readonly cause?: NoiseCause;
  /** The member, section or header that a field belongs to. Ranges with the same owner and label correspond. */
  readonly owner?: string;
  /**
   * Follows from the rest of the file: from its bytes ("content"), from the lengths of its parts ("layout"), or from
   * the lengths of its code and data ("loaded-layout").
   */
  readonly derived?: "content" | "layout" | "loaded-layout";
  /** The length and the checksum of what the range holds compressed. */
  readonly unpacked?: string;
  /** The range is a marshalled code object of Python. */
  readonly isMarshalled?: boolean;
  /** The range is the contents of a member. */
  readonly isMember?: boolean;
  /** The contents are stored as they are, so that they can be read as a file. */
  readonly isFile?: boolean;
}

/** More sections, members or commands than this are taken for damage. */
export const MAX_ENTRIES = 65_536;
/** More ranges than this are taken for damage: the fields of as many entries. */
export const MAX_RANGES = 20 * MAX_ENTRIES;
/** In bytes. */
export const MAX_NAME = 4096;
/** In bytes, of all names in one file. */
export const MAX_NAMES = 16 * 1024 * 1024;

/** The label of bytes that nothing in the file describes. */
export const GAP = "unused space";

/**
 * Orders ranges, cuts off what lies outside of the file or in an earlier range, and adds what is missing: the result
 * covers each byte of the file exactly once.
 */
export function completeRanges(size: number, ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  let end = 0;
  const addGap = (to: number): void => {
    const before = result.at(-1);
    const owner = before === undefined ? "" : `${before.owner ?? ""}/${before.label}`;
    result.push({ offset: end, length: to - end, label: GAP, class: "other", owner });
  };
  for (const range of ranges.filter(isRange).sort((a, b) => a.offset - b.offset)) {
    const from = Math.max(range.offset, end);
    const to = Math.min(range.offset + range.length, size);
    if (from >= to) continue;
    if (from > end) addGap(from);
    const isWhole = from === range.offset && to - from === range.length;
    result.push(isWhole ? range : { ...range, offset: from, length: to - from });
    end = to;
  }
  if (end < size) addGap(size);
  return result;
}

/** Lets `inner` take the place of the bytes that it covers. Both are complete or empty ranges of one file, in order. */
export function overlayRanges(outer: readonly Range[], inner: readonly Range[]): Range[] {
  const result: Range[] = [];
  let next = 0;
  for (const range of outer) {
    let from = range.offset;
    const end = range.offset + range.length;
    for (; next < inner.length && inner[next].offset < end; next += 1) {
      const { offset } = inner[next];
      const length = Math.min(inner[next].length, end - offset);
      if (offset < from || length <= 0) continue;
      if (offset > from) result.push({ ...range, offset: from, length: offset - from });
      result.push({ ...inner[next], length });
      from = offset + length;
    }
    if (from < end) result.push({ ...range, offset: from, length: end - from });
  }
  return result;
}

function isRange({ offset, length }: Range): boolean {
  return Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(length) && length > 0;
}
