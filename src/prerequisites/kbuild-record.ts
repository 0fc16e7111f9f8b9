import type { BytePath } from "../core/byte-path.ts";
import type { WorkBudget } from "../core/work-budget.ts";
import { expandVariables } from "./make-variables.ts";
import { type BuildRules, type RuleInputs, parseMakefile } from "./makefile.ts";

/** Steps for a word of a command, beside those for its characters. */
const STEPS_PER_WORD = 20;
const COMMAND = /^(?:saved)?cmd_([^ \t]+) := (.*[^\\])$/;

/**
 * Parses `.x.o.cmd`, in which kbuild (Linux, U-Boot, busybox) records how it has made `x.o`: a Makefile that begins with
 * the command that was run, as the value of `cmd_dir/x.o`, or of `savedcmd_dir/x.o` since Linux 6.4, and lists the
 * prerequisites that the compiler has found. Paths are relative to the directory in which make runs, any of those
 * above.
 *
 * @throws BudgetExceeded Lookups may throw it too.
 */
export function parseKbuildRecord(text: string, budget: WorkBudget): BuildRules {
  const end = text.indexOf("\n");
  const first = end < 0 ? text : text.slice(0, end);
  budget.spend(first.length);
  const [, target, command = ""] = COMMAND.exec(first) ?? [];
  let rules: BuildRules | undefined;
  return { commandOf, inputsOf, dependentsOf: () => [] };

  function commandOf(output: BytePath): string | undefined {
    // The record escapes `$` for make. Nothing else in it is to be expanded.
    return output === target ? expandVariables(command, { values: new Map(), budget }) : undefined;
  }

  /**
   * What the compiler has found or, without that, the words of the command, as those of `ld -r -o built-in.o x.o`.
   * kbuild lists single settings instead of `include/autoconf.h`, which the compiler reads by `-include`.
   */
  function inputsOf(output: BytePath): RuleInputs | undefined {
    const expanded = commandOf(output);
    if (expanded === undefined) return undefined;
    rules ??= parseMakefile(text, budget);
    const listed = rules.inputsOf(output);
    if (listed !== undefined) return listed;
    const words = expanded.split(/[ \t-\r;]+/).filter((word) => /^[^-]/.test(word));
    budget.spend(expanded.length + STEPS_PER_WORD * words.length);
    return { prerequisites: words.filter((word) => word !== output), complete: false };
  }
}
