import {
  type FileClassification,
  compareVariants,
  classifyFile,
  classifyDir,
  unitOf,
} from "../artifacts/variants.ts";
import { type BytePath, dirOf, join } from "../core/byte-path.ts";
import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import type { FileTable } from "../core/file-table.ts";
import { NO_UNIT, type Classification } from "../core/model.ts";
import { UnitNumbers } from "./unit-numbers.ts";

/** Files classified between two turns of the event loop, which take a few milliseconds. */
const YIELD_INTERVAL = 5000;

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
export async function classify(
  files: FileTable,
  { paths, classifyByPattern }: ClassifyOptions,
): Promise<Classification> {
  const base = commonDir(paths);
  const dirs = Array.from({ length: files.dirCount }, (_, dir) => below(base, files.dirPath(dir)));
  const dirClasses = dirs.map(classifyDir);
  const { dir: dirOfFile, kind } = files.columns;
  const classificationOf = (file: number): FileClassification => {
    const name = files.name(file);
    const dir = dirOfFile[file];
    return (
      classifyByPattern?.(join(dirs[dir], name)) ?? classifyFile(dirClasses[dir], name, kind[file])
    );
  };
  const variantNumbers = new Map<string, number>([["", 0]]);
  const units = new UnitNumbers(classificationOf);
  const variant = new Uint16Array(files.count);
  const unit = new Uint32Array(files.count).fill(NO_UNIT);
  const unitHash = new Uint32Array(files.count);
  for (const [from, to] of ranges(files.count)) {
    if (from > 0) await yieldToEventLoop();
    numberVariants(from, to);
  }
  for (const [from, to] of units.count > 0 ? ranges(files.count) : []) {
    await yieldToEventLoop();
    addPlainFiles(from, to);
  }
  return {
    unit,
    unitName: unitNames(units, classificationOf),
    ...inNaturalOrder([...variantNumbers.keys()], variant),
  };

  function numberVariants(from: number, to: number): void {
    for (let file = from; file < to; file += 1) {
      const classification = classificationOf(file);
      const hash = units.hashOf(classification);
      unitHash[file] = hash;
      if (classification.variant === "") continue;
      variant[file] = numberOf(variantNumbers, classification.variant);
      unit[file] = units.add(classification, hash, file);
    }
  }

  /** Assigns files without a variant to a unit if another file is a variant of it. */
  function addPlainFiles(from: number, to: number): void {
    for (let file = from; file < to; file += 1) {
      if (unit[file] !== NO_UNIT || !units.hasHash(unitHash[file])) continue;
      const known = units.get(classificationOf(file), unitHash[file]);
      if (known >= 0) unit[file] = known;
    }
  }
}

/** Splits the files into ranges, between which signals and messages are handled. */
function* ranges(count: number): Generator<[from: number, to: number]> {
  for (let from = 0; from < count; from += YIELD_INTERVAL)
    yield [from, Math.min(from + YIELD_INTERVAL, count)];
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
