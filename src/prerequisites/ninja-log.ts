import type { BytePath } from "../core/byte-path.ts";

/** The contents of a `.ninja_log`. */
export interface NinjaLog {
  readonly version: number;
  /**
   * By output, in nanoseconds since 1970. Up to version 5: the output's modification time when its command
   * ended; from version 6 on: the time at which the command started. 0: the file did not exist.
   */
  readonly times: ReadonlyMap<BytePath, bigint>;
  /** Why the file could not be read completely; entries before the fault are valid. */
  readonly fault: string | undefined;
}

const OLDEST_VERSION = 4;
const NEWEST_VERSION = 7;
const MAX_ENTRIES = 5_000_000;
/** Smaller values are in seconds: ninja wrote those before 1.9. */
const MAX_SECONDS = 100_000_000_000n;

/**
 * Parses a `.ninja_log` (ninja's build_log.cc). Each line holds the start, end, time, output and hash of one
 * command, separated by tabs. The last line of an output counts.
 */
export function parseNinjaLog(text: BytePath): NinjaLog {
  const version = Number(/^# ninja log v(\d{1,3})\r?\n/.exec(text)?.[1] ?? Number.NaN);
  const times = new Map<BytePath, bigint>();
  const log = (fault?: string): NinjaLog => ({ version, times, fault });
  if (Number.isNaN(version)) return log("it is not a ninja log");
  if (version < OLDEST_VERSION || version > NEWEST_VERSION)
    return log(`version ${version} is not supported`);
  let at = text.indexOf("\n") + 1;
  while (at < text.length) {
    const end = text.indexOf("\n", at);
    // ninja ignores an incomplete last line too.
    if (end < 0) return log("its last line is incomplete");
    const entry = /^\d{1,10}\t\d{1,10}\t(-?\d{1,20})\t([^\t]+)\t/.exec(text.slice(at, end));
    at = end + 1;
    if (entry === null) continue;
    const time = BigInt(entry[1]);
    times.set(entry[2], time < MAX_SECONDS ? time * 1_000_000_000n : time);
    if (times.size > MAX_ENTRIES) return log(`it has more than ${MAX_ENTRIES} entries`);
  }
  return log();
}
