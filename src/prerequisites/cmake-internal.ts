import type { BytePath } from "../core/byte-path.ts";
import { WorkBudget } from "../core/work-budget.ts";
import type { DepRule } from "./depfile.ts";

/** Steps for a line, beside those for its characters. */
const STEPS_PER_LINE = 10;

/**
 * Parses the `compiler_depend.internal` of CMake's Makefile generators: one output per line, relative to the
 * top of the build directory, followed by its prerequisites, one per line, each indented by a space.
 *
 * @throws BudgetExceeded
 */
export function parseCmakeInternal(
  text: BytePath,
  budget = new WorkBudget(text.length),
): DepRule[] {
  budget.spend(text.length);
  const rules: { targets: BytePath[]; prerequisites: BytePath[] }[] = [];
  for (const each of text.split("\n")) {
    budget.spend(STEPS_PER_LINE);
    const line = each.endsWith("\r") ? each.slice(0, -1) : each;
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith(" ")) rules.at(-1)?.prerequisites.push(line.slice(1));
    else rules.push({ targets: [line], prerequisites: [] });
  }
  return rules;
}
