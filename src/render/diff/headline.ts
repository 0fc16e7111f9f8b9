import type { DiffReport } from "../../core/diff-report.ts";
import { displayWidth } from "../display-width.ts";
import { bytes, count, plural } from "../numbers.ts";
import { type RunFigures, resultLine } from "../result-line.ts";
import { WIDTH } from "./group-lines.ts";

/**
 * The verdict in one line of at most 80 columns: `Equal: 592 artifacts, 8.3 MiB, 0.14 s`, or
 * `Different: 5 of 592 artifacts, 2 in code, 3 in one tree only, 0.14 s`.
 */
export function headline(report: DiffReport): string {
  const { totals, interrupted } = report;
  const { failed, seconds } = totals;
  const [first, ...more] = figuresOf(report);
  const run: RunFigures = { failed, seconds, interrupted };
  let figures = [first];
  for (const figure of more) {
    const longer = [...figures, figure];
    if (displayWidth(resultLine(longer, run)) <= WIDTH) figures = longer;
  }
  return resultLine(figures, run);
}

/** The verdict, followed by details, the most important first. */
function figuresOf({ totals }: DiffReport): string[] {
  const { pairs, different, equal, equalBytes, classes, onlyA, onlyB, unknown } = totals;
  const single = onlyA + onlyB;
  const missing = single === 0 ? [] : [`${count(single)} in one tree only`];
  if (different > 0) {
    const isNoise = classes.noise === different;
    const named = (["code", "data"] as const).filter((name) => classes[name] > 0);
    return [
      `${isNoise && single === 0 ? "Equal but for noise" : "Different"}: ${count(different)} of ${plural(pairs, "artifact")}${isNoise && single === 0 ? " differ" : ""}`,
      ...named.map((name) => `${count(classes[name])} in ${name}`),
      ...(isNoise && single > 0 ? ["only in noise"] : []),
      ...missing,
    ];
  }
  if (single > 0)
    return [`Different: ${count(single)} in one tree only`, `${plural(equal, "artifact")} equal`];
  if (pairs === 0) return ["Nothing to compare: no artifacts"];
  if (unknown > 0)
    return [`Not all compared: ${count(equal)} of ${plural(pairs, "artifact")} equal`];
  return [`Equal: ${plural(equal, "artifact")}`, bytes(equalBytes)];
}
