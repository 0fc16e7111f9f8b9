import { type Result, isErrno } from "../core/result.ts";
import { sameAttributes } from "./attributes.ts";
import { nodeFileCalls, readFully } from "./file-calls.ts";
import { statOpen } from "./open-file.ts";

const BLOCK = 1024 * 1024;
const TYPE_BITS = 0o170000;
const REGULAR_FILE = 0o100000;

/** Compares the content, mode and extended attributes of two open files. Anything but regular files is "different". */
export function compareOpenFiles(one: number, other: number): Result<"equal" | "different"> {
  const [a, b] = [statOpen(one), statOpen(other)];
  if (isErrno(a)) return a;
  if (isErrno(b)) return b;
  const { mode, size } = a;
  if ((mode & TYPE_BITS) !== REGULAR_FILE || size !== b.size || mode !== b.mode) return "different";
  if (!sameAttributes(one, other, mode)) return "different";
  const blocks = [one, other].map(() => Buffer.allocUnsafe(Math.min(BLOCK, size)));
  for (let at = 0; at < size; at += BLOCK) {
    const length = Math.min(BLOCK, size - at);
    for (const [i, fd] of [one, other].entries()) {
      const read = readFully(nodeFileCalls, fd, blocks[i], length, at);
      if (isErrno(read)) return read;
      if (read < length) return "different";
    }
    if (blocks[0].compare(blocks[1], 0, length, 0, length) !== 0) return "different";
  }
  return "equal";
}
