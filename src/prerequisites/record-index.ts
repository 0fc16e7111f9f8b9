import { type BytePath, folderOf, join, nameOf } from "../byte-path.ts";
import { errnoOf } from "../errors.ts";
import { disk } from "../fs/disk.ts";
import type { RecordFolder } from "../model.ts";
import { RECORD_FOLDER, isBuildRecord } from "../artifacts/build-records.ts";
import { absolute } from "../fs/absolute.ts";
import { baseOf, upwards } from "./paths.ts";

/** Folders beside an output in which its dependency file may be. */
const SUBFOLDERS = ["", ".deps/", ".dep/", ".d/", "deps/", "dep/"];
/** How far above a root Makefiles and ninja's files are looked for. */
const LEVELS_ABOVE = 4;
const RULE_FILES = ["GNUmakefile", "makefile", "Makefile", "build.ninja"];
const FILES_ABOVE = [".ninja_log", ".ninja_deps", ...RULE_FILES];

/**
 * Where a build left notes of what its outputs were made from. Answers from what the walk met, so that
 * asking costs nothing where there is none. All paths are absolute.
 */
export class RecordIndex {
  readonly #folders = new Map<BytePath, string | undefined>();
  readonly #sets = new Map<BytePath, ReadonlySet<string>>();

  /** @param roots Absolute paths: folders above them are looked at too. */
  constructor(records: readonly RecordFolder[], roots: readonly BytePath[], cwd: BytePath) {
    for (const { path, names } of records) {
      const folder = absolute(cwd, path);
      // A folder that was read whole says more than one of which single files were given.
      if (names !== undefined || !this.#folders.has(folder)) this.#folders.set(folder, names);
    }
    for (const root of roots) {
      for (const folder of upwards(root, LEVELS_ABOVE).slice(1)) {
        if (this.#folders.has(folder)) continue;
        const there = FILES_ABOVE.filter((name) => isThere(join(folder, name)));
        if (there.length > 0) this.#folders.set(folder, `/${there.join("/")}`);
      }
    }
  }

  get isEmpty(): boolean {
    return this.#folders.size === 0;
  }

  /** Folders with a log of ninja's. */
  *ninjaFolders(): Generator<BytePath> {
    for (const [folder, names] of this.#folders) {
      if (names?.includes("/.ninja_")) yield folder;
      if (
        names === undefined &&
        nameOf(folder) !== RECORD_FOLDER &&
        this.#has(folder, ".ninja_log")
      )
        yield folder;
    }
  }

  /** The dependency files that an output may have, as far as they are there. */
  depfilesOf(output: BytePath): BytePath[] {
    const folder = folderOf(output);
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
    const places = nameOf(folder) === ".libs" ? [folder, folderOf(folder)] : [folder];
    const found: BytePath[] = [];
    for (const place of places) {
      for (const sub of SUBFOLDERS) {
        const at = sub === "" ? place : join(place, sub.slice(0, -1));
        if (!this.#folders.has(at)) continue;
        for (const each of new Set(names)) if (this.#has(at, each)) found.push(join(at, each));
      }
      if (this.#has(place, ".depend")) found.push(join(place, ".depend"));
    }
    return found;
  }

  /** Files with rules in a folder: of make or ninja, when they run there. */
  ruleFilesIn(folder: BytePath): BytePath[] {
    return RULE_FILES.filter((name) => this.#has(folder, name)).map((name) => join(folder, name));
  }

  /** CMake's rules for an object, in its target's folder, or for a library or program, whose target is called like it. */
  cmakeRulesOf(output: BytePath): BytePath[] {
    const base = baseOf(output);
    const targets = new Set([
      nameOf(output),
      base,
      base.replace(/^lib/, ""),
      nameOf(output).replace(/^lib|\.so\..*$/g, ""),
    ]);
    const named = Array.from(targets, (target) =>
      join(folderOf(output), `CMakeFiles/${target}.dir`),
    );
    const own = targetFolderOf(output);
    return (own === undefined ? named : [own])
      .filter((folder) => this.#has(folder, "build.make"))
      .map((folder) => join(folder, "build.make"));
  }

  /** CMake's list for the target that an output belongs to. */
  cmakeListOf(output: BytePath): BytePath | undefined {
    const end = targetFolderOf(output);
    if (end === undefined || !this.#has(end, "compiler_depend.internal")) return undefined;
    return join(end, "compiler_depend.internal");
  }

  #has(folder: BytePath, name: BytePath): boolean {
    let names = this.#sets.get(folder);
    if (names === undefined) {
      if (!this.#folders.has(folder)) return false;
      const told = this.#folders.get(folder);
      this.#sets.set(
        folder,
        (names = new Set(told === undefined ? listRecords(folder) : told.split("/"))),
      );
    }
    return names.has(name);
  }
}

/** `CMakeFiles/<target>.dir`, for what lies below it. */
function targetFolderOf(output: BytePath): BytePath | undefined {
  return /^.*\/CMakeFiles\/[^/]+\.dir(?=\/)/.exec(output)?.[0];
}

/** A folder that the walk did not read. */
function listRecords(folder: BytePath): string[] {
  try {
    const inRecordFolder = nameOf(folder) === RECORD_FOLDER;
    return disk.readFolder(folder).flatMap(({ name, type }) => {
      return type === "file" && (isBuildRecord(name) || (inRecordFolder && name.endsWith(".pp")))
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
    errnoOf(error); // a folder above the root that is not ours to look into
    return false;
  }
}
