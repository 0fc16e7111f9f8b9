import { findProgram, runSync } from "./processes.mjs";

/** @typedef {import('../trees/index.mjs').Mode} Mode */

/**
 * One row of the tables.
 * @typedef {object} Tool
 * @property {string} name
 * @property {'dedupe' | 'peer' | 'limit' | 'node'} role dedupe is compared with the peers
 * @property {string} version as the tool prints it
 * @property {(dir: string) => string[]} [scan] the command that finds the duplicates and changes nothing
 * @property {(dir: string) => string[]} [link] the command that replaces them by hardlinks
 */

/**
 * The peers, with the options that make them do the same work: all non-empty files including hidden ones, whatever
 * their times, owners and modes; no questions, no list of results. `$1` stands for the directory.
 * @type {{ name: string, version: string[], scan: string[], link?: string[] }[]}
 */
const PEERS = [
  {
    name: "jdupes",
    version: ["jdupes", "-v"],
    scan: ["jdupes", "-q", "-r", "-m", "$1"],
    link: ["jdupes", "-q", "-r", "-L", "$1"],
  },
  {
    name: "hardlink", // util-linux; -c: compare contents only; its default minimum size is 1 byte
    version: ["hardlink", "--version"],
    scan: ["hardlink", "-q", "-c", "-n", "$1"],
    link: ["hardlink", "-q", "-c", "$1"],
  },
  {
    name: "hadori", // -t: ignore times; it requires equal owners and modes, and links empty files
    version: ["hadori", "--version"],
    scan: ["hadori", "-t", "-n", "$1"],
    link: ["hadori", "-t", "$1"],
  },
  {
    name: "rdfind",
    version: ["rdfind", "--version"],
    scan: ["rdfind", "-makeresultsfile", "false", "-n", "true", "$1"],
    link: ["rdfind", "-makeresultsfile", "false", "-makehardlinks", "true", "$1"],
  },
  {
    name: "fclones",
    version: ["fclones", "--version"],
    scan: ["fclones", "group", "--hidden", "--no-ignore", "-o", "/dev/null", "$1"],
    link: [
      "sh",
      "-c",
      'fclones group --hidden --no-ignore -o groups.txt "$1" && fclones link < groups.txt',
      "sh",
      "$1",
    ],
  },
  {
    name: "rmlint", // writes a shell script that links
    version: ["rmlint", "--version"],
    scan: ["rmlint", "--hidden", "-T", "df", "-s", "1", "-o", "summary:stdout", "$1"],
    link: [
      "sh",
      "-c",
      'rmlint --hidden -T df -s 1 -o sh:rmlint.sh -c sh:hardlink "$1" && sh ./rmlint.sh -d -q',
      "sh",
      "$1",
    ],
  },
  { name: "fdupes", version: ["fdupes", "--version"], scan: ["fdupes", "-q", "-r", "-m", "$1"] }, // cannot link
];

/** @param {string[] | undefined} command */
const forDir = (command) =>
  command && ((/** @type {string} */ dir) => command.map((word) => (word === "$1" ? dir : word)));

/** The first line of a command's output that contains a digit. @param {string[]} command */
function versionOf([program, ...parameters]) {
  const { output } = runSync(program, parameters);
  return (
    output
      .split("\n")
      .find((line) => /\d/.test(line))
      ?.trim() ?? "unknown"
  );
}

/** The peers that are installed. @returns {Tool[]} */
export function findPeers() {
  return PEERS.filter(({ name }) => findProgram(name)).map(({ name, version, scan, link }) => ({
    name,
    role: "peer",
    version: versionOf(version),
    scan: forDir(scan),
    link: forDir(link),
  }));
}

/** The names of all peers, installed or not. */
export const PEER_NAMES = PEERS.map(({ name }) => name);

/**
 * A build of dedupe; undefined if it does not start.
 * @param {string} name
 * @param {string} line the command line, split at spaces
 * @returns {Tool | undefined}
 */
export function dedupeTool(name, line) {
  const command = line.split(/\s+/).filter(Boolean);
  const { ok, output } = runSync(command[0], [...command.slice(1), "--version"]);
  if (!ok) return undefined;
  return {
    name,
    role: "dedupe",
    version: output,
    // The made-up files name no tool that writes them.
    scan: (dir) => [...command, "--writer", "*=replace", dir],
    link: (dir) => [...command, "--hardlink", "--writer", "*=replace", dir],
  };
}

/** The compiled `limit.c`: the limit, and the walk alone. @param {string} program @returns {Tool[]} */
export function limitTools(program) {
  return [
    {
      name: "limit",
      role: "limit",
      version: "limit.c",
      scan: (dir) => [program, "--scan", dir],
      link: (dir) => [program, dir],
    },
    {
      name: "walk only",
      role: "limit",
      version: "limit.c",
      scan: (dir) => [program, "--walk", dir],
    },
  ];
}

/** The start of Node.js alone. @type {Tool} */
export const nodeTool = {
  name: "node -e 0",
  role: "node",
  version: process.version,
  scan: () => [process.execPath, "-e", "0"],
};
