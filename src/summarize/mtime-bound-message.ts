import type { BytePath } from "../core/byte-path.ts";
import type { MtimeBound } from "../core/model.ts";

/**
 * Why a name stays apart with `would-rebuild`, and what to do.
 *
 * @param mtime Its own time, nanoseconds.
 */
export function describeMtimeBound(
  bound: MtimeBound | undefined,
  mtime: bigint,
  equalTo: BytePath,
  newestTime: boolean,
): string {
  if (bound === undefined) {
    return `equal to ${equalTo}, but it cannot carry its time: the next build would remake one of the two`;
  }
  const { after, newest, stale } = bound;
  if (stale && after !== undefined && mtime < after) {
    return `${newest}, which it is made from, is newer: the next build remakes it (finish the build, then link)`;
  }
  if (stale)
    return "ninja has not noted it as finished: the next build remakes it (finish the build, then link)";
  if (newestTime || after === undefined) {
    return `equal to ${equalTo}, but with its time it would be newer than what is made from it, or than ninja has noted: the next build would remake something`;
  }
  return `equal to ${equalTo}, but with its time it would be older than ${newest}, which it is made from: the next build would remake it`;
}
