import { Contents, KINDS } from "./contents.mjs";
import { Random } from "./random.mjs";

/** @typedef {import('./contents.mjs').Kind} Kind */
/** @typedef {import('./tree-writer.mjs').TreeWriter} TreeWriter */

/**
 * @typedef {object} PlainTree
 * @property {number} files number of files
 * @property {number[]} sets the sizes of the duplicate sets; all other files differ
 * @property {Kind[]} kinds chosen from evenly
 * @property {(random: Random) => number} size of one content in bytes
 * @property {number} filesPerDir
 */

/**
 * Writes a tree of generated artifacts, with the members of each duplicate set scattered over all directories.
 * Each file's content is generated when it is written, so even a million files need little memory.
 * @param {TreeWriter} tree
 * @param {number} seed
 * @param {PlainTree} shape
 */
export async function writePlainTree(tree, seed, shape) {
  const contents = new Contents(seed);
  const numbers = contentNumbers(shape.files, shape.sets);
  new Random(`order ${seed}`).shuffle(numbers);
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index];
    const random = new Random(`content ${seed} ${number}`);
    const kind = random.pick(shape.kinds);
    const bytes = contents.make(kind, shape.size(random), number);
    await tree.write(
      plainPath(index, shape.filesPerDir, KINDS[kind].ending),
      bytes,
      KINDS[kind].mode,
    );
  }
}

/**
 * Draws sizes of duplicate sets until the sets contain this many redundant files.
 * @param {Random} random
 * @param {number} duplicates files beyond the first of each set
 * @param {(random: Random) => number} size number of members of one set
 * @returns {number[]}
 */
export function drawSets(random, duplicates, size) {
  const sets = [];
  for (let left = Math.round(duplicates); left > 0;) {
    const members = Math.min(size(random), left + 1);
    sets.push(members);
    left -= members - 1;
  }
  return sets;
}

/** The number of the content of each file, before shuffling. @param {number} files @param {number[]} sets */
function contentNumbers(files, sets) {
  const numbers = new Uint32Array(files);
  let filled = 0;
  let number = 0;
  for (const members of sets) {
    numbers.fill(number++, filled, filled + members);
    filled += members;
  }
  while (filled < files) numbers[filled++] = number++;
  return numbers;
}

/** A path three directories deep, as in packages and build directories. @param {number} index @param {number} perDir @param {string} ending */
function plainPath(index, perDir, ending) {
  const dir = Math.floor(index / perDir);
  return `group${Math.floor(dir / 200)}/package_${Math.floor(dir / 8) % 25}/part_${dir % 8}/unit_${index}${ending}`;
}
