import type { BytePath } from "../core/byte-path.ts";
import type { Sliced } from "../core/slices.ts";
import { WorkBudget } from "../core/work-budget.ts";

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
const MAX_ENTRIES = 2_000_000;
/** Smaller values are in seconds: ninja wrote those before 1.9. */
const MAX_SECONDS = 100_000_000_000n;

/** Linux' PATH_MAX. */
const MAX_PATH = 4096;
/** Bytes that are parsed in one slice. */
const CHUNK = 1024 * 1024;
/** Steps for a line, beside those for its characters. */
const STEPS_PER_LINE = 40;

/**
 * Parses a `.ninja_log` (ninja's build_log.cc). Each line holds the start, end, time, output and hash of one
 * command, separated by tabs. The last line of an output counts.
 *
 * @throws BudgetExceeded
 */
export function* parseNinjaLog(
  bytes: Buffer,
  budget = new WorkBudget(bytes.length),
): Sliced<NinjaLog> {
  const start = bytes.toString("latin1", 0, 100);
  const version = Number(/^# ninja log v(\d{1,3})\r?\n/.exec(start)?.[1] ?? Number.NaN);
  const times = new Map<BytePath, bigint>();
  const log = (fault?: string): NinjaLog => ({ version, times, fault });
  if (Number.isNaN(version)) return log("it is not a ninja log");
  if (version < OLDEST_VERSION || version > NEWEST_VERSION)
    return log(`version ${version} is not supported`);
  const end = bytes.lastIndexOf("\n") + 1;
  for (let from = bytes.indexOf("\n") + 1; from < end;) {
    // The last newline in the chunk, or in the rest of a line that is longer.
    const last = bytes.lastIndexOf("\n", Math.min(from + CHUNK, end) - 1);
    const to = last < from ? bytes.indexOf("\n", from) : last;
    for (const line of bytes.toString("latin1", from, to).split("\n")) {
      budget.spend(STEPS_PER_LINE + line.length);
      const entry = /^\d{1,10}\t\d{1,10}\t(-?\d{1,20})\t([^\t]+)\t/.exec(line);
      if (entry === null || entry[2].length > MAX_PATH || entry[2].includes("\0")) continue;
      const time = BigInt(entry[1]);
      times.set(entry[2], time < MAX_SECONDS ? time * 1_000_000_000n : time);
      if (times.size > MAX_ENTRIES) return log(`it has more than ${MAX_ENTRIES} entries`);
    }
    from = to + 1;
    yield;
  }
  // ninja ignores an incomplete last line too.
  return log(end < bytes.length ? "its last line is incomplete" : undefined);
}
