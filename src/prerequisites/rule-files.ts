import { type BytePath, dirOf, join, nameOf } from "../core/byte-path.ts";
import { parseBuildNinja } from "./build-ninja.ts";
import { type BuildRules, parseMakefile } from "./makefile.ts";
import { upwards } from "./paths.ts";
import { type Note, readBuildFile } from "./read-build-file.ts";
import type { BuildFileIndex } from "./build-file-index.ts";

const NINJA = "build.ninja";
const LARGEST_MAKEFILE = 16 * 1024 * 1024;
const LARGEST_NINJA = 256 * 1024 * 1024;
/** Directories above an output in which its build may run. */
const LEVELS = 12;
const MOST_PARSED = 100;

/** What explicit rules say of one output; paths that can be looked at. */
export interface RuleFacts {
  readonly prerequisites: readonly BytePath[];
  readonly dependents: readonly BytePath[];
  /** Whether a rule lists all inputs. */
  readonly complete: boolean;
}

/** A rule that writes into what is there. */
export interface Writer {
  readonly file: BytePath;
  readonly command: string;
}

/** The Makefiles and `build.ninja` files in and above a tree, read when an output below them is asked for. */
export class RuleFiles {
  readonly #index: BuildFileIndex;
  readonly #note: Note;
  readonly #bases = new Map<BytePath, readonly BytePath[]>();
  readonly #parsed = new Map<BytePath, BuildRules | undefined>();

  constructor(index: BuildFileIndex, note: Note) {
    this.#index = index;
    this.#note = note;
  }

  /**
   * @param output Absolute.
   * @param withDependents Also what is made from it.
   */
  factsOf(output: BytePath, withDependents: boolean): RuleFacts {
    const facts = {
      prerequisites: [] as BytePath[],
      dependents: [] as BytePath[],
      complete: false,
    };
    const cmake = this.#index.cmakeRulesOf(output);
    for (const base of upwards(dirOf(output), LEVELS)) {
      for (const file of [...this.#index.ruleFilesIn(base), ...cmake]) {
        const rules = this.#rulesOf(file);
        if (rules === undefined) continue;
        for (const name of [output.slice(join(base, "").length), output]) {
          const inputs = rules.inputsOf(name);
          for (const path of inputs?.prerequisites ?? [])
            facts.prerequisites.push(from(base, path));
          facts.complete ||= inputs?.complete === true && inputs.prerequisites.length > 0;
          if (withDependents)
            for (const path of rules.dependentsOf(name)) facts.dependents.push(from(base, path));
        }
      }
    }
    return facts;
  }

  /** The rule that writes into an output instead of replacing it. */
  writerOf(output: BytePath): Writer | undefined {
    for (const base of this.#basesOf(dirOf(output))) {
      const name = output.slice(join(base, "").length);
      for (const file of this.#makefilesIn(base)) {
        const rules = this.#rulesOf(file);
        const command = rules?.writerOf?.(name) ?? rules?.writerOf?.(output);
        if (command !== undefined) return { file, command };
      }
    }
    return undefined;
  }

  /** The directory and those above it that have Makefiles, the nearest first. */
  #basesOf(dir: BytePath): readonly BytePath[] {
    let bases = this.#bases.get(dir);
    if (bases === undefined) {
      bases = upwards(dir, LEVELS).filter((base) => this.#makefilesIn(base).length > 0);
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
    const bytes = readBuildFile(file, isNinja ? LARGEST_NINJA : LARGEST_MAKEFILE, this.#note);
    const text = bytes?.toString("latin1");
    const rules =
      text === undefined ? undefined : (isNinja ? parseBuildNinja : parseMakefile)(text);
    if (this.#parsed.size >= MOST_PARSED)
      this.#parsed.delete(this.#parsed.keys().next().value as BytePath);
    this.#parsed.set(file, rules);
    return rules;
  }
}

function from(base: BytePath, path: BytePath): BytePath {
  return path.startsWith("/") ? path : join(base, path);
}
