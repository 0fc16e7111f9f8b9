import {
  type BytePath,
  absolutePath,
  compareBytes,
  dirOf,
  join,
  nameOf,
} from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import type { BuildFileDir } from "../core/model.ts";
import {
  BUILD_FILE_DIR,
  INSTALL_MANIFEST,
  isBuildFile,
  isOfOtherTool,
} from "../artifacts/build-files.ts";
import { fileStem, selfAndAncestors } from "./paths.ts";

/** Where a dependency file may be, relative to its output's directory. */
const SUBDIRS = ["", ".deps", ".dep", ".d", "deps", "dep"];
/** How many directories above a root are searched for Makefiles and ninja's files. */
export const LEVELS_ABOVE = 4;
export const RULE_FILES = ["GNUmakefile", "makefile", "Makefile", "build.ninja"];
/** Makefiles that only `make -f` and `include` read: `rules.mk`, `Makefile.linux`. */
export const OTHER_RULE_FILE = /\.(?:mk|mak)$|^(?:GNU)?[Mm]akefile\.(?!am$|in$)/;
/** How many of them count in a directory. */
const MOST_OTHERS = 50;
const NO_NAMES: ReadonlySet<string> = new Set();
const FILES_ABOVE = [".ninja_log", ".ninja_deps", "install_manifest.txt", ...RULE_FILES];
/** Meson's list of the files that it has installed. */
const INSTALL_LOG = "meson-logs/install-log.txt";

/**
 * Finds the build files that may describe an output: dependency files, rules, logs. It answers from the
 * names that the walk collected, so a lookup reads a directory only if the walk did not. All paths are
 * absolute.
 */
export class BuildFileIndex {
  /** As `BuildFileDir.names`: undefined for a directory that has not been read yet. */
  readonly #dirs = new Map<BytePath, string | undefined>();
  readonly #ruleFiles = new Map<BytePath, readonly BytePath[]>();
  /** Whether there are directories of CMake's targets, which hold their rules. */
  readonly #hasTargetDirs: boolean;
  readonly #sets = new Map<BytePath, ReadonlySet<string>>();

  /** @param roots Absolute paths; the directories above them are searched too. */
  constructor(dirs: readonly BuildFileDir[], roots: Iterable<BytePath>, cwd: BytePath) {
    for (const { path, names } of dirs) {
      const dir = absolutePath(cwd, path);
      // A directory may be listed twice: once read by the walk, once as the parent of a single file.
      if (names !== undefined || !this.#dirs.has(dir)) this.#dirs.set(dir, names);
    }
    const parents = new Set<BytePath>();
    const above = new Set<BytePath>();
    for (const root of roots) {
      parents.add(dirOf(root));
      for (const dir of selfAndAncestors(root, LEVELS_ABOVE).slice(1)) above.add(dir);
    }
    for (const dir of above) {
      if (this.#dirs.has(dir)) continue;
      const found = parents.has(dir)
        ? listBuildFiles(dir).filter(
            (name) => FILES_ABOVE.includes(name) || OTHER_RULE_FILE.test(name),
          )
        : FILES_ABOVE.filter((name) => disk.exists(join(dir, name)));
      if (found.length > 0) this.#dirs.set(dir, `/${found.join("/")}`);
    }
    this.#hasTargetDirs = [...this.#dirs.keys()].some((dir) => dir.includes("/CMakeFiles/"));
  }

  get isEmpty(): boolean {
    return this.#dirs.size === 0;
  }

  /** A build file of another tool than make that is known; undefined if there is none. */
  otherBuildFile(): BytePath | undefined {
    for (const [dir, names] of this.#dirs) {
      const found = names?.split("/").find((name) => isOfOtherTool(name));
      if (found !== undefined) return join(dir, found);
    }
    return undefined;
  }

  /** Directories that hold a ninja log. */
  *ninjaDirs(): Generator<BytePath> {
    for (const [dir, names] of this.#dirs) {
      if (names?.includes("/.ninja_")) yield dir;
      if (names === undefined && nameOf(dir) !== BUILD_FILE_DIR && this.#has(dir, ".ninja_log"))
        yield dir;
    }
  }

  /** Directories that the walk has read and that hold Makefiles or a `build.ninja`. */
  *ruleDirs(): Generator<BytePath> {
    for (const [dir, names] of this.#dirs)
      if (names !== undefined && this.ruleFilesIn(dir).length > 0) yield dir;
  }

  /** The lists of installed files, by the directory of the build that has installed them. */
  installRecords(): ReadonlyMap<BytePath, readonly BytePath[]> {
    const records = new Map<BytePath, BytePath[]>();
    for (const [dir, names] of this.#dirs) {
      if (names === undefined || nameOf(dir) === BUILD_FILE_DIR) continue;
      const found = names.includes("/install_manifest")
        ? names.split("/").filter((name) => INSTALL_MANIFEST.test(name))
        : [];
      if (names.includes("/build.ninja") && disk.exists(join(dir, INSTALL_LOG)))
        found.push(INSTALL_LOG);
      if (found.length > 0)
        records.set(
          dir,
          found.map((name) => join(dir, name)),
        );
    }
    return records;
  }

  /** The existing dependency files that may describe an output. */
  depfilesOf(output: BytePath): BytePath[] {
    const dir = dirOf(output);
    const name = nameOf(output);
    const base = fileStem(output);
    const names = [
      `${name}.d`,
      `${base}.d`,
      `${base}.Po`,
      `${base}.Plo`,
      `${name}.pp`,
      `${base}.pp`,
    ];
    // Cargo describes `libx-1234.rlib` in `x-1234.d`.
    if (name.startsWith("lib")) names.push(`${base.slice(3)}.d`);
    const parents = nameOf(dir) === ".libs" ? [dir, dirOf(dir)] : [dir];
    const found: BytePath[] = [];
    for (const parent of parents) {
      for (const sub of SUBDIRS) {
        const at = sub === "" ? parent : join(parent, sub);
        if (!this.#dirs.has(at)) continue;
        for (const each of new Set(names)) if (this.#has(at, each)) found.push(join(at, each));
      }
      if (this.#has(parent, ".depend")) found.push(join(parent, ".depend"));
    }
    return found;
  }

  /** The Makefiles and `build.ninja` in a directory, those that make reads by default first. */
  ruleFilesIn(dir: BytePath): readonly BytePath[] {
    let found = this.#ruleFiles.get(dir);
    if (found === undefined) {
      const names = [...this.#namesIn(dir)];
      const others = names.filter((name) => OTHER_RULE_FILE.test(name)).toSorted(compareBytes);
      found = RULE_FILES.filter((name) => this.#has(dir, name))
        .concat(others.slice(0, MOST_OTHERS))
        .map((name) => join(dir, name));
      this.#ruleFiles.set(dir, found);
    }
    return found;
  }

  /** The file in which kbuild has recorded how it made an output. */
  kbuildRecordOf(output: BytePath): BytePath | undefined {
    const name = `.${nameOf(output)}.cmd`;
    return this.#has(dirOf(output), name) ? join(dirOf(output), name) : undefined;
  }

  /** The `Kbuild` beside an output that kbuild has recorded: its rules are relative to the directory in which make runs. */
  kbuildRulesOf(output: BytePath): BytePath | undefined {
    return this.#has(dirOf(output), "Kbuild") ? join(dirOf(output), "Kbuild") : undefined;
  }

  /** The `.ali` file of an object: gnatmake recompiles an object that is older than it. */
  adaLibraryOf(output: BytePath): BytePath[] {
    const name = `${fileStem(output)}.ali`;
    const isObject = output.endsWith(".o") && this.#has(dirOf(output), name);
    return isObject ? [join(dirOf(output), name)] : [];
  }

  /**
   * The `build.make` files that CMake's Makefile generator may have written for an output: for an object, in
   * the target's directory that contains it; for a library or program, in that of a target with its name.
   */
  cmakeRulesOf(output: BytePath): BytePath[] {
    if (!this.#hasTargetDirs) return [];
    const base = fileStem(output);
    const targets = new Set([
      nameOf(output),
      base,
      base.replace(/^lib/, ""),
      nameOf(output).replace(/^lib|\.so\..*$/g, ""),
    ]);
    const named = Array.from(targets, (target) => join(dirOf(output), `CMakeFiles/${target}.dir`));
    const own = targetDirOf(output);
    return (own === undefined ? named : [own])
      .filter((dir) => this.#has(dir, "build.make"))
      .map((dir) => join(dir, "build.make"));
  }

  /** CMake's `compiler_depend.internal` for the target that an object belongs to. */
  cmakeListOf(output: BytePath): BytePath | undefined {
    const dir = targetDirOf(output);
    if (dir === undefined || !this.#has(dir, "compiler_depend.internal")) return undefined;
    return join(dir, "compiler_depend.internal");
  }

  #has(dir: BytePath, name: BytePath): boolean {
    return this.#namesIn(dir).has(name);
  }

  /** The names of the build files in a directory. */
  #namesIn(dir: BytePath): ReadonlySet<string> {
    let names = this.#sets.get(dir);
    if (names === undefined) {
      if (!this.#dirs.has(dir)) return NO_NAMES;
      names = new Set(this.#dirs.get(dir)?.split("/") ?? listBuildFiles(dir));
      this.#sets.set(dir, names);
    }
    return names;
  }
}

/** The `CMakeFiles/<target>.dir` that contains an output. */
function targetDirOf(output: BytePath): BytePath | undefined {
  return /^.*\/CMakeFiles\/[^/]+\.dir(?=\/)/.exec(output)?.[0];
}

/** The build files in a directory that the walk did not read; none if it cannot be read. */
function listBuildFiles(dir: BytePath): string[] {
  const inDeps = nameOf(dir) === BUILD_FILE_DIR;
  const entries = tryErrno(() => disk.readDir(dir));
  if (isErrno(entries)) return [];
  return entries
    .filter(({ type }) => type === "file")
    .map(({ name }) => name)
    .filter((name) => isBuildFile(name) || (inDeps && name.endsWith(".pp")));
}
