import { type BytePath, folderOf, join, nameOf } from "../byte-path.ts";
import { errnoOf } from "../errors.ts";
import { disk } from "../fs/disk.ts";
import type { RecordFolder } from "../model.ts";
import { parseCmakeInternal } from "./cmake-internal.ts";
import { type DepRule, parseDepfile } from "./depfile.ts";
import { NinjaRecords } from "./ninja-records.ts";
import { absolute } from "../fs/absolute.ts";
import { upwards } from "./paths.ts";
import { type Note, readRecord } from "./read-record.ts";
import { RecordIndex } from "./record-index.ts";
import { type Look, resolveRules } from "./resolve-rule.ts";
import { RuleFiles, type Writer } from "./rule-files.ts";

const LARGEST = 64 * 1024 * 1024;
/** Files with the rules of many outputs that are kept in memory. */
const MOST_PARSED = 32;
/** Folders above a dependency file in which the tool may have run. */
const MOST_BASES = 12;
/** Folders beside the output's in which it may have run. */
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
  readonly #index: RecordIndex;
  readonly #ninja: NinjaRecords;
  readonly #rules: RuleFiles;
  readonly #times = new Map<BytePath, bigint | undefined>();
  readonly #parsed = new Map<BytePath, readonly DepRule[]>();
  readonly #realFolders = new Map<BytePath, BytePath>();
  readonly #subfolders = new Map<BytePath, readonly BytePath[]>();
  readonly #look: Look = {
    isThere: (path) => this.timeOf(path) !== undefined,
    isSameName: (a, b) =>
      nameOf(a) === nameOf(b) && this.#realFolder(folderOf(a)) === this.#realFolder(folderOf(b)),
    subfolders: (path) => this.#foldersIn(path),
  };

  constructor(
    records: readonly RecordFolder[],
    roots: readonly BytePath[],
    cwd: BytePath,
    note: Note,
  ) {
    this.#cwd = cwd;
    this.#roots = roots.map((root) => absolute(cwd, root));
    this.#note = note;
    this.#index = new RecordIndex(records, this.#roots, cwd);
    this.#ninja = new NinjaRecords(this.#index.ninjaFolders(), note);
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
    return this.#resolve(list, output, parseCmakeInternal, upwards(folderOf(list), MOST_BASES));
  }

  #resolve(
    file: BytePath,
    output: BytePath,
    parse: (text: BytePath) => DepRule[],
    bases: readonly BytePath[],
  ): BytePath[] {
    let rules = this.#parsed.get(file);
    if (rules === undefined) {
      const bytes = readRecord(file, LARGEST, this.#note);
      rules = bytes === undefined ? [] : parse(bytes.toString("latin1"));
      if (this.#parsed.size >= MOST_PARSED)
        this.#parsed.delete(this.#parsed.keys().next().value as BytePath);
      this.#parsed.set(file, rules);
    }
    return resolveRules(rules, output, bases, this.#look) ?? [];
  }

  /** Folders in which a tool may have run: the file's own, those above it up to the root's parent, the current one. */
  #basesOf(depfile: BytePath): BytePath[] {
    const folder = folderOf(depfile);
    const root = this.#roots.find((each) => folder === each || folder.startsWith(`${each}/`));
    const top = folderOf(root ?? folder);
    const above = upwards(folder, MOST_BASES).filter((each) => each.length >= top.length);
    return above.includes(this.#cwd) ? above : [...above, this.#cwd];
  }

  #foldersIn(folder: BytePath): readonly BytePath[] {
    const known = this.#subfolders.get(folder);
    if (known !== undefined) return known;
    let found: readonly BytePath[] = [];
    try {
      const folders = disk.readFolder(folder).filter(({ type }) => type === "folder");
      found = folders.slice(0, MOST_SIBLINGS).map(({ name }) => join(folder, name));
    } catch (error) {
      errnoOf(error); // then nothing is known of what runs there
    }
    this.#subfolders.set(folder, found);
    return found;
  }

  #realFolder(folder: BytePath): BytePath {
    const known = this.#realFolders.get(folder);
    if (known !== undefined) return known;
    let real = folder;
    try {
      real = disk.realPath(folder);
    } catch (error) {
      errnoOf(error); // a path of another machine, or of a container
    }
    this.#realFolders.set(folder, real);
    return real;
  }
}
