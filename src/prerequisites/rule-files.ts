import { type BytePath, dirOf, join, nameOf } from "../core/byte-path.ts";
import type { Sliced } from "../core/slices.ts";
import type { BuildFileReader } from "./build-file-reader.ts";
import { parseBuildNinja } from "./build-ninja.ts";
import { type BuildRules, parseMakefile } from "./makefile.ts";
import { selfAndAncestors } from "./paths.ts";
import type { BuildFileIndex } from "./build-file-index.ts";

const NINJA = "build.ninja";
const MAX_MAKEFILE_SIZE = 4 * 1024 * 1024;
const MAX_NINJA_SIZE = 124 * 1024 * 1024;
/** How many directories above an output are searched for the rules that make it. */
const LEVELS = 12;
const MAX_CACHED = 100;

/** What rules say about one output. Paths are absolute. */
export interface RuleFacts {
  readonly prerequisites: readonly BytePath[];
  readonly dependents: readonly BytePath[];
  /** Whether some rule lists all inputs. */
  readonly complete: boolean;
  /** A file whose rules may be about the output and cannot be read. */
  readonly unreadable: BytePath | undefined;
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
  readonly #reader: BuildFileReader;
  readonly #bases = new Map<BytePath, readonly BytePath[]>();
  readonly #parsed = new Map<BytePath, BuildRules | undefined>();

  constructor(index: BuildFileIndex, reader: BuildFileReader) {
    this.#index = index;
    this.#reader = reader;
  }

  /**
   * @param output Absolute.
   * @param withDependents Whether to look up the files made from the output too.
   */
  *factsOf(output: BytePath, withDependents: boolean): Sliced<RuleFacts> {
    const prerequisites: BytePath[] = [];
    const dependents: BytePath[] = [];
    let complete = false;
    let unreadable: BytePath | undefined;
    const cmake = this.#index.cmakeRulesOf(output);
    for (const base of selfAndAncestors(dirOf(output), LEVELS)) {
      for (const file of [...this.#index.ruleFilesIn(base), ...cmake]) {
        const rules = this.#parsed.has(file) ? this.#parsed.get(file) : yield* this.#parse(file);
        this.#reader.lookUp(file, () => {
          for (const name of [output.slice(join(base, "").length), output]) {
            const inputs = rules?.inputsOf(name);
            for (const path of inputs?.prerequisites ?? []) prerequisites.push(inDir(base, path));
            complete ||= inputs?.complete === true && inputs.prerequisites.length > 0;
            for (const path of withDependents ? (rules?.dependentsOf(name) ?? []) : [])
              dependents.push(inDir(base, path));
          }
        });
        if (this.#reader.isUnreadable(file)) unreadable ??= file;
      }
    }
    return { prerequisites, dependents, complete, unreadable };
  }

  /** The rule that writes an output in place; undefined if none is known to do so. */
  *inPlaceRuleOf(output: BytePath): Sliced<InPlaceRule | undefined> {
    for (const base of this.#basesOf(dirOf(output))) {
      const name = output.slice(join(base, "").length);
      for (const file of this.#makefilesIn(base)) {
        const rules = this.#parsed.has(file) ? this.#parsed.get(file) : yield* this.#parse(file);
        const command = this.#reader.lookUp(
          file,
          () => rules?.inPlaceCommandOf?.(name) ?? rules?.inPlaceCommandOf?.(output),
        );
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

  *#parse(file: BytePath): Sliced<BuildRules | undefined> {
    const rules =
      nameOf(file) === NINJA
        ? yield* this.#reader.parseInSlices(file, MAX_NINJA_SIZE, parseBuildNinja, { isText: true })
        : this.#reader.parseText(file, MAX_MAKEFILE_SIZE, parseMakefile);
    if (this.#parsed.size >= MAX_CACHED)
      this.#parsed.delete(this.#parsed.keys().next().value as BytePath);
    this.#parsed.set(file, rules);
    yield;
    return rules;
  }
}

function inDir(base: BytePath, path: BytePath): BytePath {
  return path.startsWith("/") ? path : join(base, path);
}
