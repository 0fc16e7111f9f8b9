import { drawSets, writePlainTree } from "../lib/plain-tree.mjs";
import { Random } from "../lib/random.mjs";

/** @type {import('./index.mjs').Tree} */
export const hundred = {
  name: "hundred",
  about: "100 objects and bytecode files, a third duplicates: the cost of starting",
  sizes: { quick: { files: 100 }, full: { files: 100 } },
  bytes: 1e6,
  goals: [{ mode: "link", words: "≤ 1.5 × node -e 0", seconds: ({ node }) => 1.5 * node }],
  make: (tree, { files }, seed) =>
    writePlainTree(tree, seed, {
      files,
      sets: drawSets(new Random(`sets ${seed}`), files / 3, (random) => random.integer(2, 4)),
      kinds: ["object", "bytecode"],
      size: (random) => random.size(400, 40_000),
      filesPerDir: 10,
    }),
};
