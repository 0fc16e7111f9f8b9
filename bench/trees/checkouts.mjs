import { Contents, KINDS } from "../lib/contents.mjs";
import { Random } from "../lib/random.mjs";

/** @typedef {import('../lib/contents.mjs').Kind} Kind */

/** Number of checkouts. */
const CHECKOUTS = 6;

/** The share of a checkout's files that differ from those of the others: rebuilt, or containing the path. */
const OWN_SHARE = 0.065;

/** The composition of a build tree: shares of the files, and their sizes in bytes. */
const MIX = /** @type {const} */ ([
  { kind: "object", share: 0.55, least: 1_500, most: 150_000 },
  { kind: "bytecode", share: 0.4, least: 400, most: 60_000 },
  { kind: "library", share: 0.04, least: 15_000, most: 1_000_000 },
  { kind: "executable", share: 0.01, least: 15_000, most: 1_500_000 },
]);

/** @param {Random} random */
function drawFile(random) {
  let left = random.next();
  const part = MIX.find(({ share }) => (left -= share) < 0) ?? MIX[0];
  return { kind: part.kind, size: random.size(part.least, part.most) };
}

/** @type {import('./index.mjs').Tree} */
export const checkouts = {
  name: "checkouts",
  about:
    "six checkouts of one build tree side by side; one file in fifteen differs between them, with the same size",
  sizes: { quick: { filesEach: 1_000 }, full: { filesEach: 14_700 } },
  bytes: 3.2e9,
  goals: [
    { mode: "link", words: "≤ 0.6 × fastest peer", seconds: ({ peer }) => 0.6 * peer },
    { mode: "again", words: "≤ 1.0 × fastest peer", seconds: ({ peer }) => peer },
  ],
  make: async (tree, { filesEach }, seed) => {
    const contents = new Contents(seed);
    for (let checkout = 0; checkout < CHECKOUTS; checkout++) {
      for (let unit = 0; unit < filesEach; unit++) {
        const random = new Random(`unit ${seed} ${unit}`);
        const { kind, size } = drawFile(random);
        const bytes = contents.make(kind, size, unit);
        const own = new Random(`own ${seed} ${checkout} ${unit}`);
        if (own.chance(OWN_SHARE))
          bytes.write(`own ${checkout}`, own.integer(80, size - 8), "latin1");
        const path = `checkout_${checkout}/build/package_${Math.floor(unit / 30)}/unit_${unit}${KINDS[kind].ending}`;
        await tree.write(path, bytes, KINDS[kind].mode);
      }
    }
  },
};
