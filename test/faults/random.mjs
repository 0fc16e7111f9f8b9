/**
 * Injects random faults into runs on random trees: the built command runs under strace, which makes one to three
 * kinds of system calls fail, delays them, or sends a signal; sometimes there are two runs at once. Whatever
 * happens, every file must keep its contents, and one more run must complete the work and leave nothing behind.
 *
 *     [SEED=N] [RUNS=60] node test/faults/random.mjs [--cli bin/dedupe.js] [--store]
 *
 * With `--store`, the runs use a content store, which has some of the files already; every entry must have the contents
 * that its name says.
 *
 * The seed is printed at the start. A failing case is shrunk and printed with the command that repeats it.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { describeFault, injectionsFor, plans } from "./random-plan.mjs";
import {
  STORED,
  clustersOf,
  damagedEntries,
  makeScene,
  missingLinks,
  sketches,
  stateToKeep,
  storeOf,
} from "./random-scene.mjs";
import {
  METHODS,
  byText,
  callsOnTree,
  injectedCalls,
  isInstalled,
  namesIn,
  run,
  strace,
} from "./traced.mjs";

const PROJECT = path.resolve(import.meta.dirname, "../..");
const { values: options } = parseArgs({
  options: {
    cli: { type: "string", default: path.join(PROJECT, "bin/dedupe.js") },
    store: { type: "boolean", default: false },
  },
});

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const cases = Number(process.env.RUNS ?? 60);
/** The path of the case to repeat, as printed by fast-check. */
const at = process.env.AT;
/** Number of cases that run at once. */
const LANES = 2;
/** Maximum number of attempts to shrink a failing case. */
const SHRINKS = 30;

/** Repeats the options in the commands that are printed. */
const flags = options.store ? " --store" : "";

const base = fs.mkdtempSync(path.join(os.tmpdir(), "dedupe-random-faults-"));
process.on("exit", () => fs.rmSync(base, { recursive: true, force: true }));

const counts = new Map();
const count = (what, by = 1) => counts.set(what, (counts.get(what) ?? 0) + by);

const dedupe = (root, jobs) => [
  process.execPath,
  options.cli,
  "--hardlink",
  "--writer",
  "*=replace",
  "--quiet", // no message about waiting for another run
  "--jobs",
  String(jobs),
  ...(options.store ? ["--store", storeOf(root)] : []),
  root,
];
/** The directory whose calls fail: the tree, with a store the one that holds both. */
const faultyIn = (root) => (options.store ? path.dirname(root) : root);
const envOf = (method, waits = true) => ({
  ...METHODS.find((known) => known.method === method).env,
  ...(waits ? {} : { DEDUPE_LOCKED: "1" }),
});
const isTemporary = (name) => path.basename(name).startsWith(".dedupe-");

/** A scene; with a store, one that has a file of the tree and a program that some trees have. */
async function prepareScene(dir, sketch) {
  if (options.store) {
    const { root } = makeScene(dir, STORED);
    const [command, ...args] = dedupe(root, 1);
    const { code, stderr } = await run(command, args, {});
    if (code !== 0) throw new Error(`the store could not be made: ${code} ${stderr}`);
    for (const made of ["tree", "outside"])
      fs.rmSync(path.join(dir, made), { recursive: true, force: true });
  }
  return makeScene(dir, sketch);
}

/** The calls and the result of a run without faults. */
async function runUndisturbed(dir, sketch, { method, jobs }, waits) {
  const { root } = await prepareScene(dir, sketch);
  const inodes = inodesOf(root);
  const log = path.join(dir, "log");
  const done = await strace(dedupe(root, jobs), envOf(method, waits), log);
  if (done.code !== 0 || done.stderr !== "")
    throw new Error(`the undisturbed run failed: ${done.code} ${done.stderr}`);
  const before = new Map(inodes);
  const links = [...inodesOf(root)].filter(([name, inode]) => before.get(name) !== inode).length;
  return { calls: callsOnTree(log, faultyIn(root)), clusters: clustersOf(root), links };
}

function inodesOf(root) {
  return namesIn(root).map((name) => [name, fs.lstatSync(path.join(root, name)).ino]);
}

/** What is wrong with how a run ended. */
function judgeEnd(root, { code, stderr }, faults, changed) {
  const wrong = [];
  const signals = faults.flatMap(({ signal }) => signal ?? []);
  const allowed = [0, 2, 3, ...signals.map((name) => `SIG${name}`)];
  if (signals.includes("INT")) allowed.push(130);
  if (signals.includes("TERM")) allowed.push(143);
  if (!allowed.includes(code)) wrong.push(`exit code ${code}: ${stderr}`);
  if (/defect|\n {4}at /.test(stderr)) wrong.push(`a stack trace: ${stderr}`);
  // What cannot be put into the store is a warning.
  if (code === 0 && stderr !== "" && !options.store) wrong.push(`exit code 0, stderr: ${stderr}`);
  if ((code === 2 || code === 3) && !stderr.includes(faultyIn(root)))
    wrong.push(`exit code ${code}, but no path in the message: ${stderr}`);
  if (code === 2 && changed) wrong.push("exit code 2, but files were replaced");
  if (faults.length === 0 && code !== 0) wrong.push(`no fault, but exit code ${code}: ${stderr}`);
  return wrong;
}

/** The temporary files that a run left without reporting them. */
function unreportedLeftovers(root, runs, ended) {
  if (ended.some(({ code }) => typeof code === "string")) return [];
  // After ENOENT, a run has no reason to report the file.
  const isFalse = ({ expression }) => /^unlink(?:at)?:error=ENOENT/.test(expression);
  if (runs.some(({ faults }) => faults.some(isFalse))) return [];
  const messages = ended.map(({ stderr }) => stderr).join("");
  return namesIn(root).filter(
    (name) => isTemporary(name) && !messages.includes(path.basename(name)),
  );
}

async function tryCase(dir, sketch, plan) {
  const clean = await runUndisturbed(path.join(dir, "clean"), sketch, plan.runs[0], plan.waits);
  const { root, outside } = await prepareScene(path.join(dir, "case"), sketch);
  const before = stateToKeep(root, outside);
  const inodes = String(inodesOf(root));
  const runs = plan.runs.map(({ method, jobs, faults }, i) => {
    const log = path.join(dir, `log${i}`);
    const injections = injectionsFor(faults, clean.calls);
    return { method, jobs, faults: injections, log };
  });
  const ended = await Promise.all(
    runs.map(({ method, jobs, faults, log }) =>
      strace(
        dedupe(root, jobs),
        envOf(method, plan.waits),
        log,
        faults.map(({ expression }) => expression),
      ),
    ),
  );
  const wrong = [];
  const changed = runs.length === 1 && String(inodesOf(root)) !== inodes;
  if (stateToKeep(root, outside) !== before)
    wrong.push(
      `a file is missing or changed:\n${before}\n-- is now\n${stateToKeep(root, outside)}`,
    );
  ended.forEach((done, i) => {
    // If the first faults changed what the run does, a later one may have hit a call of Node itself.
    if (injectedCalls(runs[i].log, faultyIn(root)).elsewhere.length > 0)
      count("runs not judged by their end");
    else wrong.push(...judgeEnd(root, done, runs[i].faults, changed));
  });
  const unreported = unreportedLeftovers(root, runs, ended);
  if (unreported.length > 0) wrong.push(`left behind without a report: ${unreported.join(" ")}`);
  const left = namesIn(root).filter(isTemporary).length;

  const [command, ...args] = dedupe(root, 1);
  const again = await run(command, args, envOf(plan.next));
  if (again.code !== 0 || (again.stderr !== "" && !options.store))
    wrong.push(`the next run: ${again.code} ${again.stderr}`);
  const stillThere = namesIn(root).filter(isTemporary);
  if (stillThere.length > 0) wrong.push(`the next run left: ${stillThere.join(" ")}`);
  else if (!options.store && clustersOf(root) !== clean.clusters)
    // With a store, the times depend on which file was put in first.
    wrong.push(
      `the next run did not complete the work:\n${clustersOf(root)}\n-- instead of\n${clean.clusters}`,
    );
  wrong.push(...missingLinks(root));
  if (options.store) wrong.push(...damagedEntries(storeOf(root)));
  if (stateToKeep(root, outside) !== before)
    wrong.push(
      `after the next run, a file is missing or changed:\n${before}\n-- is now\n${stateToKeep(root, outside)}`,
    );
  tally(root, runs, ended, clean.links, left);
  return { wrong, summary: describeRuns(runs, ended) };
}

function tally(root, runs, ended, links, left) {
  count("links to make", links);
  if (left > 0) count("cases that left temporary files to the next run");
  runs.forEach(({ method, faults, log }, i) => {
    count(`run ${method}: ${ended[i].code}`);
    count("calls that failed", injectedCalls(log, faultyIn(root)).onTree.length);
    for (const { call } of faults) count(`fault ${call}`);
  });
}

function describeRuns(runs, ended) {
  return runs.map(
    ({ method, jobs, faults }, i) =>
      `${method}, --jobs ${jobs}: ${faults.map(describeFault).join("; ") || "no fault"} => ${ended[i].code}`,
  );
}

let serial = 0;

/** Runs a share of the cases one after another; returns the failure, if any. */
async function runLane(settings) {
  let failing = 0;
  const property = fc.asyncProperty(sketches, plans, async (sketch, plan) => {
    // Stop shrinking after SHRINKS attempts. With AT, run one case only.
    if (failing > SHRINKS || (at !== undefined && counts.has("cases"))) return;
    if (failing > 0) failing += 1;
    else count("cases");
    const dir = path.join(base, `c${(serial += 1)}`);
    const { wrong, summary } = await tryCase(dir, sketch, plan);
    fs.rmSync(dir, { recursive: true, force: true });
    if (wrong.length === 0) return;
    failing ||= 1;
    throw new Error([...summary, ...wrong].join("\n"));
  });
  const result = await fc.check(property, settings);
  return result.failed ? result : undefined;
}

function report(result) {
  const [sketch, plan] = result.counterexample;
  const message = String(result.errorInstance?.message ?? result.error);
  console.log(`
FAILED
  ${message.replaceAll("\n", "\n  ")}
  tree: ${JSON.stringify(sketch)}
  plan: ${JSON.stringify(plan)}
  repeat all: SEED=${seed} RUNS=${cases} node test/faults/random.mjs${flags}
  repeat this: SEED=${result.seed} AT=${result.counterexamplePath} node test/faults/random.mjs${flags}`);
}

async function runCases() {
  if (!isInstalled()) {
    console.log("strace is not installed: skipped");
    return 0;
  }
  const began = Date.now();
  console.log(`random faults in random trees: SEED=${seed} RUNS=${cases}`);
  const share = (lane) => Math.floor((cases + lane) / LANES);
  const lanes =
    at === undefined
      ? Array.from({ length: LANES }, (_, lane) => ({ seed: seed + lane, numRuns: share(lane) }))
      : [{ seed, numRuns: 1, path: at, endOnFailure: true }];
  const busy = lanes.filter(({ numRuns }) => numRuns > 0);
  const failures = (await Promise.all(busy.map(runLane))).filter((result) => result !== undefined);
  failures.forEach(report);
  for (const [what, number] of [...counts].toSorted(([a], [b]) => byText(a, b)))
    console.log(`${what}: ${number}`);
  console.log(
    `${counts.get("cases")} cases, ${failures.length === 0 ? "none failed" : "FAILED"}, in ${Math.round((Date.now() - began) / 1000)} s (SEED=${seed} RUNS=${cases})`,
  );
  return failures.length > 0 ? 1 : 0;
}

process.exitCode = await runCases();
