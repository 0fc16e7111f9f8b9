import { type BytePath, absolutePath, dirOf, join, nameOf } from "../core/byte-path.ts";
import type { Sliced } from "../core/slices.ts";
import type { WorkBudget } from "../core/work-budget.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import type { BuildFileDir } from "../core/model.ts";
import { parseCmakeInternal } from "./cmake-internal.ts";
import { type DepRule, parseDepfile } from "./depfile.ts";
import { NinjaLogs } from "./ninja-logs.ts";
import { outermostOf, selfAndAncestors } from "./paths.ts";
import { BuildFileReader, type ReportFault } from "./build-file-reader.ts";
import { BuildFileIndex } from "./build-file-index.ts";
import { DepRules, type FileLookup } from "./resolve-rules.ts";
import { type RuleFile, RuleFiles } from "./rule-files.ts";

const MAX_DEPFILE_SIZE = 16 * 1024 * 1024;
/** How many parsed files are cached: some hold the rules of many outputs. */
const MAX_CACHED = 32;
/** How many directories above a dependency file are tried as the one in which the tool ran. */
const MAX_BASES = 12;
/** How many directories beside the output's are tried as the one in which the tool ran. */
const MAX_SIBLINGS = 200;

/** What build files say about one output. Paths are absolute, times in nanoseconds since 1970. */
export interface OutputFacts {
  /** The files that it is made from, as far as known. */
  readonly prerequisites: readonly BytePath[];
  /** The files that are made from it; empty unless requested. */
  readonly dependents: readonly BytePath[];
  /** Whether some rule lists all inputs. */
  readonly complete: boolean;
  /** Its time in ninja's build log. */
  readonly logged: bigint | undefined;
  /** ninja ignores its deps log entry for the output if the output is newer than this. */
  readonly trustedUntil: bigint | undefined;
  /** A file that may be about the output and cannot be read. */
  readonly unreadable: BytePath | undefined;
}

type DepfileFacts = Pick<OutputFacts, "prerequisites" | "unreadable">;

/** Times that are remembered at most; a `Map` cannot hold more than 16 million. */
const MAX_TIMES = 1_000_000;

/** Looks up the prerequisites of outputs, and their times, in the files that builds leave behind. */
export class PrerequisiteLookup {
  readonly #cwd: BytePath;
  readonly #roots: ReadonlySet<BytePath>;
  readonly #reader: BuildFileReader;
  readonly #index: BuildFileIndex;
  readonly #ninja: NinjaLogs;
  readonly #rules: RuleFiles;
  readonly #times = new Map<BytePath, bigint | undefined>();
  readonly #parsed = new Map<BytePath, DepRules | undefined>();
  readonly #realDirs = new Map<BytePath, BytePath>();
  readonly #subdirs = new Map<BytePath, readonly BytePath[]>();
  readonly #lookup: FileLookup = {
    exists: (path) => this.timeOf(path) !== undefined,
    isSameEntry: (a, b) =>
      nameOf(a) === nameOf(b) && this.#realDir(dirOf(a)) === this.#realDir(dirOf(b)),
    subdirs: (path) => this.#dirsIn(path),
  };

  constructor(
    dirs: readonly BuildFileDir[],
    roots: readonly BytePath[],
    cwd: BytePath,
    reportFault: ReportFault,
  ) {
    this.#cwd = cwd;
    this.#roots = new Set(roots.map((root) => absolutePath(cwd, root)));
    this.#reader = new BuildFileReader(this.#roots, reportFault);
    this.#index = new BuildFileIndex(dirs, this.#roots, cwd);
    this.#ninja = new NinjaLogs(this.#index.ninjaDirs(), this.#reader);
    this.#rules = new RuleFiles(this.#index, this.#reader);
  }

  /** Whether no build files were found. */
  get isEmpty(): boolean {
    return this.#index.isEmpty;
  }

  *factsOf(path: BytePath, withDependents: boolean): Sliced<OutputFacts> {
    const output = this.absolute(path);
    const rules = yield* this.#rules.factsOf(output, withDependents);
    const ninja = yield* this.#ninja.factsOf(output);
    const dep = yield* this.#fromDepfiles(output);
    const own = this.#index.adaLibraryOf(output);
    return {
      prerequisites: dep.prerequisites.concat(ninja?.prerequisites ?? [], rules.prerequisites, own),
      dependents: rules.dependents,
      complete: rules.complete,
      logged: ninja?.logged,
      trustedUntil: ninja?.trustedUntil,
      unreadable: dep.unreadable ?? ninja?.unreadable ?? rules.unreadable,
    };
  }

  /** The Makefiles and `build.ninja` files that may have a rule for an output, nearest directory first. */
  ruleFilesFor(path: BytePath): Sliced<RuleFile[]> {
    return this.#rules.filesFor(this.absolute(path));
  }

  /** The Makefiles and `build.ninja` files of the tree; at most `limit`. */
  allRuleFiles(limit: number): Sliced<RuleFile[]> {
    return this.#rules.allFiles(limit);
  }

  /** A build file of another tool than make that is known; undefined if there is none. */
  otherBuildFile(): BytePath | undefined {
    return this.#index.otherBuildFile();
  }

  /** Looks something up in the rules of a file; undefined if that takes too much work. */
  lookUpIn<T>({ path }: RuleFile, lookUp: () => T): T | undefined {
    return this.#reader.lookUp(path, lookUp);
  }

  /** Whether a file exists whose rules are not known. */
  isUnreadable({ path }: RuleFile): boolean {
    return this.#reader.isUnreadable(path);
  }

  /** The lists of installed files, by the directory of the build that has installed them. */
  installRecords(): ReadonlyMap<BytePath, readonly BytePath[]> {
    return this.#index.installRecords();
  }

  /** The lines of a file that a rule refers to; undefined if it cannot be read. */
  linesOf(path: BytePath): readonly string[] | undefined {
    return this.#reader.parseText(path, MAX_DEPFILE_SIZE, (text) => text.split("\n"));
  }

  /** A file's modification time in nanoseconds, following symbolic links; undefined if it does not exist. */
  timeOf(path: BytePath): bigint | undefined {
    if (this.#times.has(path)) return this.#times.get(path);
    const stat = tryErrno(() => disk.stat(path));
    // Such as a deleted header, or a target that is not a file.
    const time = isErrno(stat) ? undefined : stat.mtimeNs;
    if (this.#times.size >= MAX_TIMES) this.#times.clear();
    this.#times.set(path, time);
    return time;
  }

  /** The absolute path without `.` and `..`: equal for all spellings of a path. */
  absolute(path: BytePath): BytePath {
    return absolutePath(this.#cwd, path);
  }

  *#fromDepfiles(output: BytePath): Sliced<DepfileFacts> {
    let prerequisites: BytePath[] = [];
    let unreadable: BytePath | undefined;
    for (const file of this.#index.depfilesOf(output)) {
      const found = yield* this.#resolve(file, output, parseDepfile, this.#basesOf(file));
      prerequisites = prerequisites.concat(found);
      if (this.#reader.isUnreadable(file)) unreadable ??= file;
    }
    const list = prerequisites.length > 0 ? undefined : this.#index.cmakeListOf(output);
    if (list === undefined) return { prerequisites, unreadable };
    const bases = selfAndAncestors(dirOf(list), MAX_BASES);
    prerequisites = yield* this.#resolve(list, output, parseCmakeInternal, bases);
    if (this.#reader.isUnreadable(list)) unreadable ??= list;
    return { prerequisites, unreadable };
  }

  *#resolve(
    file: BytePath,
    output: BytePath,
    parse: (text: BytePath, budget: WorkBudget) => DepRule[],
    bases: readonly BytePath[],
  ): Sliced<BytePath[]> {
    if (!this.#parsed.has(file)) {
      const rules = this.#reader.parseText(
        file,
        MAX_DEPFILE_SIZE,
        (text, budget) => new DepRules(parse(text, budget), budget),
      );
      if (this.#parsed.size >= MAX_CACHED)
        this.#parsed.delete(this.#parsed.keys().next().value as BytePath);
      this.#parsed.set(file, rules);
      yield;
    }
    const rules = this.#parsed.get(file);
    const found = this.#reader.lookUp(file, () =>
      rules?.prerequisitesOf(output, bases, this.#lookup),
    );
    return found ?? [];
  }

  /** Directories in which the tool may have run: the dependency file's own, those above it up to the root's parent, the current one. */
  #basesOf(depfile: BytePath): BytePath[] {
    const dir = dirOf(depfile);
    const root = outermostOf(this.#roots, dir);
    const top = dirOf(root ?? dir);
    const above = selfAndAncestors(dir, MAX_BASES).filter((each) => each.length >= top.length);
    return above.includes(this.#cwd) ? above : [...above, this.#cwd];
  }

  #dirsIn(dir: BytePath): readonly BytePath[] {
    const known = this.#subdirs.get(dir);
    if (known !== undefined) return known;
    const entries = tryErrno(() => disk.readDir(dir));
    const dirs = isErrno(entries) ? [] : entries.filter(({ type }) => type === "directory");
    const found = dirs.slice(0, MAX_SIBLINGS).map(({ name }) => join(dir, name));
    this.#subdirs.set(dir, found);
    return found;
  }

  #realDir(dir: BytePath): BytePath {
    const known = this.#realDirs.get(dir);
    if (known !== undefined) return known;
    const found = tryErrno(() => disk.realPath(dir));
    const real = isErrno(found) ? dir : found; // such as a path from another machine or a container
    this.#realDirs.set(dir, real);
    return real;
  }
}
