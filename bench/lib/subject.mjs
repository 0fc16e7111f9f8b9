import { TreeState } from "./tree-state.mjs";
import { TreeWriter } from "./tree-writer.mjs";

/** @typedef {import('../trees/index.mjs').Tree} Tree */
/** @typedef {import('./results.mjs').Result} Result */
/** @typedef {import('./tree-state.mjs').Finding} Finding */

/** A peer that took more than this share of the timeout is not run again. */
const SLOW_SHARE = 0.15;

/** One tree: creates it, times commands on it, checks what they did, and restores it. */
export class Subject {
  #bench;
  #tree;
  #root = "";
  #state = /** @type {TreeState} */ (/** @type {unknown} */ (undefined));
  /** @type {Finding | undefined} */
  #finding;

  /** Whether the tree was written to since the last sync. */
  #written = true;

  /** Remarks of the code that created the tree. @type {string[]} */
  notes = [];

  /** @param {import('./compare.mjs').Bench} bench @param {Tree} tree */
  constructor(bench, tree) {
    this.#bench = bench;
    this.#tree = tree;
  }

  get state() {
    return this.#state;
  }

  /** Creates the tree on an empty file system and reads it once. */
  async make() {
    const { options, workspace, signal } = this.#bench;
    this.#root = workspace.fresh();
    const writer = new TreeWriter(this.#root, options.seed, signal);
    await this.#tree.make(writer, this.#tree.sizes[options.quick ? "quick" : "full"], options.seed);
    this.notes = writer.notes;
    this.#state = await TreeState.record(this.#root, signal);
  }

  /**
   * Runs a command on the tree and adds its cost to the result.
   * @param {Result} result
   * @param {(dir: string) => string[]} command
   */
  async time(result, command) {
    const { options, workspace, stopwatch, signal } = this.#bench;
    if (this.#written && !options.fresh) workspace.sync();
    this.#written = result.mode !== "scan";
    if (options.cold) workspace.forget();
    const run = await stopwatch.measure(command(this.#root), { timeout: options.timeout, signal });
    result.runs.push(run);
    const slow = result.tool.role === "peer" && run.wallSeconds > SLOW_SHARE * options.timeout;
    if (run.timedOut || slow) result.retired = true;
    if (run.exitCode !== 0 && !run.timedOut) result.problems.add(`exit code ${run.exitCode}`);
  }

  /** Checks every path and content, and adds problems to the result. @param {Result} result */
  async inspect(result) {
    const finding = await this.#state.check();
    this.#finding = finding;
    for (const path of finding.changed.slice(0, 1)) {
      result.problems.add(
        `CONTENTS CHANGED in ${finding.changed.length} files, for example ${path}`,
      );
    }
    if (result.runs.at(-1)?.timedOut) return;
    result.inodes = Math.max(result.inodes ?? 0, finding.inodes);
    for (const path of finding.missing.slice(0, 1)) {
      result.problems.add(`FILES MISSING: ${finding.missing.length}, for example ${path}`);
    }
    for (const path of finding.extra.slice(0, 1)) {
      result.problems.add(`left ${finding.extra.length} files of its own, for example ${path}`);
    }
  }

  /** Restores the tree to its state before the last command; creates it again if contents are lost. */
  async restore() {
    if (this.#finding && !(await this.#state.restore(this.#finding))) await this.make();
    this.#bench.workspace.forgetLinks();
    this.#finding = undefined;
    this.#written = true;
  }
}
