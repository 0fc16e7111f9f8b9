import { type BytePath, nameOf } from "../core/byte-path.ts";
import type { Sliced } from "../core/slices.ts";
import { hasExternalVariable, patternOf } from "../prerequisites/make-variables.ts";
import type { Recipes } from "../prerequisites/makefile.ts";
import type { PathPattern } from "../prerequisites/path-pattern.ts";
import type { PrerequisiteLookup } from "../prerequisites/prerequisite-lookup.ts";
import type { RuleFile } from "../prerequisites/rule-files.ts";

/** How many Makefiles of a tree are searched. */
const MOST_MAKEFILES = 500;

/** Finds build files whose tools may look at the time of an output. */
export class TimeReaders {
  readonly #lookup: PrerequisiteLookup;
  readonly #names = new WeakMap<Recipes, NamesInRules>();
  /** A file that may be about any output. */
  #ofAll: BytePath | undefined;
  #makefiles: readonly RuleFile[] | undefined;

  constructor(lookup: PrerequisiteLookup) {
    this.#lookup = lookup;
  }

  /**
   * A build file whose tool may look at the time of a file; undefined if there is none. make looks at the times of
   * targets and prerequisites that are not phony. A file counts as one of them if its name does, in whatever directory.
   */
  *readerOf(path: BytePath): Sliced<BytePath | undefined> {
    this.#makefiles ??= yield* this.#findMakefiles();
    if (this.#ofAll !== undefined) return this.#ofAll;
    const output = this.#lookup.absolute(path);
    for (const file of [...this.#makefiles, ...(yield* this.#lookup.ruleFilesFor(output))]) {
      yield;
      if (this.#lookup.isUnreadable(file) || this.#mayName(file, nameOf(output))) return file.path;
    }
    return undefined;
  }

  *#findMakefiles(): Sliced<RuleFile[]> {
    this.#ofAll = this.#lookup.otherBuildFile();
    if (this.#ofAll !== undefined) return [];
    const found = yield* this.#lookup.allRuleFiles(MOST_MAKEFILES);
    if (found.length === MOST_MAKEFILES) this.#ofAll = found[0].path;
    return found;
  }

  #mayName(file: RuleFile, name: string): boolean {
    const recipes = file.rules?.recipes;
    // kbuild's record is about another file, or this one is no output of go.
    if (recipes === undefined) return true;
    const mayName = this.#lookup.lookUpIn(file, () => {
      let names = this.#names.get(recipes);
      if (names === undefined) this.#names.set(recipes, (names = new NamesInRules(recipes)));
      return names.mayInclude(name);
    });
    return mayName !== false;
  }
}

/** The names of the targets and prerequisites of a Makefile, without directories. */
class NamesInRules {
  readonly #names = new Set<string>();
  readonly #patterns = new Map<string, PathPattern>();
  /** Whether there may be others. */
  #areMore: boolean;

  /** @throws BudgetExceeded */
  constructor({ rules, mayHaveMore, budget }: Recipes) {
    const phony = new Set(rules.flatMap((rule) => (rule.isPhony ? rule.prerequisites : [])));
    this.#areMore = mayHaveMore || rules.some(({ isWhole }) => !isWhole);
    for (const { targets, prerequisites, staticPattern = "", isPhony } of rules) {
      const words = isPhony ? [] : [...targets, ...prerequisites, staticPattern];
      for (const word of words) {
        budget.spend(1 + word.length);
        const name = nameOf(word);
        if (phony.has(word) || name === "") continue;
        if (/[*?[\]]/.test(name)) this.#areMore = true;
        else if (!name.includes("%") && !hasExternalVariable(name)) this.#names.add(name);
        else if (!this.#patterns.has(name)) this.#patterns.set(name, patternOf(name, budget));
      }
    }
  }

  mayInclude(name: string): boolean {
    if (this.#areMore || this.#names.has(name)) return true;
    for (const pattern of this.#patterns.values())
      if (pattern.match(name) !== undefined) return true;
    return false;
  }
}
