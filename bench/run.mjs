import { writeFileSync } from "node:fs";
import { availableParallelism, cpus, release, totalmem } from "node:os";

import { compareOn } from "./lib/compare.mjs";
import { Stopwatch } from "./lib/measure.mjs";
import { compileProgram } from "./lib/native.mjs";
import { parseOptions, USAGE, UsageError } from "./lib/options.mjs";
import { resultData, summary, treeReport } from "./lib/report.mjs";
import { dedupeTool, findPeers, limitTools, nodeTool, PEER_NAMES } from "./lib/tools.mjs";
import { Workspace } from "./lib/workspace.mjs";
import { TREES } from "./trees/index.mjs";

/** @typedef {import('./lib/options.mjs').Options} Options */
/** @typedef {import('./lib/tools.mjs').Tool} Tool */

/** Shows progress on one line of a terminal. @param {string} message */
function say(message) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${message}`);
}

/** Erases the progress line and prints a line. @param {string} text */
function print(text) {
  say("");
  process.stdout.write(`${text}\n`);
}

/** Describes the machine, without its host name. @param {Workspace} workspace */
function machine(workspace) {
  const gigabytes = Math.round(totalmem() / 1e9);
  return [
    `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? "unknown processor"}, ${gigabytes} GB`,
    `${process.platform} ${release()}, node ${process.version}`,
    `trees on ${workspace.description}`,
  ].join("; ");
}

/** The tools to measure on this machine. @param {Options} options @param {Workspace} workspace @returns {Tool[]} */
function findTools(options, workspace) {
  const builds = options.dedupe.map((command, index) => {
    const tool = dedupeTool(index === 0 ? "dedupe" : `dedupe ${index + 1}`, command);
    if (!tool) print(`! "${command} --version" fails: not measured`);
    return tool ? [tool] : [];
  });
  const limit = compileProgram("limit", workspace.scratch);
  if (!limit) print("! no C compiler: the limit is not measured");
  const peers = findPeers().filter(({ name }) => options.tools?.includes(name) ?? true);
  const missing = PEER_NAMES.filter((name) => !peers.some((peer) => peer.name === name));
  if (missing.length > 0)
    print(`other tools, not installed or not selected: ${missing.join(", ")}`);
  return [...builds.flat(), ...peers, ...(limit ? limitTools(limit) : []), nodeTool];
}

/** @param {Options} options @param {Workspace} workspace @param {AbortSignal} signal */
async function bench(options, workspace, signal) {
  const tools = findTools(options, workspace);
  const stopwatch = new Stopwatch(compileProgram("measure", workspace.scratch), workspace);
  const cache = options.cold ? "cold cache" : "warm cache";
  print(`${machine(workspace)}; ${cache}; at most ${options.runs} runs each; seed ${options.seed}`);
  print(tools.map(({ name, version }) => `${name}: ${version}`).join("; "));
  const all = [];
  for (const tree of options.trees) {
    try {
      all.push(await compareOn({ options, tools, workspace, stopwatch, signal, say }, tree));
      print(`\n${treeReport(all[all.length - 1])}`);
    } catch (error) {
      signal.throwIfAborted();
      print(
        `\n## ${tree.name}: not measured: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  print(`\n${summary(all, "dedupe")}`);
  if (options.json) {
    const versions = Object.fromEntries(tools.map(({ name, version }) => [name, version]));
    const document = {
      date: new Date().toISOString(),
      machine: machine(workspace),
      versions,
      cache,
      seed: options.seed,
      quick: options.quick,
      trees: resultData(all),
    };
    writeFileSync(options.json, `${JSON.stringify(document, undefined, 2)}\n`);
  }
}

/** @param {string[]} words @returns {Promise<number>} the exit code */
async function main(words) {
  const options = parseOptions(words);
  if (options.help || options.list) {
    print(
      options.help
        ? USAGE
        : TREES.map(({ name, about }) => `${name.padEnd(10)} ${about}`).join("\n"),
    );
    return 0;
  }
  if (options.cold && process.getuid?.() !== 0)
    throw new UsageError("--cold: only root can drop the caches");
  const abort = new AbortController();
  const bytes = Math.max(
    ...options.trees.map((tree) => (options.quick ? tree.bytes / 5 : tree.bytes)),
  );
  const workspace = new Workspace({ dir: options.dir, image: options.image, bytes });
  process.once("SIGINT", () => abort.abort()).once("SIGTERM", () => abort.abort());
  process.once("exit", () => workspace.close());
  try {
    await bench(options, workspace, abort.signal);
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    print("interrupted");
    return 130;
  }
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
