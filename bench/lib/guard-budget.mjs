import { dirname } from "node:path";

/** @typedef {import('./guard-needs.mjs').Needs} Needs */

/**
 * How often each kind of call may be made, by "kind of call" and "class of file", and why.
 * @typedef {Map<string, { need: number, why: string }>} Budget
 */

/** Additional calls that are tolerated, as the order of the entries in a directory can cause a few. @param {number} need */
export function slackOf(need) {
  return need === 0 ? 0 : Math.max(2, Math.floor(need / 200));
}

/**
 * The calls that the program may make on a tree. Each line is a promise that can be checked.
 * @param {Needs} needs of the tree as it was before the run
 * @param {{ links: string[], keepers: string[], mixed: number }} done the paths that were linked, the files to which they lead, and how many of these have the size of another file
 * @param {{ native: boolean, opensBelow: boolean, jobs: number, link: boolean }} how which calls the program can make, on how many threads, and whether it links
 * @returns {Budget}
 */
export function budgetOf(needs, { links, keepers, mixed }, { native, opensBelow, jobs, link }) {
  const candidates = needs.toRead;
  const candidateNames = needs.countNames(true);
  const equal = sum(needs.sets, ({ length }) => length);
  const changed = [...new Set(links.map((name) => dirname(name)))];
  const worked = [...new Set([...links, ...keepers].map((name) => dirname(name)))];
  const probed = needs.dirsUpFrom([...links, ...keepers]);
  const onlyNative = native ? 1 : 0;
  const onlyPlain = native ? 0 : 1;
  const locks = native && link ? 1 : 0;
  const checked = native && link ? needs.alike : 0;
  /** Opening the directories of a cache: the root once, and each from there, in one call or one per level. @param {string[]} dirs */
  const opens = (dirs) =>
    1 +
    sum(dirs, (dir) => {
      const depth = needs.depth(dir);
      return depth === 0 || (native && opensBelow) ? 1 : native ? 1 + depth : depth;
    });
  const held = links.length === 0 ? 0 : jobs * opens(worked);
  const heldToRead = native && candidates > 0 ? jobs * needs.candidateDirs : 0;
  const probedToRemove = links.length === 0 ? 0 : opens(changed);
  /** @type {Record<string, [number, string][]>} */
  const lines = {
    "stat directory": [
      [1, "the root: does it exist"],
      [2 * locks, "the root, before it is locked: does it exist, and which directory is it"],
      [2 * needs.dirs.size, "each before and while it is read"],
      [
        2 * jobs * worked.length,
        "each kept open, when it is opened and at the end, by every thread",
      ],
      [(jobs + onlyPlain) * changed.length, "each with links, before its time is restored"],
      [onlyPlain * changed.length, "each with links: does it let files be removed"],
    ],
    "open directory": [
      [needs.dirs.size, "each to be read"],
      [locks, "the root, to lock it"],
      [heldToRead, "each whose files are read, by every thread"],
      [held, "each kept open by every thread, from the root on"],
      [probedToRemove, "each with links, from the root on: does it let files be removed"],
    ],
    "close directory": [
      [needs.dirs.size + locks + heldToRead + held + probedToRemove, "each opened"],
    ],
    "faccessat2 directory": [[1, "the directory of the remembered links: can it be written to"]],
    "readlink directory": [
      [locks, "the root, for its real path"],
      [2, "the root, to find what is remembered of it"],
    ],
    "fcntl directory": [[2 * locks, "the root, to lock it and to see whether another run has"]],
    "getdents directory": [
      [sum(needs.dirs.values(), (calls) => calls), "each until there are no more entries"],
    ],
    "set time directory": [[changed.length, "each with links"]],
    "statfs directory": [[links.length > 0 ? onlyNative : 0, "the file system, once"]],
    "stat single": [[needs.countNames(false), "each path once"]],
    "stat candidate": [
      [candidateNames, "each path once"],
      [keepers.length, "each kept file before its first link"],
      [
        onlyPlain * mixed,
        "each kept file of a size that other files have, to remember its change time",
      ],
      [
        (1 + onlyNative) * links.length,
        "each replaced path before, and with native calls afterwards",
      ],
      [
        needs.alike,
        "each open file with the same first block as another: is it the file of the walk",
      ],
      [changed.length, "one in each directory with links, to find out whether it can be removed"],
    ],
    "open candidate": [
      [candidates, "each once"],
      [onlyNative * keepers.length, "each kept file: is it being written"],
    ],
    "close candidate": [[candidates + onlyNative * keepers.length, "each opened"]],
    "rename candidate": [[changed.length, "one in each directory with links, to itself"]],
    "rmdir candidate": [[changed.length, "one in each directory with links, which fails"]],
    "read candidate": [
      [needs.blocks, "each block once, as long as another file is equal"],
      [checked, "the first block of each file with the same one as another, after the lease"],
    ],
    "xattr candidate": [[onlyNative * equal, "each that has a duplicate"]],
    "fcntl candidate": [
      [onlyNative * keepers.length, "a lease on each kept file"],
      [2 * checked, "a lease on each file with the same first block as another, and its end"],
    ],
    "link candidate": [[links.length, "one per link"]],
    "stat temporary": [[2 * links.length, "two per link"]],
    "rename temporary": [[links.length, "one per link"]],
    "open temporary": [[onlyNative * links.length, "one per link: is the file being written"]],
    "fcntl temporary": [[onlyNative * links.length, "one lease per link"]],
    "close temporary": [[onlyNative * links.length, "each opened"]],
    "unlink temporary": [[onlyNative * links.length, "one per link"]],
    "stat absent": [[probed.size, "package.json, in each directory with links and those above"]],
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
