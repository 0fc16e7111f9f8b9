import { type BytePath, absolutePath, dirOf, join, nameOf } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import type { Sliced } from "../core/slices.ts";
import type { WorkBudget } from "../core/work-budget.ts";
import { disk } from "../fs/disk.ts";
import { GlobError, compileGlobs } from "../glob/glob.ts";
import type { BuildFileReader } from "./build-file-reader.ts";
import { parseBuildNinja } from "./build-ninja.ts";
import { parseKbuildRecord } from "./kbuild-record.ts";
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

/** A Makefile or `build.ninja` that may have a rule for an output. */
export interface RuleFile {
  readonly path: BytePath;
  /** The directory in which the build may run. */
  readonly base: BytePath;
  /** undefined if the file cannot be read. */
  readonly rules: BuildRules | undefined;
}

/** The Makefiles and `build.ninja` files in and above a tree, each parsed on the first lookup that needs it. */
export class RuleFiles {
  readonly #index: BuildFileIndex;
  readonly #reader: BuildFileReader;
  readonly #bases = new Map<BytePath, readonly BytePath[]>();
  /** Makefiles that others include. */
  readonly #included = new Set<BytePath>();
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
    for (const { path: file, base, rules } of yield* this.filesFor(output)) {
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
    return { prerequisites, dependents, complete, unreadable };
  }

  /**
   * The files that may have a rule for an output: what kbuild has recorded about it, then those of the nearest directory
   * first.
   *
   * @param output Absolute.
   */
  *filesFor(output: BytePath): Sliced<RuleFile[]> {
    const files = yield* this.#recordsOf(output);
    const dir = dirOf(output);
    const cmake = this.#index.cmakeRulesOf(output);
    // CMake's rules are relative to the top of the build, which is any of the directories above.
    for (const base of cmake.length > 0 ? selfAndAncestors(dir, LEVELS) : this.#basesOf(dir)) {
      for (const path of [...this.#index.ruleFilesIn(base), ...cmake]) {
        if (this.#included.has(path)) continue;
        const rules = this.#parsed.has(path) ? this.#parsed.get(path) : yield* this.#parse(path);
        files.push({ path, base, rules });
      }
    }
    return files;
  }

  /** The Makefiles and `build.ninja` files of the tree; at most `limit`. */
  *allFiles(limit: number): Sliced<RuleFile[]> {
    const files: RuleFile[] = [];
    for (const base of this.#index.ruleDirs()) {
      for (const path of this.#index.ruleFilesIn(base)) {
        if (files.length === limit) return files;
        if (this.#included.has(path)) continue;
        const rules = this.#parsed.has(path) ? this.#parsed.get(path) : yield* this.#parse(path);
        files.push({ path, base, rules });
      }
    }
    return files;
  }

  /** kbuild's record of an output and the rules beside it, once for each directory in which make may run. */
  *#recordsOf(output: BytePath): Sliced<RuleFile[]> {
    const record = this.#index.kbuildRecordOf(output);
    if (record === undefined) return [];
    const bases = selfAndAncestors(dirOf(output), LEVELS);
    const rules = this.#reader.parseText(record, MAX_MAKEFILE_SIZE, parseKbuildRecord);
    const files = bases.map((base): RuleFile => ({ path: record, base, rules }));
    const path = this.#index.kbuildRulesOf(output);
    if (path === undefined) return files;
    const own = this.#parsed.has(path) ? this.#parsed.get(path) : yield* this.#parse(path);
    return files.concat(bases.map((base) => ({ path, base, rules: own })));
  }

  /** The directory and those above it that have rules, nearest first. */
  #basesOf(dir: BytePath): readonly BytePath[] {
    let bases = this.#bases.get(dir);
    if (bases === undefined) {
      bases = selfAndAncestors(dir, LEVELS).filter(
        (base) => this.#index.ruleFilesIn(base).length > 0,
      );
      this.#bases.set(dir, bases);
    }
    return bases;
  }

  /** The texts of the Makefiles that a word of an `include` names; it may be a glob in the last component. */
  #readIncluded(file: BytePath, word: BytePath, budget: WorkBudget): string[] {
    const path = absolutePath(dirOf(file), word);
    const paths = /[*?[]/.test(nameOf(word)) ? filesMatching(path, budget) : [path];
    return paths.flatMap((each) => {
      this.#included.add(each);
      return this.#reader.readIncluded(each, MAX_MAKEFILE_SIZE, file)?.toString("latin1") ?? [];
    });
  }

  *#parse(file: BytePath): Sliced<BuildRules | undefined> {
    const rules =
      nameOf(file) === NINJA
        ? yield* this.#reader.parseInSlices(
            file,
            MAX_NINJA_SIZE,
            (bytes, budget) =>
              parseBuildNinja(bytes, budget, (path) =>
                this.#reader.readIncluded(inDir(dirOf(file), path), MAX_NINJA_SIZE, file),
              ),
            { isText: true },
          )
        : this.#reader.parseText(file, MAX_MAKEFILE_SIZE, (text, budget) =>
            parseMakefile(text, budget, (word) => this.#readIncluded(file, word, budget)),
          );
    if (this.#parsed.size >= MAX_CACHED)
      this.#parsed.delete(this.#parsed.keys().next().value as BytePath);
    this.#parsed.set(file, rules);
    yield;
    return rules;
  }
}

/** The files in a directory that a glob matches; none if it is no valid glob. */
function filesMatching(glob: BytePath, budget: WorkBudget): BytePath[] {
  const dir = dirOf(glob);
  const entries = tryErrno(() => disk.readDir(dir));
  if (isErrno(entries)) return [];
  try {
    const spend = (steps: number): void => budget.spend(steps);
    const matches = compileGlobs([nameOf(glob)], { anyDepth: false, spend });
    return entries.filter(({ name }) => matches(name)).map(({ name }) => join(dir, name));
  } catch (error) {
    if (error instanceof GlobError) return [];
    throw error;
  }
}

function inDir(base: BytePath, path: BytePath): BytePath {
  return path.startsWith("/") ? path : join(base, path);
}
