/**
 * Counts the system calls that the built command makes on fixed trees and the bytes that it reads, and fails if they
 * exceed what the tree requires. Time does not matter, so the result is the same on every machine.
 *
 *     node bench/guard.mjs [--cli bin/dedupe.js] [--keep]
 *
 * A change that needs more calls adds them to `lib/guard-budget.mjs`, with the reason.
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

/** Most bytes read, relative to the bytes that proving equality requires. */
const MOST_READ = 1.01;

const { values: options } = parseArgs({
  options: {
    cli: { type: "string", default: join(import.meta.dirname, "../bin/dedupe.js") },
    keep: { type: "boolean", default: false },
  },
});
const cli = resolve(options.cli);

/**
 * One run of the command and its budget.
 * @typedef {object} Run
 * @property {string} name
 * @property {Trace} trace
 * @property {Budget} budget
 * @property {Needs} needs
 */

/** Why the calls cannot be counted here; undefined if they can. */
function obstacle() {
  if (process.platform !== "linux") return "system calls are counted on Linux only";
  const tried = spawnSync("strace", ["-qq", "-o", "/dev/null", "true"], { encoding: "utf8" });
  if (tried.error !== undefined) return "strace is not installed";
  if (tried.status !== 0) return `strace does not work here: ${tried.stderr.trim()}`;
  const { header } = /** @type {any} */ (process.report.getReport());
  if (header.glibcVersionRuntime === undefined)
    return "the budgets hold for glibc; other C libraries read directories with other calls";
  return undefined;
}

/** Whether the program can load koffi, by which it makes native calls. */
function hasNative() {
  try {
    createRequire(cli)(`@koromix/koffi-${process.platform}-${process.arch}`);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs the command on a tree, and compares its calls with those that the tree requires.
 * @param {string} name
 * @param {string} root
 * @param {{ link?: boolean, jobs?: number, native?: boolean, again?: boolean }} how
 * @returns {Promise<Run & { wrong: string[] }>}
 */
async function tryRun(
  name,
  root,
  { link = false, jobs = 1, native = true, again: isAgain = false },
) {
  const needs = isAgain ? new Needs(root).asRemembered() : new Needs(root);
  // The made-up files name no tool that writes them.
  const writers = ["--writer", "*=replace"];
  const parameters = [
    ...(link ? ["--hardlink"] : []),
    ...writers,
    "--jobs",
    String(jobs),
    "--json",
    root,
  ];
  const trace = await traceCalls(
    [process.execPath, cli, ...parameters],
    { XDG_CACHE_HOME: join(root, "../cache"), ...(native ? {} : { DEDUPE_NO_NATIVE: "1" }) },
    root,
    (path) => needs.classOf(path),
  );
  const done = needs.linked();
  const budget = budgetOf(needs, done, { native, opensBelow: trace.opensBelow, jobs, link });
  const again = native && link ? needs.alikeBytes : 0;
  const wrong = [...overBudget(trace, budget), ...wrongBytes(trace, needs, again)];
  if (done.changed.length > 0) wrong.push(`paths are gone: ${done.changed.slice(0, 3).join(", ")}`);
  if (link && done.left > 0) wrong.push(`${done.left} sets of identical files are left`);
  if (!link && done.links.length > 0) wrong.push("it changed the tree without --hardlink");
  if (trace.threads < jobs) wrong.push(`${trace.threads} threads read the tree`);
  return { name, trace, budget, needs, wrong: wrong.map((words) => `${name}: ${words}`) };
}

/** @param {Trace} trace @param {Budget} budget @returns {string[]} */
function overBudget({ counts, examples }, budget) {
  const wrong = [];
  for (const [call, counted] of counts) {
    const { need, why } = budget.get(call) ?? { need: 0, why: "none is required" };
    if (counted <= need + slackOf(need)) continue;
    const more = `${count(counted - need)} more than the ${count(need)} required`;
    wrong.push(
      `"${call}" ${count(counted)} times, ${more} (${why}); for example ${examples.get(call)}`,
    );
  }
  return wrong;
}

/** @param {Trace} trace @param {Needs} needs @param {number} again bytes that are read a second time @returns {string[]} */
function wrongBytes({ bytesRead: all, report }, needs, again) {
  const wrong = [];
  const bytesRead = all - again;
  const reported = report.totals.bytesRead;
  if (bytesRead !== reported)
    wrong.push(`it read ${count(bytesRead)} bytes but reports ${count(reported)} as bytesRead`);
  if (bytesRead > MOST_READ * needs.bytes)
    wrong.push(
      `it read ${count(bytesRead)} bytes, ${(bytesRead / needs.bytes).toFixed(3)} × the ${count(needs.bytes)} that proving equality requires (at most ${MOST_READ})`,
    );
  if (bytesRead < needs.bytes)
    wrong.push(
      `it read ${count(bytesRead)} bytes, fewer than the ${count(needs.bytes)} that proving equality requires: either the block sizes have changed (update lib/guard-needs.mjs), or equality is not proven`,
    );
  return wrong;
}

/** A table of all runs: counted calls, and required calls where the numbers differ. @param {Run[]} runs */
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
  const reported = runs.map(({ trace, needs }) => cell(trace.report.totals.bytesRead, needs.bytes));
  return table(
    ["calls on the tree", ...runs.map(({ name }) => name)],
    [
      ...rows.filter((row) => row.slice(1).some((each) => each !== "")),
      ["all calls", ...all],
      ["bytes read", ...bytes],
      ["reported as bytesRead", ...reported],
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
  if (!native) console.log("koffi is not installed: native calls are not counted");
  const mixed = await make("mixed", writeMixedTree);
  const runs = [await tryRun("report", mixed, { native })];
  if (native) runs.push(await tryRun("link", mixed, { link: true }));
  const other = native ? await make("other", writeMixedTree) : mixed;
  runs.push(await tryRun("link, plain", other, { link: true, native: false }));
  runs.push(await tryRun("link again", mixed, { link: true, native, again: true }));
  const large = await make("large", writeLargeTree);
  runs.push(await tryRun("link, 2 jobs", large, { link: true, jobs: 2, native }));
  console.log(`${comparison(runs)}\n`);
  console.log(
    `"7 > 5": 7 calls counted, 5 required. plain: with DEDUPE_NO_NATIVE=1. All runs but the last have --jobs 1.`,
  );
  return runs.flatMap(({ wrong }) => wrong);
}

const reason = obstacle();
if (reason === undefined) {
  // The program also looks for a Makefile in the directories above a tree: there must be none.
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
  console.log(`${wrong.length === 0 ? "no" : wrong.length} budgets exceeded, in ${seconds} s`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} else {
  console.log(`${reason}: skipped`);
}
