import { drawSets, writePlainTree } from "../lib/plain-tree.mjs";
import { Random } from "../lib/random.mjs";

/** Size of every file in bytes. */
const SIZE = 6_000;

/** @type {import('./index.mjs').Tree} */
export const oneSize = {
  name: "one-size",
  about: `objects of one size (${SIZE} bytes), nine tenths of them different: slow for tools that compare each with each`,
  sizes: { quick: { files: 700 }, full: { files: 20_000 } },
  bytes: 170e6,
  goals: [{ mode: "link", words: "≤ 1.0 × jdupes", seconds: ({ of }) => of("jdupes") }],
  make: (tree, { files }, seed) =>
    writePlainTree(tree, seed, {
      files,
      sets: drawSets(new Random(`sets ${seed}`), files / 10, (random) => random.integer(2, 20)),
      kinds: ["object"],
      size: () => SIZE,
      filesPerDir: 100,
    }),
};
