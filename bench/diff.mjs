/**
 * Compares `dedupe diff` with `diff -rq` on two trees, once equal and once with one file in a hundred different. The
 * commands take turns; the figures are medians, and their ratios to those of `diff -rq`.
 *
 * Usage: node bench/diff.mjs [--files 50000] [--runs 7] [--dedupe 'node bin/dedupe.js']
 */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
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
/** One file in this many differs. */
const DIFFERENT = 100;

const { values: options } = parseArgs({
  options: {
    files: { type: "string", default: "50000" },
    runs: { type: "string", default: "7" },
    dedupe: { type: "string", default: `node ${join(import.meta.dirname, "../bin/dedupe.js")}` },
  },
});
const files = Number(options.files);
const contents = new Contents(1);

/** @param {string} root @param {(file: number) => boolean} isWritten @param {number} shift added to the contents' numbers */
function writeFiles(root, isWritten, shift) {
  const random = new Random("sizes");
  for (let file = 0; file < files; file += 1) {
    const size = random.size(300, 60_000);
    if (!isWritten(file)) continue;
    const kind = file % 2 === 0 ? "object" : "bytecode";
    const dir = join(root, `d${Math.floor(file / FILES_PER_DIR)}`);
    mkdirSync(dir, { recursive: true });
    const path = join(dir, `f${file}${KINDS[kind].ending}`);
    writeFileSync(path, contents.make(kind, size, file + shift));
  }
}

const workspace = new Workspace({ image: true, bytes: 2 * files * MEAN_BYTES });
process.once("exit", () => workspace.close());
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
const root = workspace.fresh();
const [a, b] = [join(root, "a"), join(root, "b")];
writeFiles(a, () => true, 0);
cpSync(a, b, { recursive: true });
workspace.sync();
const stopwatch = new Stopwatch(compileProgram("measure", workspace.scratch), workspace);
const dedupe = [...options.dedupe.split(" "), "diff"];
const commands = {
  "diff -rq": ["diff", "-rq", a, b],
  "dedupe diff -j1": [...dedupe, "-j1", a, b],
  "dedupe diff -j2": [...dedupe, "-j2", a, b],
};
const { signal } = new AbortController();
const how = { runs: Number(options.runs), signal, highestExitCode: 1 };
process.stdout.write(`${files} files in each tree, on ${workspace.description}\n`);
process.stdout.write(`\n## Equal\n\n${await compareCommands(stopwatch, commands, how)}\n`);
writeFiles(b, (file) => file % DIFFERENT === 0, files);
workspace.sync();
process.stdout.write(
  `\n## One in ${DIFFERENT} different\n\n${await compareCommands(stopwatch, commands, how)}\n`,
);
