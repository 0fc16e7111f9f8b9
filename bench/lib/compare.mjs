import { finished, TreeResult } from "./results.mjs";
import { Subject } from "./subject.mjs";

/** @typedef {import('../trees/index.mjs').Mode} Mode */
/** @typedef {import('../trees/index.mjs').Tree} Tree */
/** @typedef {import('./tools.mjs').Tool} Tool */

/**
 * What all measurements of a benchmark share.
 * @typedef {object} Bench
 * @property {import('./options.mjs').Options} options
 * @property {Tool[]} tools
 * @property {import('./workspace.mjs').Workspace} workspace
 * @property {import('./measure.mjs').Stopwatch} stopwatch
 * @property {AbortSignal} signal
 * @property {(message: string) => void} say progress
 */

/**
 * Creates one tree and runs all tools on it in turn, several times, so that a machine that becomes slower or faster
 * does so for all tools.
 * @param {Bench} bench
 * @param {Tree} tree
 * @returns {Promise<TreeResult>}
 */
export async function compareOn(bench, tree) {
  const { options, tools, say } = bench;
  const subject = new Subject(bench, tree);
  const results = new TreeResult(tree);
  const modes = options.modes.filter((mode) => tree.modes?.includes(mode) ?? true);
  const rounds = Math.min(options.runs, tree.mostRuns ?? Infinity);

  say(`${tree.name}: creating the tree`);
  await subject.make();
  for (let round = 1; round <= rounds; round++) {
    for (const tool of tools) {
      say(`${tree.name}: round ${round} of ${rounds}: ${tool.name}`);
      // Every mode is compared with the start of Node.js.
      if (modes.includes("scan") || tool.role === "node") await scan(subject, results, tool);
      if (modes.includes("link") || modes.includes("again"))
        await link(subject, results, tool, modes);
    }
  }
  const { files, bytes, expectedInodes } = subject.state;
  return Object.assign(results, { files, bytes, expectedInodes, notes: subject.notes });
}

/** @param {Subject} subject @param {TreeResult} results @param {Tool} tool */
async function scan(subject, results, tool) {
  const result = results.of(tool, "scan");
  if (tool.scan && !result.retired) await subject.time(result, tool.scan);
}

/** Links, checks, links again, checks, and restores the tree. @param {Subject} subject @param {TreeResult} results @param {Tool} tool @param {Mode[]} modes */
async function link(subject, results, tool, modes) {
  const linked = results.of(tool, "link");
  const scanned = results.of(tool, "scan");
  const hopeless = scanned.runs.length > 0 && !finished(scanned);
  if (!tool.link || linked.retired || hopeless) return;
  await subject.time(linked, tool.link);
  await subject.inspect(linked);
  if (modes.includes("again") && !linked.retired) {
    const again = results.of(tool, "again");
    await subject.time(again, tool.link);
    await subject.inspect(again);
  }
  await subject.restore();
}
