import { writePlainTree } from "../lib/plain-tree.mjs";

/** @type {import('./index.mjs').Tree} */
export const nothing = {
  name: "nothing",
  about: "objects and bytecode files, all different: nothing to do",
  sizes: { quick: { files: 10_000 }, full: { files: 100_000 } },
  bytes: 1e9,
  modes: ["scan", "link"],
  goals: [{ mode: "link", words: "≤ 1.0 × fastest peer", seconds: ({ peer }) => peer }],
  make: (tree, { files }, seed) =>
    writePlainTree(tree, seed, {
      files,
      sets: [],
      kinds: ["object", "bytecode"],
      size: (random) => random.size(300, 40_000),
      filesPerDir: 50,
    }),
};
