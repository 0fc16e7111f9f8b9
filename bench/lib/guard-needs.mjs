import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Sizes of the blocks that the program reads from a file: the first, the second, all further ones. */
const BLOCKS = [4 * 1024, 124 * 1024, 512 * 1024];
/** Bytes of directory entries that the C library reads per call. */
const ENTRIES_AT_ONCE = 32 * 1024;
/** Names in the trees of the guard that are not artifacts. */
const SOURCE = /\.(?:c|h|py|txt|json)$/;

/**
 * One stored file.
 * @typedef {object} Inode
 * @property {string[]} names absolute paths
 * @property {number} size
 * @property {bigint} number
 */

/** What proving and linking a tree requires at least, computed from the tree in a simple way. */
export class Needs {
  #root;
  /** Source files and symbolic links, which are not artifacts. @type {Set<string>} */
  #others = new Set();
  /** Every directory, with the number of calls that reading its entries takes. @type {Map<string, number>} */
  dirs = new Map();
  /** Paths that may be artifacts. @type {Map<string, bigint>} */
  inodeOf = new Map();
  /** Inodes whose size another inode has too: these must be read. @type {Set<bigint>} */
  candidates = new Set();
  /**
   * How many of them have the same first block as another one, and the bytes in these blocks. Only these are checked
   * for changes since the walk, and, before they are linked, for writers; after that, the block is read again.
   */
  alike = 0;
  alikeBytes = 0;
  /** Number of blocks to read from them, and the bytes in these blocks. */
  blocks = 0;
  bytes = 0;
  /** The duplicate sets. @type {Inode[][]} */
  sets = [];

  /** @param {string} root a real path */
  constructor(root) {
    this.#root = root;
    /** @type {Map<bigint, Inode>} */
    const inodes = new Map();
    this.#walk(root, inodes);
    const bySize = groupBy([...inodes.values()], ({ size }) => size);
    for (const [size, members] of bySize) {
      if (size === 0 || members.length < 2) continue;
      for (const { number } of members) this.candidates.add(number);
      this.#prove(members, size);
    }
    this.toRead = this.candidates.size;
  }

  /**
   * How many candidates must be opened: none if an earlier run remembers that all of them differ, and nothing has changed.
   */
  toRead = 0;

  /** What a run needs if an earlier one remembers what it has compared: only the walk. */
  asRemembered() {
    Object.assign(this, { toRead: 0, alike: 0, alikeBytes: 0 });
    Object.assign(this, { blocks: 0, bytes: 0, sets: [] });
    return this;
  }

  /** The class of file of a path. @param {string} path */
  classOf(path) {
    if (this.dirs.has(path)) return "directory";
    if (basename(path).startsWith(".dedupe-")) return "temporary";
    const inode = this.inodeOf.get(path);
    if (inode !== undefined) return this.candidates.has(inode) ? "candidate" : "single";
    return this.#others.has(path) ? "source" : "absent";
  }

  /** Counts the paths that may be artifacts: those of candidates, or all others. @param {boolean} candidates */
  countNames(candidates) {
    let count = 0;
    for (const inode of this.inodeOf.values())
      if (this.candidates.has(inode) === candidates) count += 1;
    return count;
  }

  /** @param {string} dir @param {Map<bigint, Inode>} inodes */
  #walk(dir, inodes) {
    let bytes = 48; // "." and ".."
    const entries = readdirSync(dir, { withFileTypes: true });
    for (const { name } of entries) bytes += Math.ceil((20 + Buffer.byteLength(name)) / 8) * 8;
    // The last call finds no more entries.
    this.dirs.set(dir, Math.ceil(bytes / ENTRIES_AT_ONCE) + 1);
    for (const entry of entries) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) this.#walk(path, inodes);
      else if (!entry.isFile() || SOURCE.test(entry.name)) this.#others.add(path);
      else this.#addFile(path, inodes);
    }
  }

  /** @param {string} path @param {Map<bigint, Inode>} inodes */
  #addFile(path, inodes) {
    const { ino: number, size } = lstatSync(path, { bigint: true });
    this.inodeOf.set(path, number);
    const known = inodes.get(number);
    if (known === undefined) inodes.set(number, { names: [path], size: Number(size), number });
    else known.names.push(path);
  }

  /**
   * Reads each file of one size as long as another one is equal so far: duplicates completely, others up to and
   * including the first block that differs.
   * @param {Inode[]} members @param {number} size
   */
  #prove(members, size) {
    const contents = new Map(members.map((member) => [member, readFileSync(member.names[0])]));
    let parts = [members];
    for (let block = 0, offset = 0; offset < size; block++) {
      const end = Math.min(size, offset + BLOCKS[Math.min(block, BLOCKS.length - 1)]);
      for (const { length } of parts) {
        this.blocks += length;
        this.bytes += length * (end - offset);
      }
      const from = offset;
      /** @param {Inode} member */
      const blockOf = (member) =>
        /** @type {Buffer} */ (contents.get(member)).latin1Slice(from, end);
      parts = parts.flatMap((part) => [...groupBy(part, blockOf).values()]);
      parts = parts.filter(({ length }) => length > 1);
      if (block === 0) {
        for (const { length } of parts) {
          this.alike += length;
          this.alikeBytes += length * end;
        }
        parts = parts.filter(([first]) => isArtifact(first, blockOf(first)));
      }
      offset = end;
    }
    this.sets.push(...parts);
  }

  /**
   * Compares the tree with its state before linking.
   * @returns {{ links: string[], keepers: string[], left: number, changed: string[] }} paths that lead to another
   *   inode than before, one path of each of these inodes, how many of these have the size of another inode, the number
   *   of duplicate sets left, and paths that are gone
   */
  linked() {
    const now = new Needs(this.#root);
    const links = [];
    const keepers = [];
    for (const set of this.sets) {
      const names = set.flatMap((inode) => inode.names);
      const moved = names.filter((name) => now.inodeOf.get(name) !== this.inodeOf.get(name));
      links.push(...moved);
      const kept = new Set(moved.map((name) => now.inodeOf.get(name)));
      keepers.push(...set.filter(({ number }) => kept.has(number)).map((inode) => inode.names[0]));
    }
    const mixed = keepers.filter((name) => now.candidates.has(now.inodeOf.get(name) ?? -1n)).length;
    const changed = [...this.inodeOf.keys()].filter((name) => !now.inodeOf.has(name));
    return { links, keepers, mixed, left: now.sets.length, changed };
  }

  /** The directories of these paths, and all directories above them in the tree. @param {Iterable<string>} paths */
  dirsUpFrom(paths) {
    const found = new Set();
    for (const path of paths)
      for (let dir = dirname(path); !found.has(dir) && this.dirs.has(dir); dir = dirname(dir))
        found.add(dir);
    return found;
  }

  /** How many directories hold candidates. */
  get candidateDirs() {
    const dirs = new Set();
    for (const [path, inode] of this.inodeOf)
      if (this.candidates.has(inode)) dirs.add(dirname(path));
    return dirs.size;
  }

  /** How many levels a directory is below the root. @param {string} dir */
  depth(dir) {
    return dir.slice(this.#root.length).split("/").length - 1;
  }
}

/** In these trees, a file without a name extension is a program (ELF) or a text. @param {Inode} inode @param {string} head */
function isArtifact({ names }, head) {
  return basename(names[0]).includes(".") || head.startsWith("\x7fELF");
}

/** @template T, K @param {T[]} items @param {(item: T) => K} keyOf @returns {Map<K, T[]>} */
function groupBy(items, keyOf) {
  /** @type {Map<K, T[]>} */
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
