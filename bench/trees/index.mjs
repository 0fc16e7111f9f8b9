import { checkouts } from "./checkouts.mjs";
import { hundred } from "./hundred.mjs";
import { large } from "./large.mjs";
import { many } from "./many.mjs";
import { million } from "./million.mjs";
import { nothing } from "./nothing.mjs";
import { objects } from "./objects.mjs";
import { oneSize } from "./one-size.mjs";
import { python } from "./python.mjs";
import { small } from "./small.mjs";

/**
 * What is measured on a tree: finding the duplicates, finding and linking them, and linking again when all
 * duplicates are linked.
 * @typedef {'scan' | 'link' | 'again'} Mode
 */

/**
 * Medians of one tree and mode, in seconds, on which goals are based.
 * @typedef {object} Medians
 * @property {number} node `node -e 0`
 * @property {number} peer the fastest peer that did everything
 * @property {(tool: string) => number} of one tool; NaN if it was not measured
 */

/**
 * @typedef {object} Goal
 * @property {Mode} mode
 * @property {string} words
 * @property {(medians: Medians) => number} [seconds] the most time it may take
 * @property {number} [peakMegabytes] the most memory it may use
 */

/**
 * @typedef {object} Tree
 * @property {string} name
 * @property {string} about one line
 * @property {{ quick: any, full: any }} sizes parameters of `make`, for each scale
 * @property {number} bytes approximate disk space of the full tree
 * @property {Mode[]} [modes] default all
 * @property {number} [mostRuns]
 * @property {Goal[]} goals
 * @property {(tree: import('../lib/tree-writer.mjs').TreeWriter, size: any, seed: number) => Promise<void>} make
 *   writes the files; the same seed gives the same tree (with the same compiler or Python)
 */

/** All trees, small ones first. @type {Tree[]} */
export const TREES = [
  hundred,
  python,
  small,
  objects,
  many,
  large,
  oneSize,
  nothing,
  checkouts,
  million,
];
