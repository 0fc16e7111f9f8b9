import type { BytePath } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import { isErrno } from "../core/result.ts";
import { readRegularFile } from "../fs/read-regular-file.ts";

/** Called with a build file that cannot be read completely, and the reason. */
export type ReportFault = (path: BytePath, fault: string) => void;

/** The bytes of a build file of up to `limit` bytes; undefined if it does not exist or, which is reported, cannot be read. */
export function readBuildFile(
  path: BytePath,
  limit: number,
  reportFault: ReportFault,
): Buffer | undefined {
  const bytes = readRegularFile(path, limit);
  if (!isErrno(bytes)) return bytes;
  if (bytes.code === "EFBIG") reportFault(path, `it is larger than ${limit / 1024 / 1024} MiB`);
  else if (bytes.code !== "ENOENT") reportFault(path, describeErrno(bytes.code));
  return undefined;
}
