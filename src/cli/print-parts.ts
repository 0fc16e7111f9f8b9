import { describeDefect } from "../core/defects.ts";
import { renderProblem } from "../render/messages.ts";
import type { Output } from "./output.ts";

/**
 * Prints the parts of a report. If one cannot be printed, that is reported, and the others are printed.
 *
 * @returns The number of parts that failed.
 */
export function printParts(err: Output, parts: Readonly<Record<string, () => void>>): number {
  let failed = 0;
  for (const [name, print] of Object.entries(parts)) {
    try {
      print();
    } catch (error) {
      failed += 1;
      err.writeLines([renderProblem(describeDefect(name, error))]);
    }
  }
  return failed;
}
