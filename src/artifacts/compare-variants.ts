/** Known names in their order. All others follow in natural order. */
const ORDER = [
  "O0 O1 O2 O3 Os Oz Og Ofast",
  "noopt debug slowdebug fastdebug pydebug dbg fastbuild dev test",
  "debugoptimized release relwithdebinfo minsizerel minsize opt prod profile",
  "coverage asan tsan ubsan msan lsan hwasan race lto thinlto pgo",
  "static shared nopic pic pie",
]
  .join(" ")
  .split(" ");
const RANKS = new Map(ORDER.map((name, position) => [name, position]));

/**
 * Compares two variants; the order is total. The empty variant comes first, then numbers by value, O0 < O1 < …,
 * debug < release < …, then other names in natural order (`v2` before `v10`). Variants joined with `+` are
 * compared word by word.
 */
export function compareVariants(a: string, b: string): number {
  if (a === b) return 0;
  if (a === "") return -1;
  if (b === "") return 1;
  const left = a.split("+");
  const right = b.split("+");
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = compareWords(left[i], right[i]);
    if (order !== 0) return order;
  }
  return left.length - right.length || (a < b ? -1 : 1);
}

function compareWords(a: string, b: string): number {
  if (a === b) return 0;
  const order = rank(a) - rank(b);
  return order !== 0 ? order : natural(a, b);
}

/** Numbers first, then known names, then the rest. */
function rank(word: string): number {
  if (/^\d+$/.test(word)) return -1;
  return RANKS.get(word) ?? ORDER.length;
}

/** Compares runs of digits as numbers and everything else by bytes; equal numbers with different leading zeros by their text. */
function natural(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = compareRuns(left[i], right[i]);
    if (order !== 0) return order;
  }
  return left.length - right.length || (a < b ? -1 : a > b ? 1 : 0);
}

function compareRuns(a: string, b: string): number {
  if (isDigits(a) && isDigits(b)) {
    const x = a.replace(/^0+(?=\d)/, "");
    const y = b.replace(/^0+(?=\d)/, "");
    if (x.length !== y.length) return x.length - y.length;
    return x < y ? -1 : x > y ? 1 : 0;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function isDigits(run: string): boolean {
  const char = run.charCodeAt(0);
  return char >= 48 && char <= 57;
}
