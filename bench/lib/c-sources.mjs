import { Random } from "./random.mjs";

/** Sixteen bytes among the constants of every object; copies of an object have other bytes there. */
export const STAMP = "@@bench--stamp@@";

const OPERATORS = ["+", "-", "*", "^", "|", "&"];

/** A random expression over the variables in scope. @param {Random} random @param {number} depth @returns {string} */
function expression(random, depth) {
  if (depth === 0)
    return random.chance(0.5)
      ? random.pick(["a", "b", "i", "sum"])
      : `${random.integer(1, 9_999)}u`;
  return `(${expression(random, depth - 1)} ${random.pick(OPERATORS)} ${expression(random, depth - 1)})`;
}

/** @param {Random} random @param {number} index */
function cFunction(random, index) {
  const cases = Array.from(
    { length: random.integer(3, 9) },
    (_, value) => `    case ${value}: sum += ${expression(random, 2)}; break;`,
  );
  return [
    `struct node_${index} { unsigned key, weight[${random.integer(2, 12)}]; struct node_${index} *next; };`,
    `unsigned work_${index}(unsigned a, unsigned b, struct node_${index} *node) {`,
    `  unsigned sum = ${expression(random, 1).replace(/\b(i|sum)\b/g, "a")};`,
    `  for (unsigned i = 0; i < a % ${random.integer(5, 60)}u; i++) {`,
    `    if ((${expression(random, 2)}) % 3u == 0) sum ^= table[(sum + i) % ${random.integer(16, 64)}u];`,
    `    switch (b % ${cases.length + 1}u) {`,
    ...cases,
    `    default: sum ^= ${index ? `work_${index - 1}(b & 1u, sum, 0)` : "b"};`,
    "    }",
    "    if (node) { node->key += sum; node->weight[i & 1] ^= sum; node = node->next; }",
    "  }",
    `  if (verbosity > ${index}) log_line("function ${index}: %u of %u, ${Math.floor(random.next() * 1e9)}", sum, a);`,
    "  return sum;",
    "}",
  ].join("\n");
}

/**
 * Generates a C file of a few hundred to a few thousand lines: loops, tables, switches, calls and messages.
 * @param {number} seed
 * @param {number} unit which file
 * @param {number} mostFunctions of about 20 lines each
 * @returns {string}
 */
export function cSource(seed, unit, mostFunctions) {
  const random = new Random(`source ${seed} ${unit}`);
  const table = Array.from({ length: 64 }, () => `${Math.floor(random.next() * 2 ** 32)}u`).join(
    ", ",
  );
  return [
    "extern void log_line(const char *format, ...);",
    "extern unsigned verbosity;",
    `const char stamp_${unit}[] = "${STAMP}";`,
    `static const unsigned table[] = {${table}};`,
    ...Array.from({ length: random.size(10, mostFunctions) }, (_, index) =>
      cFunction(random, index),
    ),
    "",
  ].join("\n");
}
