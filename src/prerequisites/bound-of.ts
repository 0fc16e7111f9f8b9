import type { BytePath } from "../core/byte-path.ts";
import type { MtimeBound } from "../core/model.ts";
import type { OutputFacts } from "./prerequisite-times.ts";

/**
 * Between which times an output may be dated so that its build leaves it alone.
 *
 * It has to be no older than each of its prerequisites (equal is fresh, to make and to ninja alike), and,
 * to be made newer, no newer than what is made from it and than what ninja has noted. One that breaks that
 * already will be remade in any case.
 *
 * @param mtime Its own time; all times in nanoseconds.
 * @param timeOf Undefined for what does not exist: it dates nothing.
 * @param fileOf The number of a file whose time is to be planned itself.
 */
export function mtimeBoundOf(
  facts: OutputFacts,
  mtime: bigint,
  timeOf: (path: BytePath) => bigint | undefined,
  fileOf: (path: BytePath) => number | undefined,
): MtimeBound | undefined {
  let after: bigint | undefined;
  let newest: BytePath = "";
  let stale = false;
  const inputs: number[] = [];
  const own = facts.logged !== undefined && facts.logged < mtime ? facts.logged : mtime;
  for (const path of facts.prerequisites) {
    const time = timeOf(path);
    if (time === undefined) continue;
    if (time > own && !stale) {
      stale = true;
      after = time;
      newest = path;
    }
    const file = fileOf(path);
    if (file !== undefined) inputs.push(file);
    else if (!stale && (after === undefined || time > after)) {
      after = time;
      newest = path;
    }
  }
  let until = facts.trustedUntil;
  if (until !== undefined && mtime > until) stale = true;
  for (const path of facts.dependents) {
    const time = timeOf(path);
    // A dependent that is older already is to be remade anyway.
    if (time !== undefined && time >= mtime && (until === undefined || time < until)) until = time;
  }
  const complete = facts.complete && (inputs.length > 0 || after !== undefined);
  if (after === undefined && until === undefined && inputs.length === 0) return undefined;
  return { after, newest, until, inputs, complete, stale };
}
