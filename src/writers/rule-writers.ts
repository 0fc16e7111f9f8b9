import { type BytePath, dirOf, join, nameOf } from "../core/byte-path.ts";
import type { Sliced } from "../core/slices.ts";
import type { Recipes } from "../prerequisites/makefile.ts";
import type { PrerequisiteLookup } from "../prerequisites/prerequisite-lookup.ts";
import type { RuleFile } from "../prerequisites/rule-files.ts";
import type { WriterOverrides } from "./command.ts";
import { MakefileWriters, withoutLongWords } from "./makefile-writers.ts";
import { type TargetWriter, readRecipe } from "./recipe.ts";

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
    return nearest;
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
          : readRecipe([withoutLongWords(command)], { target, overrides: this.#overrides }).writer;
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

/** The targets of the rules with which libtool makes a file: `x.lo` for `x.o`, `libx.la` for `.libs/libx.so.1`. */
function libtoolTargets(output: BytePath): BytePath[] {
  const dir = dirOf(output);
  const name = nameOf(output);
  const isHidden = nameOf(dir) === ".libs";
  const parent = isHidden ? dirOf(dir) : dir;
  if (name.endsWith(".o")) return [join(parent, name.replace(/\.o$/, ".lo"))];
  if (!isHidden) return [];
  const stem = name.replace(/^lt-/, "").replace(/\.(?:a|so)(?:\.[\d.]+)?$/, "");
  return [join(parent, stem), join(parent, `${stem}.la`)];
}
