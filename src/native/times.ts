import { cPath } from "./c-path.ts";
import type { Library } from "./load.ts";
import type { TimeCalls } from "./types.ts";

/** What differs between the systems. */
export interface TimeSystem {
  /** AT_FDCWD. */
  readonly cwd: number;
  /** AT_SYMLINK_NOFOLLOW. */
  readonly NO_FOLLOW: number;
  /** UTIME_OMIT: the nanoseconds that mean "leave this time". */
  readonly OMIT: bigint;
}

const SECOND = 1_000_000_000n;

/** Time stamps to the nanosecond; Node's `utimes` knows microseconds only. */
export function timeCalls(library: Library, { cwd, NO_FOLLOW, OMIT }: TimeSystem): TimeCalls {
  const { lastError } = library;
  const utimensat = library.func("utimensat", "int", ["int", "str", "void *", "int"]);
  const futimens = library.func("futimens", "int", ["int", "void *"]);
  // struct timespec[2]: access time, modification time; tv_sec and tv_nsec are 64 bits on 64-bit systems.
  const times = new BigInt64Array(new ArrayBuffer(32));

  function fill(atimeNs: bigint | undefined, mtimeNs: bigint): BigInt64Array {
    put(times, 0, atimeNs, OMIT);
    put(times, 2, mtimeNs, OMIT);
    return times;
  }

  return {
    setTimes: (path, atimeNs, mtimeNs) =>
      utimensat(cwd, cPath(path), fill(atimeNs, mtimeNs), NO_FOLLOW) === 0
        ? undefined
        : lastError(),
    setTimesAt: (dir, name, atimeNs, mtimeNs) =>
      utimensat(dir, cPath(name), fill(atimeNs, mtimeNs), NO_FOLLOW) === 0
        ? undefined
        : lastError(),
    setTimesFd: (fd, atimeNs, mtimeNs) =>
      futimens(fd, fill(atimeNs, mtimeNs)) === 0 ? undefined : lastError(),
  };
}

/** tv_nsec counts forward from tv_sec also before 1970: -1 ns is (-1 s, 999,999,999 ns). */
function put(times: BigInt64Array, at: number, ns: bigint | undefined, OMIT: bigint): void {
  if (ns === undefined) {
    times[at] = 0n;
    times[at + 1] = OMIT;
    return;
  }
  const rest = ns % SECOND;
  const forward = rest < 0n ? rest + SECOND : rest;
  times[at] = (ns - forward) / SECOND;
  times[at + 1] = forward;
}
