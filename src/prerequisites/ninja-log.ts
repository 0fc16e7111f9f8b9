import type { BytePath } from "../core/byte-path.ts";

/** Times by output, as `.ninja_log` remembers them: nanoseconds since 1970. */
export interface NinjaLog {
  readonly version: number;
  /**
   * Up to version 5 the output's own modification time when its command had ended, from version 6 on the
   * time at which the command began. 0: there was no such file.
   */
  readonly times: ReadonlyMap<BytePath, bigint>;
  /** What is wrong with the file, where something is; what was read before it counts. */
  readonly fault: string | undefined;
}

const OLDEST_VERSION = 4;
const NEWEST_VERSION = 7;
const MOST_ENTRIES = 5_000_000;
/** Before ninja 1.9 times were whole seconds. */
const LARGEST_SECONDS = 100_000_000_000n;

/** Reads a `.ninja_log`: a line a command, start, end, time, output and the command's hash, the last one counts. */
export function parseNinjaLog(text: BytePath): NinjaLog {
  const version = Number(/^# ninja log v(\d{1,3})\r?\n/.exec(text)?.[1] ?? Number.NaN);
  const times = new Map<BytePath, bigint>();
  const log = (fault?: string): NinjaLog => ({ version, times, fault });
  if (Number.isNaN(version)) return log("it does not begin as a ninja log");
  if (version < OLDEST_VERSION || version > NEWEST_VERSION)
    return log(`version ${version} is not known`);
  let at = text.indexOf("\n") + 1;
  while (at < text.length) {
    const end = text.indexOf("\n", at);
    // ninja itself drops a last line that a kill has cut off.
    if (end < 0) return log("its last line is cut off");
    const entry = /^\d{1,10}\t\d{1,10}\t(-?\d{1,20})\t([^\t]+)\t/.exec(text.slice(at, end));
    at = end + 1;
    if (entry === null) continue;
    const time = BigInt(entry[1]);
    times.set(entry[2], time < LARGEST_SECONDS ? time * 1_000_000_000n : time);
    if (times.size > MOST_ENTRIES) return log("it is too long to be read to its end");
  }
  return log();
}
