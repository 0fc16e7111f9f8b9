import type { BytePath } from "../core/byte-path.ts";
import { type Result, errno, tryErrno } from "../core/result.ts";
import { disk } from "./disk.ts";

/**
 * Reads a regular file into memory.
 *
 * @param limit The largest size in bytes; EFBIG if the file is larger.
 * @returns undefined if the path is not a regular file; ELOOP if it is a symbolic link.
 */
export function readRegularFile(path: BytePath, limit: number): Result<Buffer | undefined> {
  return tryErrno(() => {
    const descriptor = disk.openForReading(path);
    try {
      const stat = disk.fstat(descriptor);
      if (!stat.isFile()) return undefined;
      if (stat.size > BigInt(limit)) return errno("EFBIG");
      const bytes = Buffer.allocUnsafe(Number(stat.size));
      let filled = 0;
      while (filled < bytes.length) {
        const got = disk.read(descriptor, bytes.subarray(filled), bytes.length - filled, filled);
        if (got === 0) break;
        filled += got;
      }
      return bytes.subarray(0, filled);
    } finally {
      disk.close(descriptor);
    }
  });
}
