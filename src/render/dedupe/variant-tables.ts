import type { Report, VariantPair } from "../../core/report.ts";
import { fromText } from "../../core/byte-path.ts";
import { cutDisplay } from "../display-width.ts";
import { bytes, count, percent } from "../numbers.ts";
import { printable } from "../printable.ts";

/** With at most this many variants, every pair is a line of a list; with more, a cell of a matrix. */
const MAX_LIST_VARIANTS = 4;

/** A table for text or Markdown. The first row is the head. */
export interface Table {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
  /** The same with numbers instead of names in the head, for a terminal on which `rows` is too wide. */
  readonly narrow?: Omit<Table, "narrow">;
}

/** The width of a name in a narrow matrix, which leaves room for 16 variants in 80 columns. */
const NARROW_NAME = 9;

/** The size of each variant, and what every two variants have in common. */
export function variantTables(report: Report): Table[] {
  const { variants, pairs } = report;
  if (variants.length === 0) return [];
  const isShared = variants.some(({ sharedBytes }) => sharedBytes > 0);
  const held: Table = {
    title: "",
    rows: [
      ["variant", "artifacts", "size", ...(isShared ? ["shared"] : [])],
      ...variants.map((variant) => [
        shown(variant.name),
        count(variant.artifacts),
        bytes(variant.bytes),
        ...(isShared ? [bytes(variant.sharedBytes)] : []),
      ]),
    ],
  };
  if (pairs.length === 0) return [held];
  return [held, variants.length <= MAX_LIST_VARIANTS ? pairList(pairs) : pairMatrix(report)];
}

/** A sentence on the units that are identical in all of their variants; undefined if there are none. */
export function uniformLine({ uniform }: Report): string | undefined {
  if (uniform.count === 0) return undefined;
  const share = percent(uniform.count, uniform.several);
  return `${count(uniform.count)} of ${count(uniform.several)} units are identical in all of their variants (${share})`;
}

function pairList(pairs: readonly VariantPair[]): Table {
  return {
    title: "units that two variants share, and how many of them are identical:",
    rows: [
      ["pair", "identical", "units", "", "bytes"],
      ...pairs.map(({ a, b, units, identical, identicalBytes }) => [
        `${shown(a)} = ${shown(b)}`,
        count(identical),
        `of ${count(units)}`,
        percent(identical, units),
        bytes(identicalBytes),
      ]),
    ],
  };
}

/** The share of identical units above the diagonal, and of identical bytes below it. */
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
  const names = variants.map(({ name }) => shown(name));
  const cells = names.map((_, row) => names.map((__, column) => cell(row, column)));
  return {
    title: "identical in two variants: units above the diagonal, bytes below it:",
    rows: [["", ...names], ...names.map((name, row) => [name, ...cells[row]])],
    narrow: {
      title: "percent identical in two variants: units above the diagonal, bytes below it:",
      rows: [
        ["", "", ...names.map((_, row) => String(row + 1))],
        ...names.map((name, row) => [
          String(row + 1),
          cutDisplay(name, NARROW_NAME),
          ...cells[row].map((text) => text.replace("%", "")),
        ]),
      ],
    },
  };
}

/** A variant's name without control characters. */
function shown(name: string): string {
  return printable(fromText(name));
}

/** The size and the savings of each kind; undefined if there is only one kind. */
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
