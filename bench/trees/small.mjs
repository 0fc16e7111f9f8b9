import { drawSets, writePlainTree } from "../lib/plain-tree.mjs";
import { Random } from "../lib/random.mjs";

/** @type {import('./index.mjs').Tree} */
export const small = {
  name: "small",
  about: "small objects and bytecode files, a fifth duplicates, sets of 2 to 6",
  sizes: { quick: { files: 6_000 }, full: { files: 60_000 } },
  bytes: 600e6,
  goals: [{ mode: "link", words: "≤ 0.8 × fastest peer", seconds: ({ peer }) => 0.8 * peer }],
  make: (tree, { files }, seed) =>
    writePlainTree(tree, seed, {
      files,
      sets: drawSets(new Random(`sets ${seed}`), files / 5, (random) => random.integer(2, 6)),
      kinds: ["object", "bytecode"],
      size: (random) => random.size(300, 40_000),
      filesPerDir: 40,
    }),
};
