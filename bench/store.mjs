/**
 * Measures the content store: a tree that is linked to it already, against the same run without the store; a new tree that
 * is equal to one in the store, against linking two trees with each other; and the commands on a large store. The
 * commands take turns; the figures are medians, and their ratios to the reference of each table.
 *
 * Usage: node bench/store.mjs [--files 50000] [--entries 100000] [--runs 7] [--dedupe 'node bin/dedupe.js']
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Contents, KINDS } from "./lib/contents.mjs";
import { Stopwatch } from "./lib/measure.mjs";
import { compileProgram } from "./lib/native.mjs";
import { Random } from "./lib/random.mjs";
import { median } from "./lib/statistics.mjs";
import { number, ratio, table } from "./lib/table.mjs";
import { Workspace } from "./lib/workspace.mjs";

const FILES_PER_DIR = 50;
const MEAN_BYTES = 13_000;

const { values: options } = parseArgs({
  options: {
    files: { type: "string", default: "50000" },
    entries: { type: "string", default: "100000" },
    runs: { type: "string", default: "7" },
    dedupe: { type: "string", default: `node ${join(import.meta.dirname, "../bin/dedupe.js")}` },
  },
});
const files = Number(options.files);
const entries = Number(options.entries);
const contents = new Contents(1);

/** Writes different files. @param {string} root */
function writeTree(root) {
  const random = new Random("sizes");
  for (let file = 0; file < files; file += 1) {
    const kind = file % 2 === 0 ? "object" : "bytecode";
    const dir = join(root, `d${Math.floor(file / FILES_PER_DIR)}`);
    if (file % FILES_PER_DIR === 0) mkdirSync(dir, { recursive: true });
    const size = random.size(300, 60_000);
    writeFileSync(join(dir, `f${file}${KINDS[kind].ending}`), contents.make(kind, size, file));
  }
}

/** Adds entries without links in trees. @param {string} store */
function addEntries(store) {
  for (let i = 0; i < entries; i += 1) {
    const content = `entry ${i}`;
    const digest = createHash("sha256").update(content).digest("hex");
    writeFileSync(join(store, digest.slice(0, 2), `${digest}-644`), content);
  }
}

/**
 * @param {Stopwatch} stopwatch
 * @param {Record<string, string[]>} commands The first one is the reference.
 * @param {() => void} prepare Called before each command.
 * @param {AbortSignal} signal
 */
async function measure(stopwatch, commands, prepare, signal) {
  const names = Object.keys(commands);
  const runs = Object.fromEntries(
    names.map((name) => [name, /** @type {import("./lib/measure.mjs").Measurement[]} */ ([])]),
  );
  for (let run = -1; run < Number(options.runs); run += 1) {
    for (const name of names) {
      prepare();
      const result = await stopwatch.measure(commands[name], { timeout: 300, signal });
      if (result.exitCode !== 0) throw new Error(`${name}: exit code ${result.exitCode}`);
      if (run >= 0) runs[name].push(result);
    }
  }
  const figures = names.map((name) => ({
    name,
    wall: median(runs[name].map(({ wallSeconds }) => wallSeconds)),
    cpu: median(runs[name].map(({ userSeconds, systemSeconds }) => userSeconds + systemSeconds)),
    peak: median(runs[name].map(({ peakKilobytes }) => peakKilobytes)),
  }));
  const [reference] = figures;
  return table(
    ["", "wall s", "cpu s", "peak MB", "× wall", "× cpu"],
    figures.map(({ name, wall, cpu, peak }) => [
      name,
      number(wall),
      number(cpu),
      number((peak * 1024) / 1e6),
      ratio(wall / reference.wall),
      ratio(cpu / reference.cpu),
    ]),
  );
}

const workspace = new Workspace({ image: true, bytes: 4 * files * MEAN_BYTES });
process.once("exit", () => workspace.close());
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
const root = workspace.fresh();
const [a, b, plain, store] = ["a", "b", "plain", "store"].map((name) => join(root, name));
const stopwatch = new Stopwatch(compileProgram("measure", workspace.scratch), workspace.scratch);
const dedupe = options.dedupe.split(" ");
const link = [...dedupe, "--hardlink", "--writer", "*=replace", "--no-state"];
const withStore = [...link, "--store", store];
const { signal } = new AbortController();
process.stdout.write(`${files} files in each tree, on ${workspace.description}\n`);

writeTree(plain);
execFileSync("cp", ["-a", plain, a]);
execFileSync(withStore[0], [...withStore.slice(1), a], { stdio: "ignore" });
workspace.sync();
const again = { "dedupe A": [...link, a], "dedupe --store A": [...withStore, a] };
process.stdout.write(
  `\n## Linked to the store already\n\n${await measure(stopwatch, again, () => undefined, signal)}\n`,
);

const fresh = {
  "dedupe A B": [...link, plain, b],
  "dedupe --store B": [...withStore, b],
};
const makeFresh = () => {
  // The runs link the files of both trees.
  for (const dir of [b, plain]) rmSync(dir, { recursive: true, force: true });
  for (const dir of [b, plain]) execFileSync("cp", ["-a", "--no-preserve=links", a, dir]);
  workspace.sync();
};
process.stdout.write(
  `\n## A new tree, equal to one in the store\n\n${await measure(stopwatch, fresh, makeFresh, signal)}\n`,
);

for (const dir of [a, b, plain]) rmSync(dir, { recursive: true, force: true });
addEntries(store);
workspace.sync();
const commands = {
  "node -e 0": ["node", "-e", "0"],
  "store status": [...dedupe, "store", "status", "--store", store],
  "store trim -n": [...dedupe, "store", "trim", "-n", "--store", store],
  "store trim": [...dedupe, "store", "trim", "--store", store],
};
process.stdout.write(
  `\n## ${entries} entries more\n\n${await measure(stopwatch, commands, () => undefined, signal)}\n`,
);
