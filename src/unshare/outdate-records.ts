import { libtoolTargets } from "../artifacts/libtool-targets.ts";
import { mixRecords } from "../artifacts/untimed-outputs.ts";
import type { BytePath } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { OLDEST } from "./plan-unshare.ts";

/**
 * Dates the files old that a build looks at instead of an output, so that the next build makes the output again:
 * libtool's `x.la`, `x.lo` or script `x`, and the records of mix.
 *
 * @param path The output that was repaired.
 */
export function outdateRecords(path: BytePath): void {
  for (const record of [...libtoolTargets(path), ...mixRecords(path)]) {
    const stat = tryErrno(() => disk.lstat(record));
    if (!isErrno(stat) && stat.isFile()) tryErrno(() => disk.setFileTime(record, OLDEST));
  }
}
