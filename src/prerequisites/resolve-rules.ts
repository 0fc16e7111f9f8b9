import { type BytePath, absolutePath, nameOf } from "../core/byte-path.ts";
import type { WorkBudget } from "../core/work-budget.ts";
import type { DepRule } from "./depfile.ts";
import { outputStem } from "./paths.ts";

/** How many relative prerequisites are checked to find the directory in which the tool ran. */
const MAX_CHECKED = 8;

/** The file system, as far as rules need it. */
export interface FileLookup {
  readonly exists: (path: BytePath) => boolean;
  /** Whether two absolute paths name the same directory entry once symbolic links in their directories are resolved. */
  readonly isSameEntry: (a: BytePath, b: BytePath) => boolean;
  /** The paths of the directories in a directory. */
  readonly subdirs: (path: BytePath) => readonly BytePath[];
}

/** Steps for a target of a rule, and for a prerequisite that a lookup returns. */
const STEPS_PER_TARGET = 20;
const STEPS_PER_RESULT = 100;

/** The rules of a dependency file. */
export class DepRules {
  readonly #rules: readonly DepRule[];
  readonly #budget: WorkBudget;
  /** By the stem of a target's name: the rules and their targets of this name. */
  readonly #byName = new Map<BytePath, { readonly rule: number; readonly target: BytePath }[]>();

  /** @throws BudgetExceeded */
  constructor(rules: readonly DepRule[], budget: WorkBudget) {
    this.#rules = rules;
    this.#budget = budget;
    for (const [rule, { targets }] of rules.entries()) {
      budget.spend(STEPS_PER_TARGET * targets.length);
      for (const target of targets) {
        const name = nameOf(outputStem(target));
        const list = this.#byName.get(name);
        if (list === undefined) this.#byName.set(name, [{ rule, target }]);
        else list.push({ rule, target });
      }
    }
  }

  /**
   * The prerequisites that the rules list for an output; undefined if no rule is about it.
   *
   * Relative paths start at the directory in which the tool ran, which dependency files do not record. It is
   * found as a directory under which the rule's target is the output and one of its prerequisites exists.
   *
   * @param output Absolute.
   * @param bases Directories in which the tool may have run, most likely first.
   * @throws BudgetExceeded
   */
  prerequisitesOf(
    output: BytePath,
    bases: readonly BytePath[],
    lookup: FileLookup,
  ): BytePath[] | undefined {
    const stem = outputStem(output);
    const found: BytePath[] = [];
    let last = -1;
    for (const { rule, target } of this.#byName.get(nameOf(stem)) ?? []) {
      this.#budget.spend(STEPS_PER_RESULT);
      if (rule === last) continue;
      const likely = basesOf(target, stem, output, bases, lookup);
      if (likely === undefined) continue;
      last = rule;
      const { prerequisites } = this.#rules[rule];
      this.#budget.spend(STEPS_PER_RESULT * (likely.length + prerequisites.length));
      const base = chooseBase(prerequisites, likely, lookup);
      for (const path of prerequisites) found.push(path.startsWith("/") ? path : `${base}/${path}`);
    }
    return last < 0 ? undefined : found;
  }
}

/** The directories to try, starting with those under which the target is the output; undefined if the target is another file. */
function basesOf(
  target: BytePath,
  stem: BytePath,
  output: BytePath,
  bases: readonly BytePath[],
  { isSameEntry, subdirs }: FileLookup,
): readonly BytePath[] | undefined {
  if (target.startsWith("/")) {
    return outputStem(absolutePath("/", target)) === stem || isSameEntry(target, output)
      ? bases
      : undefined;
  }
  const plain = outputStem(target.replace(/^(?:\.\/+)+/, ""));
  if (!plain.startsWith("../")) {
    // gcc -MM writes the target without its directory.
    return stem.endsWith(`/${plain}`)
      ? [stem.slice(0, -plain.length - 1) || "/", ...bases]
      : undefined;
  }
  const right = bases.filter((base) => outputStem(absolutePath(base, target)) === stem);
  // After `cd src && gcc -o ../out/x.o` the tool ran in a sibling of a directory above the output.
  const below = plain.slice("../".length);
  if (!below.startsWith("../") && stem.endsWith(`/${below}`)) {
    for (const dir of subdirs(stem.slice(0, -below.length - 1) || "/")) right.push(dir);
  }
  return right.length > 0 ? right : undefined;
}

function chooseBase(
  prerequisites: readonly BytePath[],
  bases: readonly BytePath[],
  { exists }: FileLookup,
): BytePath {
  const relative = prerequisites.filter((path) => !path.startsWith("/")).slice(0, MAX_CHECKED);
  if (relative.length === 0) return bases[0];
  return bases.find((base) => relative.some((path) => exists(`${base}/${path}`))) ?? bases[0];
}
