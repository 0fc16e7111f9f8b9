import { sameAttributes } from "./attributes.ts";
import { disk } from "./disk.ts";

const BLOCK = 1024 * 1024;

/** Whether two open files hold the same bytes and carry the same attributes. */
export function compareOpenFiles(one: number, other: number): "equal" | "different" {
  const [a, b] = [disk.fstat(one), disk.fstat(other)];
  if (!a.isFile() || !b.isFile() || a.size !== b.size || a.mode !== b.mode) return "different";
  if (!sameAttributes(one, other, Number(a.mode))) return "different";
  const length = Math.min(BLOCK, Number(a.size));
  const blocks = [Buffer.allocUnsafe(length), Buffer.allocUnsafe(length)];
  for (let at = 0; at < a.size; at += length) {
    const wanted = Math.min(length, Number(a.size) - at);
    const [got, gotToo] = [one, other].map((descriptor, i) =>
      readFully(descriptor, blocks[i], wanted, at),
    );
    if (
      got < wanted ||
      gotToo < wanted ||
      blocks[0].compare(blocks[1], 0, wanted, 0, wanted) !== 0
    ) {
      return "different";
    }
  }
  return "equal";
}

function readFully(descriptor: number, block: Buffer, length: number, position: number): number {
  let filled = 0;
  while (filled < length) {
    const got = disk.read(descriptor, block.subarray(filled), length - filled, position + filled);
    if (got === 0) break;
    filled += got;
  }
  return filled;
}
