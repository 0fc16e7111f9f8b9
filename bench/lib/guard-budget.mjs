import { dirname } from "node:path";

/** @typedef {import('./guard-needs.mjs').Needs} Needs */

/**
 * How often each kind of call may be made, by "kind of call" and "class of file", and why.
 * @typedef {Map<string, { need: number, why: string }>} Budget
 */

/** Calls that may come on top, so that a chance (a file that changes its place in a directory) is no failure. @param {number} need */
export function slackOf(need) {
  return need === 0 ? 0 : Math.max(2, Math.floor(need / 200));
}

/**
 * What the program may ask of a tree: each line is a promise that a person can check.
 * @param {Needs} needs of the tree as it was before the run
 * @param {{ links: string[], keepers: string[] }} done the names that were linked, and the files that they lead to
 * @param {{ native: boolean, opensBelow: boolean, jobs: number, link: boolean }} how which calls the program has, in how many threads, and whether it is to change anything
 * @returns {Budget}
 */
export function budgetOf(needs, { links, keepers }, { native, opensBelow, jobs, link }) {
  const candidates = needs.candidates.size;
  const candidateNames = needs.countNames(true);
  const equal = sum(needs.sets, ({ length }) => length);
  const changed = [...new Set(links.map((name) => dirname(name)))];
  const worked = [...new Set([...links, ...keepers].map((name) => dirname(name)))];
  const probed = needs.dirsUpFrom([...links, ...keepers]);
  const onlyNative = native ? 1 : 0;
  const onlyPlain = native ? 0 : 1;
  const claims = native && link ? 1 : 0;
  /** Opening directories to hold them: the root once, then from there, in one step or one after the other. @param {string[]} directories */
  const opens = (dirs) =>
    1 +
    sum(dirs, (dir) => {
      const depth = needs.depth(dir);
      return depth === 0 || (native && opensBelow) ? 1 : native ? 1 + depth : depth;
    });
  const held = links.length === 0 ? 0 : jobs * opens(worked);
  const heldToRead = native && jobs > 1 ? jobs * needs.dirs.size : 0;
  /** @type {Record<string, [number, string][]>} */
  const lines = {
    "stat directory": [
      [1, "the root, whether it is there"],
      [2 * claims, "the root, whether it is there to be claimed, and which one it is"],
      [2 * needs.dirs.size, "each before and while it is read"],
      [
        2 * jobs * worked.length,
        "each held, when it is taken and when all is done, by every thread",
      ],
      [(jobs + onlyPlain) * changed.length, "each with links, before its time is put back"],
    ],
    "open directory": [
      [needs.dirs.size, "each to be read"],
      [claims, "the root, to be claimed"],
      [heldToRead, "each by every thread that reads its files"],
      [held, "each to be held by every thread, from the root on"],
    ],
    "close directory": [[needs.dirs.size + claims + heldToRead + held, "each opened"]],
    "readlink directory": [[claims, "the root, for its real path"]],
    "fcntl directory": [[2 * claims, "the root, to claim it and to see whether another run has"]],
    "getdents directory": [
      [sum(needs.dirs.values(), (calls) => calls), "each until it has no more"],
    ],
    "set time directory": [[changed.length, "each with links"]],
    "statfs directory": [[links.length > 0 ? onlyNative : 0, "the file system, once"]],
    "stat single": [[needs.countNames(false), "each name once"]],
    "stat candidate": [
      [candidateNames, "each name once"],
      [keepers.length, "each kept file before its first link"],
      [
        (1 + onlyNative) * links.length,
        "each replaced name before, and with native calls after that",
      ],
      [needs.alike, "each open file that begins like another one, that it is the one"],
    ],
    "open candidate": [
      [candidates, "each once"],
      [onlyNative * keepers.length, "each kept file, whether it is being written"],
    ],
    "close candidate": [[candidates + onlyNative * keepers.length, "each opened"]],
    "read candidate": [[needs.blocks, "each block once, as long as another file is equal"]],
    "xattr candidate": [[onlyNative * equal, "each that has an equal one"]],
    "fcntl candidate": [[onlyNative * keepers.length, "a lease on each kept file"]],
    "link candidate": [[links.length, "one a link"]],
    "stat temporary": [[2 * links.length, "two a link"]],
    "rename temporary": [[links.length, "one a link"]],
    "open temporary": [[onlyNative * links.length, "one a link, whether it is being written"]],
    "fcntl temporary": [[onlyNative * links.length, "a lease a link"]],
    "close temporary": [[onlyNative * links.length, "each opened"]],
    "unlink temporary": [[onlyNative * links.length, "one a link"]],
    "stat absent": [[probed.size, "package.json, in each directory with links and above"]],
  };
  return new Map(
    Object.entries(lines).map(([call, terms]) => [
      call,
      {
        need: sum(terms, ([number]) => number),
        why: terms
          .filter(([number]) => number > 0)
          .map(([number, words]) => `${number}: ${words}`)
          .join("; "),
      },
    ]),
  );
}

/** @template T @param {Iterable<T>} items @param {(item: T) => number} numberOf */
function sum(items, numberOf) {
  let total = 0;
  for (const item of items) total += numberOf(item);
  return total;
}
