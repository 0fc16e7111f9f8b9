import { drawSets, writePlainTree } from "../lib/plain-tree.mjs";
import { Random } from "../lib/random.mjs";

/** @type {import('./index.mjs').Tree} */
export const million = {
  name: "million",
  about:
    "a million small files, a fifth duplicates: is the memory bounded, is the time linear? (one run)",
  sizes: { quick: { files: 20_000 }, full: { files: 1_000_000 } },
  bytes: 5e9,
  mostRuns: 1,
  goals: [{ mode: "link", words: "peak ≤ 400 MB", peakMegabytes: 400 }],
  make: (tree, { files }, seed) =>
    writePlainTree(tree, seed, {
      files,
      sets: drawSets(new Random(`sets ${seed}`), files / 5, (random) => random.integer(2, 12)),
      kinds: ["object", "bytecode"],
      size: (random) => random.size(200, 4_000),
      filesPerDir: 100,
    }),
};
