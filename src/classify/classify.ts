import {
  type FileClassification,
  compareVariants,
  classifyFile,
  classifyDir,
  unitOf,
} from "../artifacts/variants.ts";
import { type BytePath, dirOf, join } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { lazy } from "../core/lazy.ts";
import { NO_UNIT, type Classification } from "../core/model.ts";
import { UnitNumbers } from "./unit-numbers.ts";

export interface ClassifyOptions {
  /** The roots of the walk. */
  readonly paths: readonly BytePath[];
  /** Applies `--variant-pattern`, which takes precedence over the built-in rules. */
  readonly classifyByPattern: ((path: BytePath) => FileClassification | undefined) | undefined;
}

/**
 * Determines the unit and variant of every file from its path relative to the root. Several roots are taken
 * relative to their common parent directory, so that `dedupe build/O2 build/O3` distinguishes O2 from O3.
 */
export function classify(files: FileTable, options: ClassifyOptions): Classification {
  const classificationOf = fileClassifier(files, options);
  const names: string[] = [];
  const variantOf = (file: number): string => (names[file] ??= classificationOf(file).variant);
  const units = lazy(() => numberUnits(files, classificationOf));
  return {
    compareVariants: (a, b) => compareVariants(variantOf(a), variantOf(b)),
    get unit() {
      return units().unit;
    },
    get variant() {
      return units().variant;
    },
    get variants() {
      return units().variants;
    },
    unitName: (unit) => units().unitName(unit),
  };
}

/** Whether a `--variant-pattern` matches the path of any file; other patterns are not considered. */
export function matchesAnyFile(
  files: FileTable,
  roots: readonly BytePath[],
  classifyByPattern: (path: BytePath) => FileClassification | undefined,
): boolean {
  const base = commonDir(roots);
  for (let file = 0; file < files.count; file += 1) {
    const path = join(below(base, files.dirPath(files.columns.dir[file])), files.name(file));
    if (classifyByPattern(path) !== undefined) return true;
  }
  return false;
}

function fileClassifier(
  files: FileTable,
  { paths, classifyByPattern }: ClassifyOptions,
): (file: number) => FileClassification {
  const base = commonDir(paths);
  const dirs: BytePath[] = [];
  const dirClasses: ReturnType<typeof classifyDir>[] = [];
  const { dir: dirOfFile, kind } = files.columns;
  return (file) => {
    const name = files.name(file);
    const dir = dirOfFile[file];
    const path = (dirs[dir] ??= below(base, files.dirPath(dir)));
    return (
      classifyByPattern?.(join(path, name)) ??
      classifyFile((dirClasses[dir] ??= classifyDir(path)), name, kind[file])
    );
  };
}

function numberUnits(
  files: FileTable,
  classificationOf: (file: number) => FileClassification,
): Omit<Classification, "compareVariants"> {
  const variantNumbers = new Map<string, number>([["", 0]]);
  const units = new UnitNumbers(classificationOf);
  const variant = new Uint16Array(files.count);
  const unit = new Uint32Array(files.count).fill(NO_UNIT);
  const unitHash = new Uint32Array(files.count);
  for (let file = 0; file < files.count; file += 1) {
    const classification = classificationOf(file);
    const hash = units.hashOf(classification);
    unitHash[file] = hash;
    if (classification.variant === "") continue;
    variant[file] = numberOf(variantNumbers, classification.variant);
    unit[file] = units.add(classification, hash, file);
  }
  // A file without a variant belongs to a unit if another file is a variant of it.
  for (let file = 0; units.count > 0 && file < files.count; file += 1) {
    if (unit[file] !== NO_UNIT || !units.hasHash(unitHash[file])) continue;
    const known = units.get(classificationOf(file), unitHash[file]);
    if (known >= 0) unit[file] = known;
  }
  return {
    unit,
    unitName: unitNames(units, classificationOf),
    ...inNaturalOrder([...variantNumbers.keys()], variant),
  };
}

function unitNames(
  units: UnitNumbers,
  classificationOf: (file: number) => FileClassification,
): Classification["unitName"] {
  const { firstFiles } = units;
  return (unit) => unitOf(classificationOf(firstFiles[unit]));
}

function numberOf(numbers: Map<string, number>, name: string): number {
  const known = numbers.get(name);
  if (known !== undefined) return known;
  numbers.set(name, numbers.size);
  return numbers.size - 1;
}

/** Renumbers the variants by their order. */
function inNaturalOrder(
  names: readonly string[],
  variant: Uint16Array,
): Pick<Classification, "variant" | "variants"> {
  const variants = [...names].sort(compareVariants);
  const rank = names.map((name) => variants.indexOf(name));
  return { variants, variant: variant.map((number) => rank[number]) };
}

/** The nearest common parent directory of all roots; a single root is its own. */
function commonDir(roots: readonly BytePath[]): BytePath {
  let common = roots[0] ?? "";
  for (const root of roots) {
    while (!isBelow(common, root)) common = common === dirOf(common) ? "" : dirOf(common);
  }
  return common;
}

function isBelow(dir: BytePath, path: BytePath): boolean {
  return dir === "" || path === dir || path.startsWith(dir.endsWith("/") ? dir : `${dir}/`);
}

/** The path relative to `base`, or unchanged if it is not below it. */
function below(base: BytePath, path: BytePath): BytePath {
  if (base === "" || !isBelow(base, path)) return path;
  return path.slice(base.length).replace(/^\/+/, "");
}
