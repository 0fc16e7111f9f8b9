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
import { compareCommands } from "./lib/compare-commands.mjs";
import { Contents, KINDS } from "./lib/contents.mjs";
import { Stopwatch } from "./lib/measure.mjs";
import { compileProgram } from "./lib/native.mjs";
import { Random } from "./lib/random.mjs";
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

const workspace = new Workspace({ image: true, bytes: 4 * files * MEAN_BYTES });
process.once("exit", () => workspace.close());
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
const root = workspace.fresh();
const [a, b, plain, store] = ["a", "b", "plain", "store"].map((name) => join(root, name));
const stopwatch = new Stopwatch(compileProgram("measure", workspace.scratch), workspace);
const dedupe = options.dedupe.split(" ");
const link = [...dedupe, "--hardlink", "--writer", "*=replace", "--no-state"];
const withStore = [...link, "--store", store];
const { signal } = new AbortController();
const how = { runs: Number(options.runs), signal };
process.stdout.write(`${files} files in each tree, on ${workspace.description}\n`);

writeTree(plain);
execFileSync("cp", ["-a", plain, a]);
execFileSync(withStore[0], [...withStore.slice(1), a], { stdio: "ignore" });
workspace.sync();
const again = { "dedupe A": [...link, a], "dedupe --store A": [...withStore, a] };
process.stdout.write(
  `\n## Linked to the store already\n\n${await compareCommands(stopwatch, again, how)}\n`,
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
  `\n## A new tree, equal to one in the store\n\n${await compareCommands(stopwatch, fresh, { ...how, prepare: makeFresh })}\n`,
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
  `\n## ${entries} entries more\n\n${await compareCommands(stopwatch, commands, how)}\n`,
);
