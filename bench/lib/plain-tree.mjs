import { Contents, KINDS } from "./contents.mjs";
import { Random } from "./random.mjs";

/** @typedef {import('./contents.mjs').Kind} Kind */
/** @typedef {import('./tree-writer.mjs').TreeWriter} TreeWriter */

/**
 * @typedef {object} PlainTree
 * @property {number} files how many in all
 * @property {number[]} sets the sizes of the duplicate sets; all other files are different
 * @property {Kind[]} kinds drawn evenly
 * @property {(random: Random) => number} size bytes of one content
 * @property {number} filesPerFolder
 */

/**
 * Writes a tree of generated artifacts, the members of each duplicate set scattered over all directories.
 * A content is made anew for each of its names: a million files need no more memory than their numbers.
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
 * Sizes of duplicate sets, drawn until they hold this many files that could go.
 * @param {Random} random
 * @param {number} duplicates files in excess of one a set
 * @param {(random: Random) => number} size members of one set
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

/** Which content each file has, before shuffling. @param {number} files @param {number[]} sets */
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

/** Directories three deep, as packages and build directories are. @param {number} index @param {number} perFolder @param {string} ending */
function plainPath(index, perDir, ending) {
  const dir = Math.floor(index / perDir);
  return `group${Math.floor(dir / 200)}/package_${Math.floor(dir / 8) % 25}/part_${dir % 8}/unit_${index}${ending}`;
}
