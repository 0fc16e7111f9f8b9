import { drawSets, writePlainTree } from "../lib/plain-tree.mjs";
import { Random } from "../lib/random.mjs";

/** The size of a set, from 2 to `most`: most sets are small, a few are huge. @param {Random} random @param {number} most */
function members(random, most) {
  return Math.floor(2 * (most / 2) ** (random.next() ** 3));
}

/** @type {import('./index.mjs').Tree} */
export const many = {
  name: "many",
  about: "small files, a third duplicates, sets of 2 to 5,000 (quick: to 500)",
  sizes: { quick: { files: 20_000, largestSet: 500 }, full: { files: 200_000, largestSet: 5_000 } },
  bytes: 1.2e9,
  goals: [{ mode: "link", words: "≤ 0.6 × fastest peer", seconds: ({ peer }) => 0.6 * peer }],
  make: (tree, { files, largestSet }, seed) => {
    const drawn = files / 3 - largestSet;
    const random = new Random(`sets ${seed}`);
    return writePlainTree(tree, seed, {
      files,
      sets: [largestSet, ...drawSets(random, drawn, () => members(random, largestSet))],
      kinds: ["object", "bytecode"],
      size: (each) => each.size(200, 4_000),
      filesPerDir: 50,
    });
  },
};
