import { libtoolTargets } from "../artifacts/libtool-targets.ts";
import type { BytePath } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { OLDEST } from "./plan-unshare.ts";

/**
 * Dates libtool's `x.la`, `x.lo` or script `x` so that the next build makes the file again that it stands for: builds
 * look at its time only.
 *
 * @param path The file that was repaired.
 */
export function outdateLibtoolTargets(path: BytePath): void {
  for (const target of libtoolTargets(path)) {
    const stat = tryErrno(() => disk.lstat(target));
    if (!isErrno(stat) && stat.isFile()) tryErrno(() => disk.setFileTime(target, OLDEST));
  }
}
