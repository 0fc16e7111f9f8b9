import { type BytePath, dirOf, join, nameOf } from "../core/byte-path.ts";
import { parseBuildNinja } from "./build-ninja.ts";
import { type BuildRules, parseMakefile } from "./makefile.ts";
import { selfAndAncestors } from "./paths.ts";
import { type ReportFault, readBuildFile } from "./read-build-file.ts";
import type { BuildFileIndex } from "./build-file-index.ts";

const NINJA = "build.ninja";
const MAX_MAKEFILE_SIZE = 16 * 1024 * 1024;
const MAX_NINJA_SIZE = 256 * 1024 * 1024;
/** How many directories above an output are searched for the rules that make it. */
const LEVELS = 12;
const MAX_CACHED = 100;

/** What rules say about one output. Paths are absolute. */
export interface RuleFacts {
  readonly prerequisites: readonly BytePath[];
  readonly dependents: readonly BytePath[];
  /** Whether some rule lists all inputs. */
  readonly complete: boolean;
}

/** A rule that writes an output in place. */
export interface InPlaceRule {
  /** The Makefile. */
  readonly file: BytePath;
  readonly command: string;
}

/** The Makefiles and `build.ninja` files in and above a tree, each parsed on the first lookup that needs it. */
export class RuleFiles {
  readonly #index: BuildFileIndex;
  readonly #reportFault: ReportFault;
  readonly #bases = new Map<BytePath, readonly BytePath[]>();
  readonly #parsed = new Map<BytePath, BuildRules | undefined>();

  constructor(index: BuildFileIndex, reportFault: ReportFault) {
    this.#index = index;
    this.#reportFault = reportFault;
  }

  /**
   * @param output Absolute.
   * @param withDependents Whether to look up the files made from the output too.
   */
  factsOf(output: BytePath, withDependents: boolean): RuleFacts {
    const facts = {
      prerequisites: [] as BytePath[],
      dependents: [] as BytePath[],
      complete: false,
    };
    const cmake = this.#index.cmakeRulesOf(output);
    for (const base of selfAndAncestors(dirOf(output), LEVELS)) {
      for (const file of [...this.#index.ruleFilesIn(base), ...cmake]) {
        const rules = this.#rulesOf(file);
        if (rules === undefined) continue;
        for (const name of [output.slice(join(base, "").length), output]) {
          const inputs = rules.inputsOf(name);
          for (const path of inputs?.prerequisites ?? [])
            facts.prerequisites.push(inDir(base, path));
          facts.complete ||= inputs?.complete === true && inputs.prerequisites.length > 0;
          if (withDependents)
            for (const path of rules.dependentsOf(name)) facts.dependents.push(inDir(base, path));
        }
      }
    }
    return facts;
  }

  /** The rule that writes an output in place; undefined if none is known to do so. */
  inPlaceRuleOf(output: BytePath): InPlaceRule | undefined {
    for (const base of this.#basesOf(dirOf(output))) {
      const name = output.slice(join(base, "").length);
      for (const file of this.#makefilesIn(base)) {
        const rules = this.#rulesOf(file);
        const command = rules?.inPlaceCommandOf?.(name) ?? rules?.inPlaceCommandOf?.(output);
        if (command !== undefined) return { file, command };
      }
    }
    return undefined;
  }

  /** The directory and those above it that have Makefiles, nearest first. */
  #basesOf(dir: BytePath): readonly BytePath[] {
    let bases = this.#bases.get(dir);
    if (bases === undefined) {
      bases = selfAndAncestors(dir, LEVELS).filter((base) => this.#makefilesIn(base).length > 0);
      this.#bases.set(dir, bases);
    }
    return bases;
  }

  #makefilesIn(dir: BytePath): BytePath[] {
    return this.#index.ruleFilesIn(dir).filter((file) => nameOf(file) !== NINJA);
  }

  #rulesOf(file: BytePath): BuildRules | undefined {
    if (this.#parsed.has(file)) return this.#parsed.get(file);
    const isNinja = nameOf(file) === NINJA;
    const bytes = readBuildFile(
      file,
      isNinja ? MAX_NINJA_SIZE : MAX_MAKEFILE_SIZE,
      this.#reportFault,
    );
    const text = bytes?.toString("latin1");
    const rules =
      text === undefined ? undefined : (isNinja ? parseBuildNinja : parseMakefile)(text);
    if (this.#parsed.size >= MAX_CACHED)
      this.#parsed.delete(this.#parsed.keys().next().value as BytePath);
    this.#parsed.set(file, rules);
    return rules;
  }
}

function inDir(base: BytePath, path: BytePath): BytePath {
  return path.startsWith("/") ? path : join(base, path);
}
