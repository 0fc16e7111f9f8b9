import { closeSync, fchmodSync, futimesSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";

import { Random } from "./random.mjs";

/** Files written between two looks at the clock and at Ctrl-C. */
const FILES_BETWEEN_PAUSES = 512;

/** The first modification time in a tree, seconds since 1970; each file gets one of the 30 days after it. */
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

  /** Things the reader of the figures should know about this tree. @type {string[]} */
  notes = [];

  /**
   * @param {string} root an existing directory
   * @param {number} seed of the modification times
   * @param {AbortSignal} signal
   */
  constructor(root, seed, signal) {
    this.#root = root;
    this.#signal = signal;
    this.#random = new Random(`times ${seed}`);
  }

  /** The directory the tree is made in. */
  get root() {
    return this.#root;
  }

  /** Rejects when the run is to stop. */
  get signal() {
    return this.#signal;
  }

  /**
   * Creates one file with whole seconds as its modification time (so that any tool can put it back).
   * @param {string} path relative to the root
   * @param {Uint8Array} bytes
   * @param {number} [mode] permission bits, whatever the umask is
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
