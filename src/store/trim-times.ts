import { type BytePath, join } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import type { Problem } from "../core/report.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { replaceDurably } from "../fs/durable-file.ts";
import { temporaryPath } from "./temporaries.ts";

/** Milliseconds between two trims that runs make by themselves. */
const TRIM_INTERVAL = 24 * 3600 * 1000;
const TRIMMED_FILE = "trimmed";

/** Notes the time of a trim. */
export function noteTrim(store: BytePath, now: number): Problem | undefined {
  const path = join(store, TRIMMED_FILE);
  const text = `${new Date(now).toISOString()}\n`;
  const done = replaceDurably(path, temporaryPath(store, TRIMMED_FILE), Buffer.from(text));
  if (!isErrno(done)) return undefined;
  return { path, code: done.code, message: `it is not written: ${describeErrno(done.code)}` };
}

/** When the store was last trimmed, in milliseconds since 1970; undefined if that is not known. */
export function lastTrim(store: BytePath): number | undefined {
  const bytes = tryErrno(() => disk.readUpTo(join(store, TRIMMED_FILE), 64));
  const time = isErrno(bytes) ? Number.NaN : Date.parse(bytes.toString("latin1").trim());
  return Number.isNaN(time) ? undefined : time;
}

/** Whether a run is to trim the store by itself. A time in the future was noted by a wrong clock. */
export function isTrimDue(store: BytePath, now: number): boolean {
  const last = lastTrim(store);
  return last === undefined || last > now || now - last >= TRIM_INTERVAL;
}
