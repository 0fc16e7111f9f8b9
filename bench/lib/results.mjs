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
 * @property {boolean} retired whether it is too slow to be run again
 * @property {number | undefined} inodes left after linking: the maximum of all runs
 * @property {Set<string>} problems what went wrong in any run
 */

/**
 * Medians of a result.
 * @typedef {object} Figures
 * @property {number} wallSeconds
 * @property {number} cpuSeconds user and system
 * @property {number} peakMegabytes 10⁶ bytes; NaN if unknown
 * @property {number} readMegabytes 10⁶ bytes; NaN if unknown
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

/** Whether every run ended in time. @param {Result} result */
export const finished = ({ runs }) => runs.length > 0 && !runs.some(({ timedOut }) => timedOut);

/** The results of all tools on one tree. */
export class TreeResult {
  /** @type {Map<string, Result>} */
  #results = new Map();

  tree;
  /** Number of non-empty files. */
  files = 0;
  /** Total size of these files. */
  bytes = 0;
  /** Number of their inodes once all duplicates are linked. */
  expectedInodes = 0;
  /** @type {string[]} */
  notes = [];

  /** @param {import('../trees/index.mjs').Tree} tree */
  constructor(tree) {
    this.tree = tree;
  }

  /** The result of a tool in a mode; creates an empty one if there is none. @param {Tool} tool @param {Mode} mode @returns {Result} */
  of(tool, mode) {
    const key = `${tool.name} ${mode}`;
    let result = this.#results.get(key);
    if (!result) {
      result = { mode, tool, runs: [], retired: false, inodes: undefined, problems: new Set() };
      this.#results.set(key, result);
    }
    return result;
  }

  /** The results of a mode that have at least one run. @param {Mode} mode @returns {Result[]} */
  in(mode) {
    return [...this.#results.values()].filter(
      (result) => result.mode === mode && result.runs.length > 0,
    );
  }

  /** The modes that were run by more than `node -e 0`, in order. @returns {Mode[]} */
  get modes() {
    const modes = /** @type {Mode[]} */ (["scan", "link", "again"]);
    return modes.filter((mode) => this.in(mode).some(({ tool }) => tool.role !== "node"));
  }

  /** Whether a tool linked all duplicates and lost nothing. True if it did not link. @param {Tool} tool */
  didEverything(tool) {
    return ["link", "again"].every((mode) => {
      const { inodes, problems } = this.of(tool, /** @type {Mode} */ (mode));
      return (inodes === undefined || inodes === this.expectedInodes) && problems.size === 0;
    });
  }

  /** The fastest peer that ended in time and did everything. @param {Mode} mode @returns {Result | undefined} */
  fastestPeer(mode) {
    const peers = this.in(mode).filter((result) => {
      return result.tool.role === "peer" && finished(result) && this.didEverything(result.tool);
    });
    return peers.toSorted((a, b) => figuresOf(a).wallSeconds - figuresOf(b).wallSeconds)[0];
  }

  /** The median time of a tool in seconds; NaN if it was not run or did not end in time. @param {string} name @param {Mode} mode */
  secondsOf(name, mode) {
    const result = this.in(mode).find(({ tool }) => tool.name === name);
    return result && finished(result) ? figuresOf(result).wallSeconds : NaN;
  }
}
