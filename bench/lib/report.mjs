import { figuresOf, finished } from "./results.mjs";
import { count, number, ratio, table } from "./table.mjs";

/** @typedef {import('../trees/index.mjs').Mode} Mode */
/** @typedef {import('./results.mjs').Result} Result */
/** @typedef {import('./results.mjs').TreeResult} TreeResult */

/** The order of the rows. */
const ROLES = ["dedupe", "peer", "limit", "node"];

/** @type {Record<Mode, string>} */
const MODE_WORDS = {
  scan: "scan: find the duplicates, change nothing",
  link: "link: find them and replace them by hardlinks",
  again: "again: run the same command on the linked tree",
};

/** The columns of a scan, which changes no inodes. */
const HEAD = ["tool", "wall s", "cpu s", "peak MB", "read MB", "× peer", "× limit"];
const LINK_HEAD = [...HEAD, "inodes left"];

/**
 * The tables of one tree.
 * @param {TreeResult} results
 * @returns {string}
 */
export function treeReport(results) {
  const { tree, files, bytes, expectedInodes, notes } = results;
  const size = `${count(files)} files, ${number(bytes / 1e6)} MB, ${count(files - expectedInodes)} could be links`;
  return [
    `## ${tree.name}: ${tree.about}\n\n${[size, ...notes].join("; ")}.`,
    ...results.modes.map((mode) => modeReport(results, mode)),
  ].join("\n\n");
}

/** @param {TreeResult} results @param {Mode} mode */
function modeReport(results, mode) {
  const list = [...results.in(mode), ...(mode === "scan" ? [] : results.in("scan").filter(isNode))];
  const sorted = list.toSorted(
    (a, b) => ROLES.indexOf(a.tool.role) - ROLES.indexOf(b.tool.role) || seconds(a) - seconds(b),
  );
  const problems = sorted.flatMap((result) =>
    problemsOf(results, result).map((words) => `**${result.tool.name}**: ${words}`),
  );
  const head = mode === "scan" ? HEAD : LINK_HEAD;
  const rows = sorted.map((result) => row(results, result, mode, head.length));
  return [
    `${MODE_WORDS[mode]}\n`,
    table(head, rows),
    ...problems.map((words) => `\n${words}`),
  ].join("\n");
}

/** @param {Result} result */
const isNode = ({ tool }) => tool.role === "node";

/** @param {Result} result */
const seconds = (result) => figuresOf(result).wallSeconds;

/** @param {TreeResult} results @param {Result} result @param {Mode} mode @param {number} columns @returns {string[]} */
function row(results, result, mode, columns) {
  const { tool, inodes } = result;
  const { wallSeconds, cpuSeconds, peakMegabytes, readMegabytes } = figuresOf(result);
  if (!finished(result))
    return [tool.name, `> ${number(wallSeconds)}`, ...Array(columns - 2).fill("")];
  const peer = results.fastestPeer(mode);
  const cells = [
    tool.name,
    number(wallSeconds),
    number(cpuSeconds),
    number(peakMegabytes),
    number(readMegabytes),
    peer ? ratio(wallSeconds / seconds(peer)) : "–",
    ratio(wallSeconds / results.secondsOf("limit", mode)),
    inodes === undefined ? "" : count(inodes),
  ];
  return cells.slice(0, columns);
}

/** @param {TreeResult} results @param {Result} result @returns {string[]} */
function problemsOf(results, { inodes, problems }) {
  const more = (inodes ?? results.expectedInodes) - results.expectedInodes;
  if (more === 0) return [...problems];
  return [
    ...problems,
    more > 0
      ? `did not link everything: ${count(more)} inodes too many`
      : `${count(-more)} inodes too few`,
  ];
}

/**
 * One line per tree and mode: dedupe, the fastest peer, the limit, the goal.
 * @param {TreeResult[]} all
 * @param {string} dedupe the name of dedupe in the tables
 * @returns {string}
 */
export function summary(all, dedupe) {
  const head = [
    "tree, mode",
    "dedupe s",
    "fastest peer s",
    "which",
    "× peer",
    "× limit",
    "goal",
    "met?",
  ];
  const rows = all.flatMap((results) =>
    results.modes.map((mode) => summaryRow(results, mode, dedupe)),
  );
  return `## Summary (medians)\n\n${table(head, rows)}`;
}

/** @param {TreeResult} results @param {Mode} mode @param {string} dedupe */
function summaryRow(results, mode, dedupe) {
  const ours = results.secondsOf(dedupe, mode);
  const peer = results.fastestPeer(mode);
  const peerSeconds = peer ? seconds(peer) : NaN;
  const goal = results.tree.goals.find((each) => each.mode === mode);
  return [
    `${results.tree.name}, ${mode}`,
    number(ours),
    number(peerSeconds),
    peer?.tool.name ?? "",
    ratio(ours / peerSeconds),
    ratio(ours / results.secondsOf("limit", mode)),
    goal?.words ?? "",
    goal ? verdict(results, goal, dedupe) : "",
  ];
}

/** @param {TreeResult} results @param {import('../trees/index.mjs').Goal} goal @param {string} dedupe */
function verdict(results, goal, dedupe) {
  const { mode } = goal;
  const result = results.in(mode).find(({ tool }) => tool.name === dedupe);
  if (!result || !finished(result)) return "–";
  if (!results.didEverything(result.tool)) return "FAILED";
  const { wallSeconds, peakMegabytes } = figuresOf(result);
  const peer = results.fastestPeer(mode);
  const limit = goal.seconds?.({
    node: results.secondsOf("node -e 0", "scan"),
    peer: peer ? seconds(peer) : NaN,
    of: (tool) => results.secondsOf(tool, mode),
  });
  if (limit !== undefined && Number.isNaN(limit)) return "–";
  const met =
    wallSeconds <= (limit ?? Infinity) && peakMegabytes <= (goal.peakMegabytes ?? Infinity);
  return met ? "yes" : "NO";
}

/**
 * All figures, as data for JSON.
 * @param {TreeResult[]} all
 * @returns {object[]}
 */
export function resultData(all) {
  return all.map((results) => ({
    tree: results.tree.name,
    files: results.files,
    bytes: results.bytes,
    expectedInodes: results.expectedInodes,
    notes: results.notes,
    results: results.modes.flatMap((mode) =>
      results.in(mode).map((result) => ({
        mode,
        tool: result.tool.name,
        finished: finished(result),
        ...figuresOf(result),
        inodes: result.inodes,
        problems: problemsOf(results, result),
        runs: result.runs,
      })),
    ),
  }));
}
