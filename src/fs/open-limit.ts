import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "./disk.ts";

/** The limit if the system does not report one; the default of macOS. */
const DEFAULT_LIMIT = 256;
/** The most directories that a thread keeps open, whatever the limit: more than most trees have. */
const MAX_DIRS = 16_384;
/**
 * Reserved for everything else: Node's own descriptors, those of a program that uses the library, and files that are
 * open briefly. At most half of the limit.
 */
const RESERVED = 256;

/** Descriptors that Node itself has open. */
const NODE = 24;
/** Descriptors that a thread needs to make progress. */
const PER_THREAD = 16;

let limit: number | undefined;

/** How many files each of `threads` threads may keep open, if all of them together may use `share` of the limit. */
export function maxOpenFiles(threads: number, share: number): number {
  limit ??= readLimit();
  return Math.floor(((limit - Math.min(RESERVED, limit / 2)) * share) / threads);
}

/** How many threads the limit allows: each takes some descriptors for itself, and some for the files that it opens. */
export function maxThreads(): number {
  limit ??= readLimit();
  return Math.max(1, Math.floor((limit - NODE) / PER_THREAD));
}

/** `maxOpenFiles` for directories. */
export function maxOpenDirs(threads: number, share: number): number {
  return Math.min(MAX_DIRS, maxOpenFiles(threads, share));
}

/** The soft limit on open files of this process (RLIMIT_NOFILE, proc_pid_limits(5)), which Node raises to the hard limit. */
function readLimit(): number {
  const limits = tryErrno(() => disk.readWhole("/proc/self/limits").toString("latin1"));
  const found = isErrno(limits) ? null : /^Max open files +(\d+)/m.exec(limits);
  return found === null ? DEFAULT_LIMIT : Number(found[1]);
}
