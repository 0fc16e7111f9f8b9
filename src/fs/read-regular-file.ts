import type { BytePath } from "../core/byte-path.ts";
import { type Result, errno, isErrno, tryErrno } from "../core/result.ts";
import { type Stat, disk } from "./disk.ts";
import { nodeFileCalls, readFully } from "./file-calls.ts";

/**
 * Reads a regular file into memory.
 *
 * @param limit The largest size in bytes; EFBIG if the file is larger.
 * @param accepts Whether to read a file with these attributes.
 * @returns undefined if the path is not a regular file, or not accepted; ELOOP if it is a symbolic link.
 */
export function readRegularFile(
  path: BytePath,
  limit: number,
  accepts: (stat: Stat) => boolean = () => true,
): Result<Buffer | undefined> {
  return tryErrno(() => {
    const fd = disk.openForReading(path);
    try {
      const stat = disk.fstat(fd);
      if (!stat.isFile() || !accepts(stat)) return undefined;
      if (stat.size > BigInt(limit)) return errno("EFBIG");
      const bytes = Buffer.allocUnsafe(Number(stat.size));
      const read = readFully(nodeFileCalls, fd, bytes, bytes.length, 0);
      return isErrno(read) ? read : bytes.subarray(0, read);
    } finally {
      disk.close(fd);
    }
  });
}
