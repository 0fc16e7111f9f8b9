import { linkSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { Contents, KINDS } from "./contents.mjs";
import { drawSets, writePlainTree } from "./plain-tree.mjs";
import { Random } from "./random.mjs";

/** @typedef {import('./tree-writer.mjs').TreeWriter} TreeWriter */

const SEED = 6;
/** Fewer than the directories that one task keeps open, so that each is opened once. */
const DIRS = 48;

/**
 * One file of the mixed tree.
 * @typedef {object} Item
 * @property {string} ending of the name; "" for a program
 * @property {Buffer} bytes
 * @property {number} mode
 * @property {number} names number of hard links
 */

/**
 * Writes about 1,500 files with every case that costs calls: files of a unique size; files of one size that differ in
 * the first or a later block; duplicates of one and of many blocks; files with several links; sources; texts that may
 * be programs by their names. Fewer than 200 of them are to be linked, which is one task.
 * @param {TreeWriter} tree
 */
export async function writeMixedTree(tree) {
  const items = new Random(`order ${SEED}`).shuffle(mixedItems());
  for (const [index, { ending, bytes, mode, names }] of items.entries()) {
    const path = mixedPath(index, ending);
    await tree.write(path, bytes, mode);
    for (let name = 1; name < names; name++) {
      const other = mixedPath(index + name * 17, `-link${name}-${index}${ending}`);
      linkSync(join(tree.root, path), join(tree.root, other));
    }
  }
  for (const index of [0, 1, 2])
    symlinkSync(`unit_${index}.o`, join(tree.root, `${mixedDir(index)}/symlink_${index}.o`));
}

/**
 * Writes 12,800 small files in 160 directories: several tasks each of walking, reading and linking.
 * @param {TreeWriter} tree
 */
export function writeLargeTree(tree) {
  return writePlainTree(tree, SEED, {
    files: 12_800,
    sets: drawSets(new Random(`sets ${SEED}`), 1_500, (random) => random.integer(2, 6)),
    kinds: ["object", "bytecode"],
    size: (random) => random.size(400, 6_000),
    filesPerDir: 80,
  });
}

/** @returns {Item[]} */
function mixedItems() {
  const contents = new Contents(SEED);
  const random = new Random(`items ${SEED}`);
  /** @type {Item[]} */
  const items = [];
  let number = 0;
  let size = 1_000;
  /** A size that no other group of files has. */
  const nextSize = (more = 0) => (size += 7) + more;
  /** @param {Buffer} bytes @param {number} copies @param {import('./contents.mjs').Kind} kind @param {number} [names] of the first copy */
  const add = (bytes, copies, kind, names = 1) => {
    const { ending, mode } = KINDS[kind];
    for (let copy = 0; copy < copies; copy++)
      items.push({ ending, bytes, mode, names: copy === 0 ? names : 1 });
  };
  const kind = () =>
    random.pick(
      /** @type {const} */ (["object", "object", "bytecode", "bytecode", "library", "executable"]),
    );
  /** @param {number} bytes @param {import('./contents.mjs').Kind} of */
  const make = (bytes, of) => contents.make(of, bytes, number++);

  // Of a unique size: not opened. Some have several links.
  for (let i = 0; i < 600; i++) {
    const own = kind();
    add(make(nextSize(), own), 1, own, i % 30 === 0 ? 3 : 1);
  }
  // Of one size, differing in the first block.
  for (let group = 0; group < 40; group++) {
    const bytes = nextSize(group % 2 === 0 ? 0 : 9_000);
    for (let i = 0; i < 5; i++) add(make(bytes, "object"), 1, "object");
  }
  // Differing in the second, the third, or the last block.
  for (const [length, at, groups] of [
    [60_000, 50_000, 10],
    [400_000, 300_000, 4],
    [2_600_000, 2_400_000, 2],
  ]) {
    for (let group = 0; group < groups; group++) {
      const first = make(nextSize(length), "library");
      for (let i = 0; i < 3; i++) {
        const bytes = Buffer.from(first);
        bytes.writeUInt32LE(i, at);
        add(bytes, 1, "library");
      }
    }
  }
  // Duplicates: pairs and larger sets of one block, of several, of many.
  for (let i = 0; i < 50; i++) add(make(nextSize(), "object"), 2, "object");
  for (let i = 0; i < 12; i++) add(make(nextSize(8_000), "bytecode"), 3, "bytecode");
  add(make(nextSize(), "bytecode"), 30, "bytecode");
  for (let i = 0; i < 5; i++) add(make(nextSize(200_000), "library"), 2, "library");
  for (let i = 0; i < 2; i++) add(make(nextSize(1_700_000), "executable"), 3, "executable");
  // Duplicates and other files of one size.
  for (let group = 0; group < 6; group++) {
    const bytes = nextSize(20_000);
    add(make(bytes, "object"), 2, "object");
    add(make(bytes, "object"), 2, "object");
    add(make(bytes, "object"), 1, "object");
  }
  // Duplicates, one of which has other links already.
  for (let i = 0; i < 6; i++) add(make(nextSize(), "object"), 2, "object", 3);
  // Sources: identical, but never opened.
  for (let i = 0; i < 450; i++) {
    const ending = random.pick([".c", ".h", ".py", ".txt", ".json"]);
    items.push({ ending, bytes: Buffer.alloc(700 + (i % 9), "text\n"), mode: 0o644, names: 1 });
  }
  // Texts without a name extension: only their first block shows that they are not programs.
  const script = Buffer.alloc(nextSize(30_000), "#!/bin/sh\necho\n");
  for (let i = 0; i < 8; i++)
    items.push({ ending: "", bytes: Buffer.from(script), mode: 0o755, names: 1 });
  // Empty files: never linked.
  for (let i = 0; i < 4; i++)
    items.push({ ending: ".o", bytes: Buffer.alloc(0), mode: 0o644, names: 1 });
  return items;
}

/** @param {number} index */
function mixedDir(index) {
  const dir = index % DIRS;
  return `lib${dir % 4}/part${dir % 12}/step${dir}`;
}

/** @param {number} index @param {string} ending */
function mixedPath(index, ending) {
  return `${mixedDir(index)}/unit_${index}${ending}`;
}
