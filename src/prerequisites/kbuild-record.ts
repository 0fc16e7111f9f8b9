import type { BytePath } from "../core/byte-path.ts";
import type { WorkBudget } from "../core/work-budget.ts";
import { expandVariables } from "./make-variables.ts";
import { type BuildRules, parseMakefile } from "./makefile.ts";

/**
 * Parses `.x.o.cmd`, in which kbuild (Linux, U-Boot, busybox) records how it has made `x.o`: a Makefile that sets
 * `cmd_dir/x.o`, or `savedcmd_dir/x.o` since Linux 6.4, to the command that was run, and lists the prerequisites that
 * the compiler has found. Paths are relative to the directory in which make runs, any of those above.
 *
 * @throws BudgetExceeded Lookups may throw it too.
 */
export function parseKbuildRecord(text: string, budget: WorkBudget): BuildRules {
  const { recipes, ...rules } = parseMakefile(text, budget);
  const values = recipes?.values ?? new Map<string, string>();
  return {
    ...rules,
    commandOf(output: BytePath): string | undefined {
      const command = values.get(`savedcmd_${output}`) ?? values.get(`cmd_${output}`);
      // The record escapes `$` for make. Nothing else in it is to be expanded.
      return command && expandVariables(command, { values: new Map(), budget });
    },
  };
}
