import { libtoolTargets } from "../artifacts/libtool-targets.ts";
import { type BytePath, dirOf, join } from "../core/byte-path.ts";
import { WorkBudget } from "../core/work-budget.ts";
import type { Sliced } from "../core/slices.ts";
import type { Recipes } from "../prerequisites/makefile.ts";
import type { PrerequisiteLookup } from "../prerequisites/prerequisite-lookup.ts";
import type { RuleFile } from "../prerequisites/rule-files.ts";
import type { WriterOverrides } from "./command.ts";
import { MakefileWriters, withoutLongWords } from "./makefile-writers.ts";
import { type TargetWriter, readRecipe } from "./recipe.ts";

/** How many Makefiles of a tree are searched for recipes that write outside of their directories. */
const MOST_DISTANT = 500;

/** How a build rule makes a file. */
export interface RuleWriter extends TargetWriter {
  /** The Makefile or `build.ninja`. */
  readonly file: BytePath;
  /** The file cannot be read, so that it is not known whether it has a rule. */
  readonly unreadable?: true;
}

/** Looks up which command of a build makes a file. */
export class RuleWriters {
  readonly #lookup: PrerequisiteLookup;
  readonly #overrides: WriterOverrides;
  #distant: readonly RuleFile[] | undefined;
  readonly #makefiles = new WeakMap<Recipes, MakefileWriters>();

  constructor(lookup: PrerequisiteLookup, overrides: WriterOverrides) {
    this.#lookup = lookup;
    this.#overrides = overrides;
  }

  /**
   * The rule that makes a file; undefined if none is known. A rule that writes in place counts wherever it is found, of
   * the others the one in the nearest directory.
   */
  *writerOf(path: BytePath): Sliced<RuleWriter | undefined> {
    const output = this.#lookup.absolute(path);
    let nearest: RuleWriter | undefined;
    for (const file of yield* this.#lookup.ruleFilesFor(output)) {
      const writer = this.#lookup.lookUpIn(file, () => this.#writerIn(file, output));
      if (writer?.effect === "in-place") return { ...writer, file: file.path };
      if (writer !== undefined) nearest ??= { ...writer, file: file.path };
      if (this.#lookup.isUnreadable(file))
        nearest ??= { effect: "unknown", command: "", file: file.path, unreadable: true };
    }
    const distant = yield* this.#distantWriterOf(output);
    return distant?.effect === "in-place" ? distant : (nearest ?? distant);
  }

  /** The rule of a build in another directory than that of the file or one above it, as `cp app ../dist/app`. */
  *#distantWriterOf(output: BytePath): Sliced<RuleWriter | undefined> {
    this.#distant ??= yield* this.#findDistant();
    let found: RuleWriter | undefined;
    for (const file of this.#distant) {
      if (output.startsWith(join(file.base, ""))) continue;
      const writer = this.#lookup.lookUpIn(file, () => this.#outsideWriterIn(file, output));
      if (writer?.effect === "in-place") return { ...writer, file: file.path };
      if (writer !== undefined) found ??= { ...writer, file: file.path };
    }
    return found;
  }

  /** The Makefiles and `build.ninja` files that may write files outside of their directories. */
  *#findDistant(): Sliced<RuleFile[]> {
    const found: RuleFile[] = [];
    for (const file of yield* this.#lookup.allRuleFiles(MOST_DISTANT)) {
      const recipes = file.rules?.recipes;
      const leadsOutside = this.#lookup.lookUpIn(
        file,
        () => recipes !== undefined && this.#makefile(file.path, recipes).leadsOutside,
      );
      if (leadsOutside === true || file.rules?.commandOf !== undefined) found.push(file);
      yield;
    }
    return found;
  }

  #outsideWriterIn({ path, base, rules }: RuleFile, output: BytePath): TargetWriter | undefined {
    const relative = relativePath(base, output);
    if (rules?.recipes !== undefined)
      return this.#makefile(path, rules.recipes).outsideWriterOf(output, relative, (each) =>
        this.#exists(base, each),
      );
    for (const target of [output, relative]) {
      const command = rules?.commandOf?.(target);
      if (command !== undefined) return this.#readNinja(command, target);
    }
    return undefined;
  }

  #readNinja(command: string, target: BytePath): TargetWriter | undefined {
    const budget = new WorkBudget(command.length);
    const context = { target, overrides: this.#overrides, budget };
    return readRecipe([withoutLongWords(command)], context).writer;
  }

  #writerIn(file: RuleFile, output: BytePath): TargetWriter | undefined {
    const { base, rules } = file;
    const relative = (path: BytePath): BytePath => path.slice(join(base, "").length);
    const targets = [relative(output), output, ...libtoolTargets(output).map(relative)];
    const makefile = rules?.recipes && this.#makefile(file.path, rules.recipes);
    for (const target of targets) {
      const command = rules?.commandOf?.(target);
      const writer =
        command === undefined
          ? makefile?.writerOf(target, (path) => this.#exists(base, path))
          : this.#readNinja(command, target);
      if (writer !== undefined) return writer;
    }
    return undefined;
  }

  #makefile(path: BytePath, recipes: Recipes): MakefileWriters {
    let writers = this.#makefiles.get(recipes);
    if (writers === undefined) {
      const linkScript = join(dirOf(path), "link.txt");
      const linesOf = (): readonly string[] => this.#lookup.linesOf(linkScript) ?? [];
      writers = new MakefileWriters(recipes, this.#overrides, linesOf);
      this.#makefiles.set(recipes, writers);
    }
    return writers;
  }

  #exists(base: BytePath, path: BytePath): boolean {
    return this.#lookup.timeOf(path.startsWith("/") ? path : join(base, path)) !== undefined;
  }
}

/** The path of a file relative to a directory; both are absolute. */
function relativePath(base: BytePath, path: BytePath): BytePath {
  const from = base.split("/");
  const to = path.split("/");
  let common = 0;
  while (common < from.length && common < to.length && from[common] === to[common]) common += 1;
  return [...from.slice(common).map(() => ".."), ...to.slice(common)].join("/");
}
