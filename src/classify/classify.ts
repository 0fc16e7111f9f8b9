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

/** Files after which the worker threads' answers have their turn: some milliseconds. */
const YIELD_INTERVAL = 5000;

export interface ClassifyOptions {
  /** The roots of the walk. */
  readonly paths: readonly BytePath[];
  /** The variant patterns of the user, which come before the built-in rules. */
  readonly classifyByPattern: ((path: BytePath) => FileClassification | undefined) | undefined;
}

/**
 * Tells the unit and the variant of every file from its path below the roots (below what all roots have
 * in common, where there are several: `dedupe build/O2 build/O3` knows O2 from O3).
 */
export async function classify(
  files: FileTable,
  { paths, classifyByPattern }: ClassifyOptions,
): Promise<Classification> {
  const base = commonDir(paths);
  const dirs = Array.from({ length: files.dirCount }, (_, dir) => below(base, files.dirPath(dir)));
  const places = dirs.map(classifyDir);
  const { dir: dirOfFile, kind } = files.columns;
  const placeOf = (file: number): FileClassification => {
    const name = files.name(file);
    const dir = dirOfFile[file];
    return (
      classifyByPattern?.(join(dirs[dir], name)) ?? classifyFile(places[dir], name, kind[file])
    );
  };
  const variantNumbers = new Map<string, number>([["", 0]]);
  const units = new UnitNumbers(placeOf);
  const variant = new Uint16Array(files.count);
  const unit = new Uint32Array(files.count).fill(NO_UNIT);
  const unitHash = new Uint32Array(files.count);
  for (const [from, to] of ranges(files.count)) {
    if (from > 0) await yieldToEventLoop();
    numberVariants(from, to);
  }
  for (const [from, to] of units.count > 0 ? ranges(files.count) : []) {
    await yieldToEventLoop();
    joinUnits(from, to);
  }
  return {
    unit,
    unitName: unitNames(units, placeOf),
    ...inNaturalOrder([...variantNumbers.keys()], variant),
  };

  function numberVariants(from: number, to: number): void {
    for (let file = from; file < to; file += 1) {
      const place = placeOf(file);
      const hash = units.hashOf(place);
      unitHash[file] = hash;
      if (place.variant === "") continue;
      variant[file] = numberOf(variantNumbers, place.variant);
      unit[file] = units.add(place, hash, file);
    }
  }

  /** A file without a variant belongs to a unit only where another file is a variant of it. */
  function joinUnits(from: number, to: number): void {
    for (let file = from; file < to; file += 1) {
      if (unit[file] !== NO_UNIT || !units.mayHave(unitHash[file])) continue;
      const known = units.get(placeOf(file), unitHash[file]);
      if (known >= 0) unit[file] = known;
    }
  }
}

/** Runs of files, between which signals and messages have their turn. */
function* ranges(count: number): Generator<[from: number, to: number]> {
  for (let from = 0; from < count; from += YIELD_INTERVAL)
    yield [from, Math.min(from + YIELD_INTERVAL, count)];
}

function unitNames(
  units: UnitNumbers,
  placeOf: (file: number) => FileClassification,
): Classification["unitName"] {
  const { firstFiles } = units;
  return (unit) => unitOf(placeOf(firstFiles[unit]));
}

function numberOf(numbers: Map<string, number>, name: string): number {
  const known = numbers.get(name);
  if (known !== undefined) return known;
  numbers.set(name, numbers.size);
  return numbers.size - 1;
}

function inNaturalOrder(
  names: readonly string[],
  variant: Uint16Array,
): Pick<Classification, "variant" | "variants"> {
  const variants = [...names].sort(compareVariants);
  const rank = names.map((name) => variants.indexOf(name));
  return { variants, variant: variant.map((number) => rank[number]) };
}

/** The directory that holds all roots; for a single one, itself. */
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

function below(base: BytePath, path: BytePath): BytePath {
  if (base === "" || !isBelow(base, path)) return path;
  return path.slice(base.length).replace(/^\/+/, "");
}
