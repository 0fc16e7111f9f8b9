import {
  type FilePlace,
  compareVariants,
  placeOfFile,
  placeOfFolder,
  unitOf,
} from "../artifacts/variants.ts";
import { type BytePath, folderOf, join } from "../byte-path.ts";
import { breathe } from "../breathe.ts";
import type { FileTable } from "../file-table.ts";
import { NO_UNIT, type Places } from "../model.ts";
import type { Settings } from "../options.ts";
import { UnitNumbers } from "./unit-numbers.ts";

/** Files after which the worker threads' answers have their turn: some milliseconds. */
const BREATHE_AFTER = 5000;

/**
 * Tells the unit and the variant of every file from its path below the roots (below what all roots have
 * in common, where there are several: `dedupe build/O2 build/O3` knows O2 from O3).
 */
export async function classify(
  files: FileTable,
  { paths, placeByPattern }: Settings,
): Promise<Places> {
  const base = commonFolder(paths);
  const folders = Array.from({ length: files.folderCount }, (_, folder) =>
    below(base, files.folderPath(folder)),
  );
  const places = folders.map(placeOfFolder);
  const { folder: folderOfFile } = files.columns;
  // As the names tell it: matching learns more of it later, and a place must not move.
  const kind = files.columns.kind.slice();
  const placeOf = (file: number): FilePlace => {
    const name = files.name(file);
    const folder = folderOfFile[file];
    return (
      placeByPattern?.(join(folders[folder], name)) ?? placeOfFile(places[folder], name, kind[file])
    );
  };
  const variantNumbers = new Map<string, number>([["", 0]]);
  const units = new UnitNumbers(placeOf);
  const variant = new Uint16Array(files.count);
  const unit = new Uint32Array(files.count).fill(NO_UNIT);
  const unitHash = new Uint32Array(files.count);
  for (const [from, to] of stretchesOf(files.count)) {
    if (from > 0) await breathe();
    numberVariants(from, to);
  }
  for (const [from, to] of units.count > 0 ? stretchesOf(files.count) : []) {
    await breathe();
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
function* stretchesOf(count: number): Generator<[from: number, to: number]> {
  for (let from = 0; from < count; from += BREATHE_AFTER)
    yield [from, Math.min(from + BREATHE_AFTER, count)];
}

function unitNames(units: UnitNumbers, placeOf: (file: number) => FilePlace): Places["unitName"] {
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
): Pick<Places, "variant" | "variants"> {
  const variants = [...names].sort(compareVariants);
  const rank = names.map((name) => variants.indexOf(name));
  return { variants, variant: variant.map((number) => rank[number]) };
}

/** The folder that holds all roots; for a single one, itself. */
function commonFolder(roots: readonly BytePath[]): BytePath {
  let common = roots[0] ?? "";
  for (const root of roots) {
    while (!isBelow(common, root)) common = common === folderOf(common) ? "" : folderOf(common);
  }
  return common;
}

function isBelow(folder: BytePath, path: BytePath): boolean {
  return (
    folder === "" ||
    path === folder ||
    path.startsWith(folder.endsWith("/") ? folder : `${folder}/`)
  );
}

function below(base: BytePath, path: BytePath): BytePath {
  if (base === "" || !isBelow(base, path)) return path;
  return path.slice(base.length).replace(/^\/+/, "");
}
