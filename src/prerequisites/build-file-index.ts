import { type BytePath, dirOf, join, nameOf } from "../core/byte-path.ts";
import { errnoOf } from "../core/errors.ts";
import { disk } from "../fs/disk.ts";
import type { BuildFileDir } from "../core/model.ts";
import { BUILD_FILE_DIR, isBuildFile } from "../artifacts/build-files.ts";
import { absolute } from "../fs/absolute.ts";
import { baseOf, upwards } from "./paths.ts";

/** Directories beside an output in which its dependency file may be. */
const SUBDIRS = ["", ".deps/", ".dep/", ".d/", "deps/", "dep/"];
/** How far above a root Makefiles and ninja's files are looked for. */
const LEVELS_ABOVE = 4;
const RULE_FILES = ["GNUmakefile", "makefile", "Makefile", "build.ninja"];
const FILES_ABOVE = [".ninja_log", ".ninja_deps", ...RULE_FILES];

/**
 * Where a build left notes of what its outputs were made from. Answers from what the walk met, so that
 * asking costs nothing where there is none. All paths are absolute.
 */
export class BuildFileIndex {
  readonly #dirs = new Map<BytePath, string | undefined>();
  readonly #sets = new Map<BytePath, ReadonlySet<string>>();

  /** @param roots Absolute paths: directories above them are looked at too. */
  constructor(records: readonly BuildFileDir[], roots: readonly BytePath[], cwd: BytePath) {
    for (const { path, names } of records) {
      const dir = absolute(cwd, path);
      // A directory that was read whole says more than one of which single files were given.
      if (names !== undefined || !this.#dirs.has(dir)) this.#dirs.set(dir, names);
    }
    for (const root of roots) {
      for (const dir of upwards(root, LEVELS_ABOVE).slice(1)) {
        if (this.#dirs.has(dir)) continue;
        const there = FILES_ABOVE.filter((name) => isThere(join(dir, name)));
        if (there.length > 0) this.#dirs.set(dir, `/${there.join("/")}`);
      }
    }
  }

  get isEmpty(): boolean {
    return this.#dirs.size === 0;
  }

  /** Directories with a log of ninja's. */
  *ninjaDirs(): Generator<BytePath> {
    for (const [dir, names] of this.#dirs) {
      if (names?.includes("/.ninja_")) yield dir;
      if (names === undefined && nameOf(dir) !== BUILD_FILE_DIR && this.#has(dir, ".ninja_log"))
        yield dir;
    }
  }

  /** The dependency files that an output may have, as far as they are there. */
  depfilesOf(output: BytePath): BytePath[] {
    const dir = dirOf(output);
    const name = nameOf(output);
    const base = baseOf(output);
    const names = [
      `${name}.d`,
      `${base}.d`,
      `${base}.Po`,
      `${base}.Plo`,
      `${name}.pp`,
      `${base}.pp`,
    ];
    // Cargo: `libx-1234.rlib` is told of in `x-1234.d`.
    if (name.startsWith("lib")) names.push(`${base.slice(3)}.d`);
    const places = nameOf(dir) === ".libs" ? [dir, dirOf(dir)] : [dir];
    const found: BytePath[] = [];
    for (const place of places) {
      for (const sub of SUBDIRS) {
        const at = sub === "" ? place : join(place, sub.slice(0, -1));
        if (!this.#dirs.has(at)) continue;
        for (const each of new Set(names)) if (this.#has(at, each)) found.push(join(at, each));
      }
      if (this.#has(place, ".depend")) found.push(join(place, ".depend"));
    }
    return found;
  }

  /** Files with rules in a directory: of make or ninja, when they run there. */
  ruleFilesIn(dir: BytePath): BytePath[] {
    return RULE_FILES.filter((name) => this.#has(dir, name)).map((name) => join(dir, name));
  }

  /** CMake's rules for an object, in its target's directory, or for a library or program, whose target is called like it. */
  cmakeRulesOf(output: BytePath): BytePath[] {
    const base = baseOf(output);
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

  /** CMake's list for the target that an output belongs to. */
  cmakeListOf(output: BytePath): BytePath | undefined {
    const end = targetDirOf(output);
    if (end === undefined || !this.#has(end, "compiler_depend.internal")) return undefined;
    return join(end, "compiler_depend.internal");
  }

  #has(dir: BytePath, name: BytePath): boolean {
    let names = this.#sets.get(dir);
    if (names === undefined) {
      if (!this.#dirs.has(dir)) return false;
      const told = this.#dirs.get(dir);
      this.#sets.set(
        dir,
        (names = new Set(told === undefined ? listBuildFiles(dir) : told.split("/"))),
      );
    }
    return names.has(name);
  }
}

/** `CMakeFiles/<target>.dir`, for what lies below it. */
function targetDirOf(output: BytePath): BytePath | undefined {
  return /^.*\/CMakeFiles\/[^/]+\.dir(?=\/)/.exec(output)?.[0];
}

/** A directory that the walk did not read. */
function listBuildFiles(dir: BytePath): string[] {
  try {
    const inRecordDir = nameOf(dir) === BUILD_FILE_DIR;
    return disk.readDir(dir).flatMap(({ name, type }) => {
      return type === "file" && (isBuildFile(name) || (inRecordDir && name.endsWith(".pp")))
        ? [name]
        : [];
    });
  } catch (error) {
    errnoOf(error); // what cannot be read tells nothing
    return [];
  }
}

function isThere(path: BytePath): boolean {
  try {
    return disk.exists(path);
  } catch (error) {
    errnoOf(error); // a directory above the root that is not ours to look into
    return false;
  }
}
