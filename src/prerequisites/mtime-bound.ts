import type { BytePath } from "../core/byte-path.ts";
import type { MtimeBound } from "../core/model.ts";
import type { OutputFacts } from "./prerequisite-lookup.ts";

/**
 * The range of modification times for which a build considers an output up to date.
 *
 * The lower bound is its newest prerequisite; make and ninja both accept an equal time. The upper bound is
 * the oldest of the files made from it and of the time in ninja's deps log. An output that violates these
 * bounds now is stale: the build remakes it anyway.
 *
 * @param mtime The output's current time; all times are nanoseconds since 1970.
 * @param timeOf The time of a prerequisite or dependent; undefined if it does not exist, which imposes no bound.
 * @param rowOf The row of a prerequisite whose own time may change in this run.
 * @returns undefined if nothing is known about the output.
 */
export function mtimeBoundOf(
  facts: OutputFacts,
  mtime: bigint,
  timeOf: (path: BytePath) => bigint | undefined,
  rowOf: (path: BytePath) => number | undefined,
): MtimeBound | undefined {
  let after: bigint | undefined;
  let newest: BytePath = "";
  let stale = false;
  let isLogged = facts.logged !== undefined;
  const inputs: number[] = [];
  // ninja compares inputs with the output's time and with its log entry; the older one decides.
  const own = facts.logged !== undefined && facts.logged < mtime ? facts.logged : mtime;
  for (const path of facts.prerequisites) {
    const time = timeOf(path);
    if (time === undefined) continue;
    if (facts.logged !== undefined && time > facts.logged) isLogged = false;
    if (time > own && !stale) {
      stale = true;
      after = time;
      newest = path;
    }
    const row = rowOf(path);
    if (row !== undefined) inputs.push(row);
    else if (!stale && (after === undefined || time > after)) {
      after = time;
      newest = path;
    }
  }
  let until = facts.trustedUntil;
  if (until !== undefined && mtime > until) stale = true;
  for (const path of facts.dependents) {
    const time = timeOf(path);
    // A dependent that is already older than the output is remade anyway.
    if (time !== undefined && time >= mtime && (until === undefined || time < until)) until = time;
  }
  const complete = facts.complete && (inputs.length > 0 || after !== undefined);
  if (after === undefined && until === undefined && inputs.length === 0) return undefined;
  return { after, newest, until, inputs, complete, stale, ...(stale && isLogged && { isLogged }) };
}
