import { closeSync, fchmodSync, futimesSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";

import { Random } from "./random.mjs";

/** Number of files between two pauses in which Ctrl-C is handled. */
const FILES_BETWEEN_PAUSES = 512;

/** The earliest modification time in a tree, in seconds since 1970; times are within 30 days after it. */
const FIRST_TIME = 1_700_000_000;
const TIME_SPAN = 30 * 86_400;

/** Writes the files of one tree. */
export class TreeWriter {
  #root;
  #signal;
  #random;
  /** @type {Set<string>} */
  #dirs = new Set();

  /** Files written so far. */
  count = 0;

  /** Remarks about this tree for the report. @type {string[]} */
  notes = [];

  /**
   * @param {string} root an existing directory
   * @param {number} seed for the modification times
   * @param {AbortSignal} signal
   */
  constructor(root, seed, signal) {
    this.#root = root;
    this.#signal = signal;
    this.#random = new Random(`times ${seed}`);
  }

  /** The directory of the tree. */
  get root() {
    return this.#root;
  }

  /** Aborts when the run is to stop. */
  get signal() {
    return this.#signal;
  }

  /**
   * Creates a file. Its modification time is in whole seconds, which any tool can restore.
   * @param {string} path relative to the root
   * @param {Uint8Array} bytes
   * @param {number} [mode] permission bits, regardless of the umask
   */
  async write(path, bytes, mode = 0o644) {
    const dir = dirname(path);
    if (!this.#dirs.has(dir)) {
      mkdirSync(join(this.#root, dir), { recursive: true });
      this.#dirs.add(dir);
    }
    const descriptor = openSync(join(this.#root, path), "wx", mode);
    try {
      for (let written = 0; written < bytes.length;)
        written += writeSync(descriptor, bytes, written);
      fchmodSync(descriptor, mode);
      const time = FIRST_TIME + this.#random.integer(0, TIME_SPAN);
      futimesSync(descriptor, time, time);
    } finally {
      closeSync(descriptor);
    }
    if (++this.count % FILES_BETWEEN_PAUSES === 0) {
      await setImmediate();
      this.#signal.throwIfAborted();
    }
  }
}
