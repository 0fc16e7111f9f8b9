import type { BytePath } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";

/** What a file must be for its digest to count. Times are nanoseconds since 1970. */
interface Expected {
  readonly inode: bigint;
  /** Bytes. */
  readonly size: number;
  readonly mtime: bigint;
}

const BLOCK = 1 << 20;

/**
 * The first 64 bits of the SHA-256 of a file, never 0n: enough to tell a touch from a write of other bytes.
 *
 * @returns undefined if the file cannot be read, or is or becomes another one than expected.
 */
export function touchDigest(path: BytePath, expected: Expected): bigint | undefined {
  const fd = tryErrno(() => disk.openForReading(path));
  if (isErrno(fd)) return undefined;
  try {
    const digest = tryErrno(() => {
      const found = isAsExpected(fd, expected) ? digestOf(fd) : undefined;
      return isAsExpected(fd, expected) ? found : undefined;
    });
    return isErrno(digest) ? undefined : digest;
  } finally {
    disk.close(fd);
  }
}

function isAsExpected(fd: number, { inode, size, mtime }: Expected): boolean {
  const stat = disk.fstat(fd);
  return stat.ino === inode && Number(stat.size) === size && stat.mtimeNs === mtime;
}

function digestOf(fd: number): bigint {
  const { createHash } = process.getBuiltinModule("node:crypto");
  const hash = createHash("sha256");
  const block = Buffer.allocUnsafe(BLOCK);
  for (let at = 0; ;) {
    const length = disk.read(fd, block, BLOCK, at);
    if (length === 0) break;
    hash.update(block.subarray(0, length));
    at += length;
  }
  return hash.digest().readBigUInt64LE(0) || 1n;
}
