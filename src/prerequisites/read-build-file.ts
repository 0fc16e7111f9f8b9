import type { BytePath } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import { errnoOf } from "../core/result.ts";
import { disk } from "../fs/disk.ts";

/** Called with a build file that cannot be read completely, and the reason. */
export type ReportFault = (path: BytePath, fault: string) => void;

/** A file's bytes; undefined where it is not there, or cannot be read whole, which is noted. */
export function readBuildFile(
  path: BytePath,
  most: number,
  reportFault: ReportFault,
): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = disk.openForReading(path);
    const stat = disk.fstat(descriptor);
    if (!stat.isFile()) return undefined;
    if (stat.size > BigInt(most)) {
      reportFault(path, `it is larger than ${most / 1024 / 1024} MiB`);
      return undefined;
    }
    const bytes = Buffer.allocUnsafe(Number(stat.size));
    let filled = 0;
    while (filled < bytes.length) {
      const got = disk.read(descriptor, bytes.subarray(filled), bytes.length - filled, filled);
      if (got === 0) break;
      filled += got;
    }
    return bytes.subarray(0, filled);
  } catch (error) {
    const { code } = errnoOf(error);
    if (code !== "ENOENT") reportFault(path, describeErrno(code));
    return undefined;
  } finally {
    if (descriptor !== undefined) disk.close(descriptor);
  }
}
