import { type BytePath, dirOf } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { eachGroup, linksOf } from "../core/groups.ts";
import type { DuplicateSets } from "../core/model.ts";
import type { Sliced } from "../core/slices.ts";
import type { Recipes } from "../prerequisites/makefile.ts";
import type { PrerequisiteLookup } from "../prerequisites/prerequisite-lookup.ts";
import { type InstallEffect, installEffectOf } from "./install-rules.ts";

/** Directories that installations have, and builds rarely. */
export const INSTALL_DIR = /\/(?:usr|bin|sbin|libexec|lib(?:32|64|x32)?)(?=\/)/;

/**
 * Finds installed copies: files that an installation has copied from a build. Steps after the installation change them
 * in place (`strip`, `patchelf`, `setcap`), or the next installation does (`cp`), which must not change the file of the
 * build.
 *
 * Copies are known from CMake's `install_manifest.txt` and meson's `install-log.txt`. A Makefile with rules that install
 * may have installed anywhere, as the destination is often set on the command line. So a copy of what such a build has
 * made counts as installed if no rule makes it.
 *
 * @param rules Rows of files that a build rule makes.
 * @param counts Whether files of a kind count.
 * @returns Rows, with the Makefile whose rule would write into them, if there is one.
 */
export function* findInstalledCopies(
  files: FileTable,
  sets: DuplicateSets,
  lookup: PrerequisiteLookup,
  rules: { has(row: number): boolean },
  counts: (kind: number) => boolean,
): Sliced<InstalledCopies> {
  const installed = new Map<number, BytePath | undefined>();
  const builds = new InstallingBuilds(lookup);
  const { dir, kind } = files.columns;
  for (const { from, to } of eachGroup(sets.starts)) {
    yield;
    const rows: number[] = [];
    for (const member of sets.members.subarray(from, to))
      for (const row of linksOf(sets.nextLink, member)) rows.push(row);
    if (!counts(kind[rows[0]])) continue;
    const copies: Copy[] = [];
    for (const row of rows) {
      const path = lookup.absolute(files.path(row));
      const build = yield* builds.nearest(path);
      copies.push({ row, dir: dir[row], path, build, hasRule: rules.has(row) });
    }
    const possible = representatives(copies);
    for (const copy of copies) {
      const sources = possible.filter((other) => isCopyOf(copy, other));
      const inPlace = sources.find(({ build }) => build?.inPlace !== undefined)?.build?.inPlace;
      if (sources.length > 0 || builds.lists(copy.path)) installed.set(copy.row, inPlace);
    }
  }
  return installed;
}

/** By row: the Makefile whose rule installs the file by writing into it; undefined if none is known. */
export type InstalledCopies = ReadonlyMap<number, BytePath | undefined>;

interface Copy {
  readonly row: number;
  readonly dir: number;
  readonly path: BytePath;
  /** The nearest build above it that installs files; undefined if there is none. */
  readonly build: InstallingBuild | undefined;
  readonly hasRule: boolean;
}

/**
 * The files that the others are compared with: of those that `isCopyOf` does not tell apart but for their directories,
 * two in different ones. So a set of 100,000 files is not compared each with each.
 */
function representatives(copies: readonly Copy[]): Copy[] {
  const found = new Map<string, Copy[]>();
  for (const copy of copies) {
    if (copy.build === undefined) continue;
    const inPlace = copy.build.inPlace !== undefined;
    const key = `${copy.hasRule} ${INSTALL_DIR.test(copy.path)} ${inPlace}`;
    const alike = found.get(key);
    if (alike === undefined) found.set(key, [copy]);
    else if (alike.length === 1 && alike[0].dir !== copy.dir) alike.push(copy);
  }
  return [...found.values()].flat();
}

/** Whether a file may have been installed from another one, which is equal. */
function isCopyOf(copy: Copy, source: Copy): boolean {
  if (copy.hasRule || source.build === undefined || copy.dir === source.dir) return false;
  if (source.hasRule) return true;
  if (copy.build === undefined) return true;
  return INSTALL_DIR.test(copy.path) && !INSTALL_DIR.test(source.path);
}

interface InstallingBuild {
  readonly dir: BytePath;
  /** Its Makefile, if a rule there installs files by writing into existing ones. */
  readonly inPlace: BytePath | undefined;
}

/** The builds of a tree that install files. */
class InstallingBuilds {
  readonly #lookup: PrerequisiteLookup;
  readonly #records: ReadonlyMap<BytePath, readonly BytePath[]>;
  readonly #nearest = new Map<BytePath, InstallingBuild | undefined>();
  readonly #makefiles = new WeakMap<Recipes, InstallEffect>();
  /** Installed files as the records list them. */
  #listed: ReadonlySet<BytePath> | undefined;

  constructor(lookup: PrerequisiteLookup) {
    this.#lookup = lookup;
    this.#records = lookup.installRecords();
  }

  /** The nearest directory above a file with rules that install files, or with a list of them. */
  *nearest(path: BytePath): Sliced<InstallingBuild | undefined> {
    const dir = dirOf(path);
    if (this.#nearest.has(dir)) return this.#nearest.get(dir);
    let found: InstallingBuild | undefined;
    for (let at = dir; found === undefined; at = dirOf(at)) {
      if (this.#records.has(at)) found = { dir: at, inPlace: undefined };
      if (at === dirOf(at)) break;
    }
    for (const file of yield* this.#lookup.ruleFilesFor(path)) {
      const { base, rules } = file;
      if (found !== undefined && base.length <= found.dir.length) continue;
      const effect = this.#lookup.lookUpIn(file, () => this.#effectOf(rules?.recipes)) ?? "none";
      if (effect !== "none")
        found = { dir: base, inPlace: effect === "in-place" ? file.path : undefined };
    }
    this.#nearest.set(dir, found);
    return found;
  }

  /** Whether a record lists a file. The records leave out `DESTDIR`. */
  lists(path: BytePath): boolean {
    if (this.#records.size === 0) return false;
    this.#listed ??= this.#readRecords();
    for (let at = path.length; at > 0;) {
      at = path.lastIndexOf("/", at - 1);
      if (at >= 0 && this.#listed.has(path.slice(at))) return true;
    }
    return false;
  }

  #effectOf(recipes: Recipes | undefined): InstallEffect {
    if (recipes === undefined) return "none";
    let effect = this.#makefiles.get(recipes);
    if (effect === undefined) {
      effect = installEffectOf(recipes);
      this.#makefiles.set(recipes, effect);
    }
    return effect;
  }

  #readRecords(): Set<BytePath> {
    const listed = new Set<BytePath>();
    for (const file of [...this.#records.values()].flat()) {
      for (const line of this.#lookup.linesOf(file) ?? []) {
        if (line.startsWith("/")) listed.add(line.trimEnd());
      }
    }
    return listed;
  }
}
