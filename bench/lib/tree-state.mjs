import {
  chmodSync,
  closeSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";

import xxhash from "xxhash-wasm";

/** Number of files between two pauses in which Ctrl-C is handled. */
const FILES_BETWEEN_PAUSES = 2_000;

const hasher = await xxhash();

/**
 * The state of a tree after a run.
 * @typedef {object} Finding
 * @property {number} inodes number of inodes of non-empty files
 * @property {string[]} missing paths that are gone
 * @property {string[]} extra paths that are new
 * @property {string[]} changed paths whose contents have changed
 * @property {Float64Array} inodeOf the inode of each file, 0 if it is missing
 */

/**
 * The original state of a tree: the size, time, mode and content hash of every path. Finds out what a tool did to the
 * tree, and breaks the links that the tool made. None of this is part of a measured time.
 */
export class TreeState {
  #root;
  #signal;
  /** Relative paths, sorted. @type {string[]} */
  #paths;
  #sizes;
  #times;
  #modes;
  #hashes;

  /** Number of non-empty files. */
  files = 0;
  /** Total size of these files. */
  bytes = 0;
  /** Number of their inodes once all duplicates are linked. */
  expectedInodes = 0;

  /** @param {string} root @param {AbortSignal} signal */
  constructor(root, signal) {
    this.#root = root;
    this.#signal = signal;
    this.#paths = namesBelow(root);
    this.#sizes = new Float64Array(this.#paths.length);
    this.#times = new Float64Array(this.#paths.length);
    this.#modes = new Uint32Array(this.#paths.length);
    this.#hashes = new BigUint64Array(this.#paths.length);
  }

  /**
   * Reads a whole tree, which also brings it into the cache.
   * @param {string} root
   * @param {AbortSignal} signal
   */
  static async record(root, signal) {
    const state = new TreeState(root, signal);
    const contents = new Set();
    for (let index = 0; index < state.#paths.length; index++) {
      const status = lstatSync(state.#path(index));
      state.#sizes[index] = status.size;
      state.#times[index] = status.mtimeMs / 1000;
      state.#modes[index] = status.mode & 0o7777;
      state.#hashes[index] = hashOf(state.#path(index));
      if (status.size === 0) continue;
      state.files++;
      state.bytes += status.size;
      contents.add(`${status.size} ${state.#hashes[index]}`);
      await state.#pause(index);
    }
    state.expectedInodes = contents.size;
    return state;
  }

  /** Checks every path and reads every inode. @returns {Promise<Finding>} */
  async check() {
    const there = new Set(namesBelow(this.#root));
    const hashes = new Map();
    const inodes = new Set();
    const finding = {
      inodes: 0,
      missing: [],
      extra: [],
      changed: [],
      inodeOf: new Float64Array(this.#paths.length),
    };
    const { missing, changed, inodeOf } = /** @type {Finding} */ (finding);
    for (const [index, path] of this.#paths.entries()) {
      await this.#pause(index);
      if (!there.delete(path)) {
        missing.push(path);
        continue;
      }
      const { ino, size } = lstatSync(this.#path(index));
      inodeOf[index] = ino;
      if (!hashes.has(ino)) hashes.set(ino, hashOf(this.#path(index)));
      if (size !== this.#sizes[index] || hashes.get(ino) !== this.#hashes[index])
        changed.push(path);
      if (size > 0) inodes.add(ino);
    }
    return { ...finding, inodes: inodes.size, extra: [...there] };
  }

  /**
   * Restores every path with its own inode, content, time and mode: paths that share an inode with an earlier one are
   * written again, all others stay as they are. The caller syncs afterwards.
   * @param {Finding} finding the current state
   * @returns {Promise<boolean>} false if contents are lost
   */
  async restore(finding) {
    if (finding.changed.length > 0) return false;
    for (const path of finding.extra) rmSync(join(this.#root, path));
    const seen = new Set();
    const sources = finding.missing.length > 0 ? this.#contentSources(finding) : new Map();
    for (const index of this.#paths.keys()) {
      await this.#pause(index);
      const path = this.#path(index);
      const inode = finding.inodeOf[index];
      const source = inode === 0 ? sources.get(this.#hashes[index]) : path;
      if (source === undefined) return false;
      if (inode === 0 || seen.has(inode)) {
        const bytes = readFileSync(source);
        if (inode !== 0) unlinkSync(path);
        writeFileSync(path, bytes, { flag: "wx" });
      }
      seen.add(inode);
      this.#restoreAttributes(index);
    }
    return true;
  }

  /** @param {number} index */
  #restoreAttributes(index) {
    const path = this.#path(index);
    const status = lstatSync(path);
    if ((status.mode & 0o7777) !== this.#modes[index]) chmodSync(path, this.#modes[index]);
    if (status.mtimeMs / 1000 !== this.#times[index])
      utimesSync(path, this.#times[index], this.#times[index]);
  }

  /** A path for each content that still exists, by its hash. @param {Finding} finding @returns {Map<bigint, string>} */
  #contentSources(finding) {
    const sources = new Map();
    for (const index of this.#paths.keys()) {
      if (finding.inodeOf[index] !== 0) sources.set(this.#hashes[index], this.#path(index));
    }
    return sources;
  }

  /** @param {number} index */
  #path(index) {
    return `${this.#root}/${this.#paths[index]}`;
  }

  /** @param {number} index */
  async #pause(index) {
    if (index % FILES_BETWEEN_PAUSES !== 0) return;
    await setImmediate();
    this.#signal.throwIfAborted();
  }
}

/** The relative paths of all entries that are not directories, sorted. @param {string} root @returns {string[]} */
function namesBelow(root) {
  const names = [];
  const dirs = [""];
  for (let dir = dirs.pop(); dir !== undefined; dir = dirs.pop()) {
    for (const entry of readdirSync(join(root, dir), { withFileTypes: true })) {
      const path = dir === "" ? entry.name : `${dir}/${entry.name}`;
      if (entry.isDirectory()) dirs.push(path);
      else names.push(path);
    }
  }
  return names.toSorted((a, b) => (a < b ? -1 : 1));
}

let buffer = Buffer.allocUnsafe(1 << 20);

/** The XXH64 of a file, which detects errors but no malicious changes. @param {string} path @returns {bigint} */
function hashOf(path) {
  const descriptor = openSync(path, "r");
  try {
    const { size } = fstatSync(descriptor);
    if (size > buffer.length) buffer = Buffer.allocUnsafe(size);
    let filled = 0;
    for (let got = 1; got > 0 && filled < size; filled += got)
      got = readSync(descriptor, buffer, filled, size - filled, -1);
    return hasher.h64Raw(buffer.subarray(0, filled));
  } finally {
    closeSync(descriptor);
  }
}
