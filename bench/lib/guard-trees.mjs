import { linkSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { Contents, KINDS } from "./contents.mjs";
import { drawSets, writePlainTree } from "./plain-tree.mjs";
import { Random } from "./random.mjs";

/** @typedef {import('./tree-writer.mjs').TreeWriter} TreeWriter */

const SEED = 6;
/** Fewer than a task of links holds directories open, so each is opened once. */
const DIRS = 48;

/**
 * What one file of the mixed tree is.
 * @typedef {object} Item
 * @property {string} ending of the name; "" for a program
 * @property {Buffer} bytes
 * @property {number} mode
 * @property {number} names how many names the file has
 */

/**
 * Some 1,500 files with every case that costs calls: alone in their size, of one size but different in the first or a
 * later block, equal ones of one and of many blocks, files with several names, sources, texts that look like programs.
 * Less than 200 of them are to be linked: one task.
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
 * 4,800 small files in 60 directories: more than one task of the walk, of reading, and of linking.
 * @param {TreeWriter} tree
 */
export function writeLargeTree(tree) {
  return writePlainTree(tree, SEED, {
    files: 4_800,
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
  /** A size that no other group has. */
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

  // Alone in their size: nothing to open. Some have several names.
  for (let i = 0; i < 600; i++) {
    const own = kind();
    add(make(nextSize(), own), 1, own, i % 30 === 0 ? 3 : 1);
  }
  // Of one size, different from the first block on.
  for (let group = 0; group < 40; group++) {
    const bytes = nextSize(group % 2 === 0 ? 0 : 9_000);
    for (let i = 0; i < 5; i++) add(make(bytes, "object"), 1, "object");
  }
  // Different in the second, the third, the fourth block.
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
  // Equal: pairs and sets of one block, of several, of many.
  for (let i = 0; i < 50; i++) add(make(nextSize(), "object"), 2, "object");
  for (let i = 0; i < 12; i++) add(make(nextSize(8_000), "bytecode"), 3, "bytecode");
  add(make(nextSize(), "bytecode"), 30, "bytecode");
  for (let i = 0; i < 5; i++) add(make(nextSize(200_000), "library"), 2, "library");
  for (let i = 0; i < 2; i++) add(make(nextSize(1_700_000), "executable"), 3, "executable");
  // Equal and different ones of one size together.
  for (let group = 0; group < 6; group++) {
    const bytes = nextSize(20_000);
    add(make(bytes, "object"), 2, "object");
    add(make(bytes, "object"), 2, "object");
    add(make(bytes, "object"), 1, "object");
  }
  // Equal, and one of them has other names already.
  for (let i = 0; i < 6; i++) add(make(nextSize(), "object"), 2, "object", 3);
  // Sources: of one size and content, and never looked at.
  for (let i = 0; i < 450; i++) {
    const ending = random.pick([".c", ".h", ".py", ".txt", ".json"]);
    items.push({ ending, bytes: Buffer.alloc(700 + (i % 9), "text\n"), mode: 0o644, names: 1 });
  }
  // Texts without an ending: only their first block tells that they are no programs.
  const script = Buffer.alloc(nextSize(30_000), "#!/bin/sh\necho\n");
  for (let i = 0; i < 8; i++)
    items.push({ ending: "", bytes: Buffer.from(script), mode: 0o755, names: 1 });
  // Empty: equal, and not worth a link.
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
