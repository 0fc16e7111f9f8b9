import type { Report, VariantPair } from "../../core/report.ts";
import { bytes, count, percent } from "../numbers.ts";

/** Up to this many variants every pair gets a line of its own; more become a matrix. */
const MOST_AS_LIST = 4;

/** A table as rows of cells, the first row its head; the renderers align it or make it Markdown. */
export interface Table {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
}

/** What the variants tell: how much each holds, what every two have in common, what needs no variants at all. */
export function variantTables(report: Report): Table[] {
  const { variants, pairs } = report;
  if (variants.length === 0) return [];
  const held: Table = {
    title: "",
    rows: [
      ["variant", "artifacts", "size"],
      ...variants.map((variant) => [variant.name, count(variant.artifacts), bytes(variant.bytes)]),
    ],
  };
  if (pairs.length === 0) return [held];
  return [held, variants.length <= MOST_AS_LIST ? pairList(pairs) : pairMatrix(report)];
}

/** One sentence on the units that are the same in all their variants; undefined where there are none. */
export function uniformLine({ uniform }: Report): string | undefined {
  if (uniform.count === 0) return undefined;
  const share = percent(uniform.count, uniform.several);
  return `${count(uniform.count)} of ${count(uniform.several)} units are the same in every variant they have (${share})`;
}

function pairList(pairs: readonly VariantPair[]): Table {
  return {
    title: "units that two variants have both, and how many are identical:",
    rows: [
      ["pair", "identical", "units", "", "bytes"],
      ...pairs.map(({ a, b, units, identical, identicalBytes }) => [
        `${a} = ${b}`,
        count(identical),
        `of ${count(units)}`,
        percent(identical, units),
        bytes(identicalBytes),
      ]),
    ],
  };
}

/** Above the diagonal the share of identical units, below it the share of identical bytes. */
function pairMatrix({ variants, pairs }: Report): Table {
  const found = new Map(pairs.map((pair) => [`${pair.a}\0${pair.b}`, pair]));
  const share = (part: number, whole: number): string =>
    `${Math.round((100 * part) / Math.max(whole, 1))}%`;
  const cell = (row: number, column: number): string => {
    const [first, second] = row < column ? [row, column] : [column, row];
    const pair = found.get(`${variants[first].name}\0${variants[second].name}`);
    if (row === column || pair === undefined) return "-";
    return row < column
      ? share(pair.identical, pair.units)
      : share(pair.identicalBytes, pair.bytes);
  };
  return {
    title: "identical between two variants, above the diagonal in units, below it in bytes:",
    rows: [
      ["", ...variants.map(({ name }) => name)],
      ...variants.map(({ name }, row) => [name, ...variants.map((_, column) => cell(row, column))]),
    ],
  };
}

/** What each kind holds and gains; undefined where there is only one kind. */
export function kindTable({ kinds }: Report): Table | undefined {
  if (kinds.length < 2) return undefined;
  return {
    title: "",
    rows: [
      ["kind", "artifacts", "size", "to link", "frees"],
      ...kinds.map((kind) => [
        kind.name,
        count(kind.artifacts),
        bytes(kind.bytes),
        count(kind.replaceable),
        bytes(kind.freeableBytes),
      ]),
    ],
  };
}
