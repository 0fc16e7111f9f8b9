import { median } from "./statistics.mjs";

/** @typedef {import('../trees/index.mjs').Mode} Mode */
/** @typedef {import('./measure.mjs').Measurement} Measurement */
/** @typedef {import('./tools.mjs').Tool} Tool */

/**
 * All runs of one tool in one mode on one tree.
 * @typedef {object} Result
 * @property {Mode} mode
 * @property {Tool} tool
 * @property {Measurement[]} runs
 * @property {boolean} retired too slow to be run once more
 * @property {number | undefined} inodes left after linking, the most of all runs
 * @property {Set<string>} problems what was wrong with any run
 */

/**
 * Medians of a result.
 * @typedef {object} Figures
 * @property {number} wallSeconds
 * @property {number} cpuSeconds user and system
 * @property {number} peakMegabytes 10⁶ bytes; NaN where unknown, as the next
 * @property {number} readMegabytes
 */

/** @param {Result} result @returns {Figures} */
export function figuresOf({ runs }) {
  const middle = (/** @type {(run: Measurement) => number} */ value) => median(runs.map(value));
  return {
    wallSeconds: middle((run) => run.wallSeconds),
    cpuSeconds: middle((run) => run.userSeconds + run.systemSeconds),
    peakMegabytes: middle((run) => (run.peakKilobytes * 1024) / 1e6),
    readMegabytes: middle((run) => (run.readBytes < 0 ? NaN : run.readBytes / 1e6)),
  };
}

/** Did every run come to its end in time? @param {Result} result */
export const finished = ({ runs }) => runs.length > 0 && !runs.some(({ timedOut }) => timedOut);

/** What all tools did on one tree. */
export class TreeResult {
  /** @type {Map<string, Result>} */
  #results = new Map();

  tree;
  /** Files that are not empty. */
  files = 0;
  /** Bytes in them. */
  bytes = 0;
  /** Inodes once all duplicates are links. */
  expectedInodes = 0;
  /** @type {string[]} */
  notes = [];

  /** @param {import('../trees/index.mjs').Tree} tree */
  constructor(tree) {
    this.tree = tree;
  }

  /** The result of that tool in that mode, an empty one at first. @param {Tool} tool @param {Mode} mode @returns {Result} */
  of(tool, mode) {
    const key = `${tool.name} ${mode}`;
    let result = this.#results.get(key);
    if (!result) {
      result = { mode, tool, runs: [], retired: false, inodes: undefined, problems: new Set() };
      this.#results.set(key, result);
    }
    return result;
  }

  /** All results of a mode that have a run. @param {Mode} mode @returns {Result[]} */
  in(mode) {
    return [...this.#results.values()].filter(
      (result) => result.mode === mode && result.runs.length > 0,
    );
  }

  /** Modes that were run, in order; Node's start alone is none. @returns {Mode[]} */
  get modes() {
    const modes = /** @type {Mode[]} */ (["scan", "link", "again"]);
    return modes.filter((mode) => this.in(mode).some(({ tool }) => tool.role !== "node"));
  }

  /** Did it leave no duplicate, and lose nothing? Who cannot link is not asked. @param {Tool} tool */
  didEverything(tool) {
    return ["link", "again"].every((mode) => {
      const { inodes, problems } = this.of(tool, /** @type {Mode} */ (mode));
      return (inodes === undefined || inodes === this.expectedInodes) && problems.size === 0;
    });
  }

  /** The fastest peer that came to its end and did everything. @param {Mode} mode @returns {Result | undefined} */
  fastestPeer(mode) {
    const peers = this.in(mode).filter((result) => {
      return result.tool.role === "peer" && finished(result) && this.didEverything(result.tool);
    });
    return peers.toSorted((a, b) => figuresOf(a).wallSeconds - figuresOf(b).wallSeconds)[0];
  }

  /** Median seconds of a tool; not a number where it was not run or did not end. @param {string} name @param {Mode} mode */
  secondsOf(name, mode) {
    const result = this.in(mode).find(({ tool }) => tool.name === name);
    return result && finished(result) ? figuresOf(result).wallSeconds : NaN;
  }
}
