import { Contents, KINDS } from "../lib/contents.mjs";
import { Random } from "../lib/random.mjs";

/** Where the second file of a pair differs from the first. */
const DIFFERENCES = ["none", "none", "first", "middle", "last"];

/** The share of pairs with the same size as the previous pair, so that four or more files are candidates. */
const SAME_SIZE_SHARE = 0.1;

/** @param {string} difference @param {number} size @returns {number} the offset of the byte that differs, -1 for none */
function differingByte(difference, size) {
  if (difference === "first") return 1_000;
  if (difference === "middle") return size >> 1;
  return difference === "last" ? size - 1 : -1;
}

/** @type {import('./index.mjs').Tree} */
export const large = {
  name: "large",
  about:
    "pairs of large libraries and programs: two fifths identical, the others differ in the first, a middle or the last block",
  sizes: { quick: { pairs: 15, most: 8e6 }, full: { pairs: 130, most: 64e6 } },
  bytes: 4.5e9,
  goals: [{ mode: "link", words: "≤ 0.7 × fastest peer", seconds: ({ peer }) => 0.7 * peer }],
  make: async (tree, { pairs, most }, seed) => {
    const contents = new Contents(seed);
    const random = new Random(`pairs ${seed}`);
    let size = 0;
    for (let pair = 0; pair < pairs; pair++) {
      const kind = random.pick(/** @type {const} */ (["library", "executable"]));
      const { ending, mode } = KINDS[kind];
      if (pair === 0 || !random.chance(SAME_SIZE_SHARE)) size = random.size(1e6, most);
      const bytes = contents.make(kind, size, pair);
      await tree.write(`release/product_${pair}${ending}`, bytes, mode);
      const at = differingByte(DIFFERENCES[pair % DIFFERENCES.length], bytes.length);
      if (at >= 0) bytes[at] ^= 1;
      await tree.write(`debug/product_${pair}${ending}`, bytes, mode);
    }
  },
};
