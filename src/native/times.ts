import type { Library } from "./load.ts";
import type { TimeCalls } from "./types.ts";

const SECOND = 1_000_000_000n;

/**
 * Sets times with nanosecond precision; Node's `futimes` has microseconds.
 *
 * @param UTIME_OMIT The nanoseconds that mean "leave this time as it is".
 */
export function timeCalls(library: Library, UTIME_OMIT: bigint): TimeCalls {
  const { lastError } = library;
  const futimens = library.func("futimens", "int", ["int", "void *"]);
  // struct timespec[2], access time and modification time: tv_sec and tv_nsec have 64 bits on 64-bit systems.
  const times = new BigInt64Array(new ArrayBuffer(32));
  return {
    setTimes(fd, atimeNs, mtimeNs) {
      if (atimeNs === undefined) times[1] = UTIME_OMIT;
      else putTime(times, 0, atimeNs);
      putTime(times, 2, mtimeNs);
      return futimens(fd, times) === 0 ? undefined : lastError();
    },
  };
}

/** tv_nsec counts forward from tv_sec, also before 1970: -1 ns is (-1 s, 999,999,999 ns). */
function putTime(times: BigInt64Array, at: number, ns: bigint): void {
  const rest = ns % SECOND;
  const forward = rest < 0n ? rest + SECOND : rest;
  times[at] = (ns - forward) / SECOND;
  times[at + 1] = forward;
}
