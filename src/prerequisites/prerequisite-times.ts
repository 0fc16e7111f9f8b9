import { type BytePath, dirOf, join, nameOf } from "../core/byte-path.ts";
import { errnoOf } from "../core/errors.ts";
import { disk } from "../fs/disk.ts";
import type { BuildFileDir } from "../core/model.ts";
import { parseCmakeInternal } from "./cmake-internal.ts";
import { type DepRule, parseDepfile } from "./depfile.ts";
import { NinjaState } from "./ninja-state.ts";
import { absolute } from "../fs/absolute.ts";
import { upwards } from "./paths.ts";
import { type Note, readBuildFile } from "./read-build-file.ts";
import { BuildFileIndex } from "./build-file-index.ts";
import { type FileLookup, resolveRules } from "./resolve-rule.ts";
import { RuleFiles, type Writer } from "./rule-files.ts";

const LARGEST = 64 * 1024 * 1024;
/** Files with the rules of many outputs that are kept in memory. */
const MOST_PARSED = 32;
/** Directories above a dependency file in which the tool may have run. */
const MOST_BASES = 12;
/** Directories beside the output's in which it may have run. */
const MOST_SIBLINGS = 200;

/** What the notes of builds say of one output. */
export interface OutputFacts {
  /** What it is made from; nothing where nothing is known. */
  readonly prerequisites: readonly BytePath[];
  /** What is made from it; only where that was asked for. */
  readonly dependents: readonly BytePath[];
  /** Whether a rule names all it is linked from. */
  readonly complete: boolean;
  /** The time that ninja's log has of it. */
  readonly logged: bigint | undefined;
  /** Were it newer than this, ninja would distrust what it knows. */
  readonly trustedUntil: bigint | undefined;
}

/** Tells what outputs were made from, and how new that is, as far as a build has left notes. */
export class PrerequisiteTimes {
  readonly #cwd: BytePath;
  readonly #roots: readonly BytePath[];
  readonly #note: Note;
  readonly #index: BuildFileIndex;
  readonly #ninja: NinjaState;
  readonly #rules: RuleFiles;
  readonly #times = new Map<BytePath, bigint | undefined>();
  readonly #parsed = new Map<BytePath, readonly DepRule[]>();
  readonly #realDirs = new Map<BytePath, BytePath>();
  readonly #subdirs = new Map<BytePath, readonly BytePath[]>();
  readonly #lookup: FileLookup = {
    isThere: (path) => this.timeOf(path) !== undefined,
    isSameName: (a, b) =>
      nameOf(a) === nameOf(b) && this.#realDir(dirOf(a)) === this.#realDir(dirOf(b)),
    subdirs: (path) => this.#dirsIn(path),
  };

  constructor(
    records: readonly BuildFileDir[],
    roots: readonly BytePath[],
    cwd: BytePath,
    note: Note,
  ) {
    this.#cwd = cwd;
    this.#roots = roots.map((root) => absolute(cwd, root));
    this.#note = note;
    this.#index = new BuildFileIndex(records, this.#roots, cwd);
    this.#ninja = new NinjaState(this.#index.ninjaDirs(), note);
    this.#rules = new RuleFiles(this.#index, note);
  }

  /** Whether there are no notes of any build. */
  get isEmpty(): boolean {
    return this.#index.isEmpty;
  }

  factsOf(path: BytePath, withDependents: boolean): OutputFacts {
    const output = absolute(this.#cwd, path);
    const rules = this.#rules.factsOf(output, withDependents);
    const ninja = this.#ninja.factsOf(output);
    return {
      prerequisites: [
        ...this.#noted(output),
        ...(ninja?.prerequisites ?? []),
        ...rules.prerequisites,
      ],
      dependents: rules.dependents,
      complete: rules.complete,
      logged: ninja?.logged,
      trustedUntil: ninja?.trustedUntil,
    };
  }

  /** The rule that writes into an output instead of replacing it, where one is seen. */
  writerOf(path: BytePath): Writer | undefined {
    return this.#rules.writerOf(absolute(this.#cwd, path));
  }

  /** Modification time in nanoseconds, of what a symbolic link leads to; undefined for what is not there. */
  timeOf(path: BytePath): bigint | undefined {
    if (this.#times.has(path)) return this.#times.get(path);
    let time: bigint | undefined;
    try {
      time = disk.stat(path).mtimeNs;
    } catch (error) {
      errnoOf(error); // a header that was deleted, a name that is no file: the build makes do without it
    }
    this.#times.set(path, time);
    return time;
  }

  /** The path as all paths of one file are written that lead to it without symbolic links. */
  absolute(path: BytePath): BytePath {
    return absolute(this.#cwd, path);
  }

  /** What dependency files say. */
  #noted(output: BytePath): BytePath[] {
    const depfiles = this.#index.depfilesOf(output);
    const found = depfiles.flatMap((file) =>
      this.#resolve(file, output, parseDepfile, this.#basesOf(file)),
    );
    const list = found.length > 0 ? undefined : this.#index.cmakeListOf(output);
    if (list === undefined) return found;
    return this.#resolve(list, output, parseCmakeInternal, upwards(dirOf(list), MOST_BASES));
  }

  #resolve(
    file: BytePath,
    output: BytePath,
    parse: (text: BytePath) => DepRule[],
    bases: readonly BytePath[],
  ): BytePath[] {
    let rules = this.#parsed.get(file);
    if (rules === undefined) {
      const bytes = readBuildFile(file, LARGEST, this.#note);
      rules = bytes === undefined ? [] : parse(bytes.toString("latin1"));
      if (this.#parsed.size >= MOST_PARSED)
        this.#parsed.delete(this.#parsed.keys().next().value as BytePath);
      this.#parsed.set(file, rules);
    }
    return resolveRules(rules, output, bases, this.#lookup) ?? [];
  }

  /** Directories in which a tool may have run: the file's own, those above it up to the root's parent, the current one. */
  #basesOf(depfile: BytePath): BytePath[] {
    const dir = dirOf(depfile);
    const root = this.#roots.find((each) => dir === each || dir.startsWith(`${each}/`));
    const top = dirOf(root ?? dir);
    const above = upwards(dir, MOST_BASES).filter((each) => each.length >= top.length);
    return above.includes(this.#cwd) ? above : [...above, this.#cwd];
  }

  #dirsIn(dir: BytePath): readonly BytePath[] {
    const known = this.#subdirs.get(dir);
    if (known !== undefined) return known;
    let found: readonly BytePath[] = [];
    try {
      const dirs = disk.readDir(dir).filter(({ type }) => type === "directory");
      found = dirs.slice(0, MOST_SIBLINGS).map(({ name }) => join(dir, name));
    } catch (error) {
      errnoOf(error); // then nothing is known of what runs there
    }
    this.#subdirs.set(dir, found);
    return found;
  }

  #realDir(dir: BytePath): BytePath {
    const known = this.#realDirs.get(dir);
    if (known !== undefined) return known;
    let real = dir;
    try {
      real = disk.realPath(dir);
    } catch (error) {
      errnoOf(error); // a path of another machine, or of a container
    }
    this.#realDirs.set(dir, real);
    return real;
  }
}
