import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "./disk.ts";

/** Where the system does not tell: what macOS gives. */
const COMMON = 256;
let known: number | undefined;

/** Files that this process may have open at once (RLIMIT_NOFILE, which Node raises as far as it may). */
function mostOpenFiles(): number {
  known ??= ask();
  return known;
}

/** Directories held at once in one thread, however many a process may open: more than most trees have. */
const MOST_DIRS = 16_384;

/**
 * Left for all else: Node's own files and its threads', those of a program that runs us, what is open for a
 * moment; half of a small limit.
 */
const SPARE = 256;

/** What each of `threads` threads may have open, where all of them may take `share` of what is not spare. */
export function mostOpenEach(threads: number, share: number): number {
  const limit = mostOpenFiles();
  return Math.floor(((limit - Math.min(SPARE, limit / 2)) * share) / threads);
}

/** `mostOpenEach` of directories that are held. */
export function mostHeldDirs(threads: number, share: number): number {
  return Math.min(MOST_DIRS, mostOpenEach(threads, share));
}

/** proc_pid_limits(5). */
function ask(): number {
  const limits = tryErrno(() => disk.readWhole("/proc/self/limits").toString("latin1"));
  const found = isErrno(limits) ? null : /^Max open files +(\d+)/m.exec(limits);
  return found === null ? COMMON : Number(found[1]);
}
