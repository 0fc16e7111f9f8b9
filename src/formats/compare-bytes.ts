import type { ByteSource } from "./byte-source.ts";

const WINDOW = 32 * 1024;

/** A piece of a file. */
export interface Piece {
  readonly file: ByteSource;
  readonly offset: number;
  readonly length: number;
}

/**
 * How many bytes of two pieces differ; where one is longer, its end counts as different.
 *
 * @param equalUntil Offset up to which the files are known to be equal: these bytes are not read.
 */
export function differingBytes(a: Piece, b: Piece, equalUntil = 0): number {
  const common = Math.min(a.length, b.length);
  let different = Math.max(a.length, b.length) - common;
  const known = a.offset === b.offset ? Math.max(0, equalUntil - a.offset) : 0;
  for (let at = known; at < common; at += WINDOW) {
    const [left, right] = windows(a, b, at, common);
    if (Buffer.compare(left, right) === 0) continue;
    const length = Math.min(left.length, right.length);
    different += Math.max(left.length, right.length) - length;
    for (let i = 0; i < length; i += 1) if (left[i] !== right[i]) different += 1;
  }
  return different;
}

/**
 * The offset of the first byte that differs; the size of the shorter file if there is none.
 *
 * @param equalUntil Offset up to which the files are known to be equal.
 */
export function firstDifference(a: ByteSource, b: ByteSource, equalUntil = 0): number {
  const common = Math.min(a.size, b.size);
  const left = wholeOf(a);
  const right = wholeOf(b);
  for (let at = equalUntil; at < common; at += WINDOW) {
    const [one, other] = windows(left, right, at, common);
    if (Buffer.compare(one, other) === 0) continue;
    let i = 0;
    while (i < one.length && one[i] === other[i]) i += 1;
    return at + i;
  }
  return common;
}

/** Whether a piece consists of zeros. */
export function isZero({ file, offset, length }: Piece): boolean {
  for (let at = 0; at < length; at += WINDOW) {
    const bytes = file.read(offset + at, Math.min(WINDOW, length - at));
    if (bytes.some((byte) => byte !== 0)) return false;
  }
  return true;
}

function wholeOf(file: ByteSource): Piece {
  return { file, offset: 0, length: file.size };
}

/** A part of a file as a file of its own. */
export function sliceOf(file: ByteSource, offset: number, length: number): ByteSource {
  return {
    size: length,
    read(at, wanted) {
      if (!Number.isSafeInteger(at) || at < 0 || at >= length || !(wanted > 0)) return NO_BYTES;
      return file.read(offset + at, Math.min(wanted, length - at));
    },
  };
}

const NO_BYTES = new Uint8Array(0);

/** The next bytes of both pieces, from `at` on. */
function windows(a: Piece, b: Piece, at: number, end: number): [Uint8Array, Uint8Array] {
  const length = Math.min(WINDOW, end - at);
  return [a.file.read(a.offset + at, length), b.file.read(b.offset + at, length)];
}
