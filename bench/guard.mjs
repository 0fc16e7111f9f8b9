/**
 * Counts the system calls and bytes of the built command line on fixed trees, and fails where it does more than the
 * tree needs. Time plays no part, so it says the same on every machine.
 *
 *     node bench/guard.mjs [--cli bin/dedupe.js] [--keep]
 *
 * A change that needs more calls has to say so in `lib/guard-budget.mjs`.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { budgetOf, slackOf } from "./lib/guard-budget.mjs";
import { traceCalls } from "./lib/guard-calls.mjs";
import { Needs } from "./lib/guard-needs.mjs";
import { writeLargeTree, writeMixedTree } from "./lib/guard-trees.mjs";
import { count, table } from "./lib/table.mjs";
import { TreeWriter } from "./lib/tree-writer.mjs";

/** @typedef {import('./lib/guard-calls.mjs').Trace} Trace */
/** @typedef {import('./lib/guard-budget.mjs').Budget} Budget */

/** Bytes read, over those that proving needs. */
const MOST_READ = 1.01;

const { values: options } = parseArgs({
  options: {
    cli: { type: "string", default: join(import.meta.dirname, "../bin/dedupe.js") },
    keep: { type: "boolean", default: false },
  },
});
const cli = resolve(options.cli);

/**
 * One run of the command and what it may ask.
 * @typedef {object} Run
 * @property {string} name
 * @property {Trace} trace
 * @property {Budget} budget
 * @property {Needs} needs
 */

/** Why the calls cannot be counted here; undefined where they can. */
function whyNot() {
  if (process.platform !== "linux") return "system calls are counted on Linux only";
  const tried = spawnSync("strace", ["-qq", "-o", "/dev/null", "true"], { encoding: "utf8" });
  if (tried.error !== undefined) return "strace is not installed";
  if (tried.status !== 0) return `strace does not work here: ${tried.stderr.trim()}`;
  const { header } = /** @type {any} */ (process.report.getReport());
  if (header.glibcVersionRuntime === undefined)
    return "another C library than glibc reads directories otherwise";
  return undefined;
}

/** Whether the program can load what it makes native calls with. */
function hasNative() {
  try {
    createRequire(cli)("koffi");
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs the command on a tree, and compares what it asked with what the tree needed.
 * @param {string} name
 * @param {string} root
 * @param {{ link?: boolean, jobs?: number, native?: boolean }} how
 * @returns {Promise<Run & { wrong: string[] }>}
 */
async function tryRun(name, root, { link = false, jobs = 1, native = true }) {
  const needs = new Needs(root);
  const parameters = [...(link ? ["--hardlink"] : []), "--jobs", String(jobs), "--json", root];
  const trace = await traceCalls(
    [process.execPath, cli, ...parameters],
    native ? {} : { DEDUPE_NO_NATIVE: "1" },
    root,
    (path) => needs.classOf(path),
  );
  const done = needs.linked();
  const budget = budgetOf(needs, done, { native, opensBelow: trace.opensBelow, jobs, link });
  const wrong = [...overBudget(trace, budget), ...wrongBytes(trace, needs)];
  if (done.changed.length > 0) wrong.push(`names are gone: ${done.changed.slice(0, 3).join(", ")}`);
  if (link && done.left > 0) wrong.push(`${done.left} sets of equal files are left`);
  if (!link && done.links.length > 0) wrong.push("it changed the tree without being asked to");
  if (trace.threads < jobs) wrong.push(`${trace.threads} threads read the tree`);
  return { name, trace, budget, needs, wrong: wrong.map((words) => `${name}: ${words}`) };
}

/** @param {Trace} trace @param {Budget} budget @returns {string[]} */
function overBudget({ counts, examples }, budget) {
  const wrong = [];
  for (const [call, counted] of counts) {
    const { need, why } = budget.get(call) ?? { need: 0, why: "nothing needs it" };
    if (counted <= need + slackOf(need)) continue;
    const more = `${count(counted - need)} more than the ${count(need)} that are needed`;
    wrong.push(
      `"${call}" ${count(counted)} times, ${more} (${why}); the first: ${examples.get(call)}`,
    );
  }
  return wrong;
}

/** @param {Trace} trace @param {Needs} needs @returns {string[]} */
function wrongBytes({ bytesRead, report }, needs) {
  const wrong = [];
  const told = report.totals.bytesRead;
  if (bytesRead !== told)
    wrong.push(`it read ${count(bytesRead)} bytes and reports ${count(told)} as bytesRead`);
  if (bytesRead > MOST_READ * needs.bytes)
    wrong.push(
      `it read ${count(bytesRead)} bytes, ${(bytesRead / needs.bytes).toFixed(3)} × the ${count(needs.bytes)} that proving needs (at most ${MOST_READ})`,
    );
  if (bytesRead < needs.bytes)
    wrong.push(
      `it read ${count(bytesRead)} bytes, fewer than the ${count(needs.bytes)} that proving needs: either the blocks were changed (then change them in lib/guard-needs.mjs), or nothing is proven`,
    );
  return wrong;
}

/** All runs side by side: what was counted, and what was needed where that is another number. @param {Run[]} runs */
function comparison(runs) {
  const calls = new Set(
    runs.flatMap(({ trace, budget }) => [...trace.counts.keys(), ...budget.keys()]),
  );
  const rows = [...calls]
    .toSorted()
    .map((call) => [
      call,
      ...runs.map(({ trace, budget }) =>
        cell(trace.counts.get(call) ?? 0, budget.get(call)?.need ?? 0),
      ),
    ]);
  const all = runs.map(({ trace, budget }) =>
    cell(
      [...trace.counts.values()].reduce((a, b) => a + b, 0),
      [...budget.values()].reduce((sum, { need }) => sum + need, 0),
    ),
  );
  const bytes = runs.map(({ trace, needs }) => cell(trace.bytesRead, needs.bytes));
  const told = runs.map(({ trace, needs }) => cell(trace.report.totals.bytesRead, needs.bytes));
  return table(
    ["calls on the tree", ...runs.map(({ name }) => name)],
    [
      ...rows.filter((row) => row.slice(1).some((each) => each !== "")),
      ["all calls", ...all],
      ["bytes read", ...bytes],
      ["reported as bytesRead", ...told],
    ],
  );
}

/** @param {number} counted @param {number} need */
function cell(counted, need) {
  if (counted === need) return counted === 0 ? "" : count(counted);
  return `${count(counted)} ${counted > need ? ">" : "<"} ${count(need)}`;
}

/** @param {string} home an empty directory */
async function guard(home) {
  const { signal } = new AbortController();
  /** @param {string} name @param {(tree: TreeWriter) => Promise<void>} write */
  const make = async (name, write) => {
    const root = join(home, name);
    mkdirSync(root);
    await write(new TreeWriter(root, 1, signal));
    return root;
  };
  const native = hasNative();
  if (!native) console.log("koffi is not installed: the native calls are not counted");
  const mixed = await make("mixed", writeMixedTree);
  const runs = [await tryRun("report", mixed, { native })];
  if (native) runs.push(await tryRun("link", mixed, { link: true }));
  const other = native ? await make("other", writeMixedTree) : mixed;
  runs.push(await tryRun("link, plain", other, { link: true, native: false }));
  runs.push(await tryRun("link again", mixed, { link: true, native }));
  const large = await make("large", writeLargeTree);
  runs.push(await tryRun("link, 2 jobs", large, { link: true, jobs: 2, native }));
  console.log(`${comparison(runs)}\n`);
  console.log(
    `"7 > 5": 7 were counted, 5 are needed. plain: DEDUPE_NO_NATIVE=1. All but the last with --jobs 1.`,
  );
  return runs.flatMap(({ wrong }) => wrong);
}

const reason = whyNot();
if (reason === undefined) {
  // No Makefile may lie above the trees, where the program looks for one.
  const top = mkdtempSync(join(realpathSync(tmpdir()), "dedupe-guard-"));
  const home = join(top, "no/build/is/above");
  mkdirSync(home, { recursive: true });
  process.on("exit", () => {
    if (!options.keep) rmSync(top, { recursive: true, force: true });
  });
  process.on("SIGINT", () => process.exit(130));
  const began = performance.now();
  const wrong = await guard(home).catch((/** @type {Error} */ { message }) => [message]);
  for (const words of wrong) console.log(`FAILED ${words}`);
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(
    `${wrong.length === 0 ? "nothing" : wrong.length} beyond the budgets, in ${seconds} s`,
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
} else {
  console.log(`${reason}: skipped`);
}
