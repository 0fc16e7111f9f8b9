import { parseArgs } from "node:util";

import { TREES } from "../trees/index.mjs";

/** @typedef {import('../trees/index.mjs').Mode} Mode */
/** @typedef {import('../trees/index.mjs').Tree} Tree */

/** @type {Mode[]} */
const MODES = ["scan", "link", "again"];

const DEFAULT_DEDUPE = `${process.execPath} ${new URL("../../bin/dedupe.js", import.meta.url).pathname}`;

export const USAGE = `usage: npm run bench -- [options]

Times dedupe and the other tools that are installed on generated trees, and checks the results.

  --quick              small trees, few runs: a few minutes at most
  --trees a,b          use only these trees (default: all; see --list)
  --tools x,y          use only these other tools ("none": only dedupe)
  --modes scan,link    use only these modes: scan (change nothing), link, again (link a linked tree)
  --runs N             run each command N times (default 5, with --quick 3)
  --timeout SECONDS    kill a command after this time (default 120, with --quick 5)
  --cold               drop the tree from memory before each run (needs root)
  --fresh              do not sync the tree before a run: files as just written
  --dedupe COMMAND     the dedupe command; repeat to compare builds (default: node bin/dedupe.js)
  --dir DIRECTORY      create the trees there (default: an ext4 image in memory, or $TMPDIR without root)
  --no-image           do not use an image
  --seed N             seed for the generated trees (default 1)
  --json FILE          write all figures to FILE
  --list               list the trees and exit
`;

/**
 * @typedef {object} Options
 * @property {boolean} quick
 * @property {Tree[]} trees
 * @property {string[] | undefined} tools names of other tools; undefined: all
 * @property {Mode[]} modes
 * @property {number} runs
 * @property {number} timeout seconds
 * @property {boolean} cold
 * @property {boolean} fresh
 * @property {string[]} dedupe commands
 * @property {string | undefined} dir
 * @property {boolean} image
 * @property {number} seed
 * @property {string | undefined} json
 * @property {boolean} list
 * @property {boolean} help
 */

/** An invalid command line. */
export class UsageError extends Error {}

/**
 * Parses the command line and fills in the defaults.
 * @param {string[]} words
 * @returns {Options}
 * @throws {UsageError}
 */
export function parseOptions(words) {
  const typed = parse(words);
  const quick = typed.quick ?? false;
  return {
    quick,
    trees: chosen(
      "--trees",
      typed.trees,
      TREES.map(({ name }) => name),
    ).map(treeNamed),
    tools: typed.tools?.split(","),
    modes: /** @type {Mode[]} */ (chosen("--modes", typed.modes, MODES)),
    runs: positive("--runs", typed.runs, quick ? 3 : 5),
    timeout: positive("--timeout", typed.timeout, quick ? 5 : 120),
    cold: typed.cold ?? false,
    fresh: typed.fresh ?? false,
    dedupe: typed.dedupe ?? [DEFAULT_DEDUPE],
    dir: typed.dir,
    image: !(typed["no-image"] ?? false),
    seed: positive("--seed", typed.seed, 1),
    json: typed.json,
    list: typed.list ?? false,
    help: typed.help ?? false,
  };
}

/** @param {string[]} words */
function parse(words) {
  try {
    return parseArgs({
      args: words,
      options: {
        quick: { type: "boolean" },
        trees: { type: "string" },
        tools: { type: "string" },
        modes: { type: "string" },
        runs: { type: "string" },
        timeout: { type: "string" },
        cold: { type: "boolean" },
        fresh: { type: "boolean" },
        dedupe: { type: "string", multiple: true },
        dir: { type: "string" },
        "no-image": { type: "boolean" },
        seed: { type: "string" },
        json: { type: "string" },
        list: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} option @param {string | undefined} list @param {string[]} known @returns {string[]} in the order of `known` */
function chosen(option, list, known) {
  if (list === undefined) return known;
  const wanted = list.split(",");
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`${option}: unknown "${unknown}"; choose from ${known.join(", ")}`);
  return known.filter((name) => wanted.includes(name));
}

/** @param {string} wanted */
function treeNamed(wanted) {
  return /** @type {Tree} */ (TREES.find(({ name }) => name === wanted));
}

/** @param {string} option @param {string | undefined} text @param {number} fallback */
function positive(option, text, fallback) {
  if (text === undefined) return fallback;
  const number = Number(text);
  if (!(number > 0)) throw new UsageError(`${option}: "${text}" is not a positive number`);
  return number;
}
