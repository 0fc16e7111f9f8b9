import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * The cost of one run of a command.
 * @typedef {object} Measurement
 * @property {number} wallSeconds
 * @property {number} userSeconds of the command and its children
 * @property {number} systemSeconds of the command and its children
 * @property {number} peakKilobytes the largest resident set of any one of its processes; NaN if unknown
 * @property {number} readBytes bytes returned by read(2) and similar calls; -1 if unknown
 * @property {number} exitCode -1 if a signal ended it
 * @property {boolean} timedOut
 */

/** Runs commands one at a time and measures them: with a helper program, or by itself if there is no C compiler. */
export class Stopwatch {
  #helper;
  #scratch;
  #env;

  /**
   * @param {string | undefined} helper the compiled `measure.c`
   * @param {{ scratch: string, cache: string }} dirs for temporary files, and the cache directory of the commands
   */
  constructor(helper, { scratch, cache }) {
    this.#helper = helper;
    this.#scratch = scratch;
    this.#env = { ...process.env, XDG_CACHE_HOME: cache };
  }

  /**
   * @param {string[]} command program and parameters; its output is discarded
   * @param {object} options
   * @param {number} options.timeout in seconds, after which the command and its children are killed
   * @param {AbortSignal} options.signal kills them too; then this rejects
   * @returns {Promise<Measurement>}
   */
  async measure(command, { timeout, signal }) {
    signal.throwIfAborted();
    const measurement = this.#helper
      ? await this.#withHelper(this.#helper, command, timeout, signal)
      : await withoutHelper(command, { cwd: this.#scratch, env: this.#env }, timeout, signal);
    signal.throwIfAborted();
    return measurement;
  }

  /** @param {string} helper @param {string[]} command @param {number} timeout @param {AbortSignal} signal */
  async #withHelper(helper, command, timeout, signal) {
    const result = join(this.#scratch, "measurement.json");
    rmSync(result, { force: true });
    const child = spawn(helper, [result, String(timeout), ...command], {
      cwd: this.#scratch,
      env: this.#env,
      stdio: ["ignore", "ignore", "inherit"],
    });
    await ended(child, signal, () => child.kill("SIGTERM"));
    return /** @type {Measurement} */ (JSON.parse(readFileSync(result, "utf8")));
  }
}

/** Measures wall time only, including the start of the process. @param {string[]} command @param {{ cwd: string, env: NodeJS.ProcessEnv }} place @param {number} timeout @param {AbortSignal} signal @returns {Promise<Measurement>} */
async function withoutHelper([program, ...parameters], place, timeout, signal) {
  const begin = performance.now();
  const child = spawn(program, parameters, { ...place, stdio: "ignore", detached: true });
  const kill = () => child.pid !== undefined && process.kill(-child.pid, "SIGKILL");
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeout * 1000);
  const exitCode = await ended(child, signal, kill);
  clearTimeout(timer);
  const wallSeconds = (performance.now() - begin) / 1000;
  return {
    wallSeconds,
    userSeconds: NaN,
    systemSeconds: NaN,
    peakKilobytes: NaN,
    readBytes: -1,
    exitCode,
    timedOut,
  };
}

/**
 * The exit code of a child, -1 if a signal ended it.
 * @param {import('node:child_process').ChildProcess} child
 * @param {AbortSignal} signal
 * @param {() => unknown} kill called when the signal aborts
 * @returns {Promise<number>}
 */
function ended(child, signal, kill) {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", kill, { once: true });
    child.on("error", reject);
    child.on("close", (code) => {
      signal.removeEventListener("abort", kill);
      resolve(code ?? -1);
    });
  });
}
