import { inflateRawSync } from "node:zlib";
import type { Piece } from "./compare-bytes.ts";

/** In bytes, packed and unpacked. */
const MAX_UNPACKED = 16 * 1024 * 1024;

/** Whether two pieces of deflated data contain the same; false if one is damaged or larger than 16 MiB. */
export function unpackEqually(a: Piece, b: Piece): boolean {
  const left = unpack(a);
  const right = left && unpack(b);
  return left !== undefined && right !== undefined && left.equals(right);
}

function unpack({ file, offset, length }: Piece): Buffer | undefined {
  if (length > MAX_UNPACKED) return undefined;
  try {
    return inflateRawSync(file.read(offset, length), { maxOutputLength: MAX_UNPACKED });
  } catch {
    return undefined;
  }
}
