import { inflateRawSync } from "node:zlib";
import type { Piece } from "./compare-bytes.ts";

/** Of one piece, in bytes, packed and unpacked. */
const MAX_UNPACKED = 16 * 1024 * 1024;

/** How much may still be unpacked, in bytes. */
export interface UnpackBudget {
  left: number;
}

/**
 * Whether two pieces of deflated data contain the same. false if one is damaged or larger than 16 MiB, or the budget is
 * used up.
 */
export function unpackEqually(a: Piece, b: Piece, budget: UnpackBudget): boolean {
  const left = unpack(a, budget);
  const right = left && unpack(b, budget);
  return left !== undefined && right !== undefined && left.equals(right);
}

function unpack({ file, offset, length }: Piece, budget: UnpackBudget): Buffer | undefined {
  const maxOutputLength = Math.min(MAX_UNPACKED, budget.left);
  if (length > MAX_UNPACKED || maxOutputLength <= 0) return undefined;
  try {
    const bytes = inflateRawSync(file.read(offset, length), { maxOutputLength });
    budget.left -= bytes.length;
    return bytes;
  } catch {
    budget.left -= maxOutputLength;
    return undefined;
  }
}
