/**
 * Random trees under random faults: the built command line runs under strace while one to three kinds of
 * system calls fail, are delayed, or bring a signal; sometimes two runs at once. Whatever happened, every
 * name must hold its content, and one more run must complete the work and leave nothing behind.
 *
 *     [SEED=N] [RUNS=60] node test/faults/random.mjs [--cli bin/dedupe.js]
 *
 * The seed is printed at the start. A failure is shrunk and printed with the line that repeats it.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { describeFault, injectionsFor, plans } from "./random-plan.mjs";
import { clustersOf, makeScene, sketches, whatMustStay, wronglyApart } from "./random-scene.mjs";
import {
  WAYS,
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
  },
});

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const cases = Number(process.env.RUNS ?? 60);
/** Where in the run of a lane the case is that is to be repeated; as fast-check tells it. */
const at = process.env.AT;
const LANES = 2;
/** Tries to make a failing case smaller. */
const SHRINKS = 30;

const home = fs.mkdtempSync(path.join(os.tmpdir(), "dedupe-random-faults-"));
process.on("exit", () => fs.rmSync(home, { recursive: true, force: true }));

const counts = new Map();
const count = (what, by = 1) => counts.set(what, (counts.get(what) ?? 0) + by);

const dedupe = (root, jobs) => [
  process.execPath,
  options.cli,
  "--hardlink",
  "--quiet", // else one that waits says so
  "--jobs",
  String(jobs),
  root,
];
const envOf = (method, waits = true) => ({
  ...WAYS.find((known) => known.method === method).env,
  ...(waits ? {} : { DEDUPE_LOCKED: "1" }),
});
const isTemporary = (name) => path.basename(name).startsWith(".dedupe-");

/** What an undisturbed run calls and does in such a tree. */
async function runUndisturbed(dir, sketch, { method, jobs }, waits) {
  const { root } = makeScene(dir, sketch);
  const inodes = inodesOf(root);
  const log = path.join(dir, "log");
  const done = await strace(dedupe(root, jobs), envOf(method, waits), log);
  if (done.code !== 0 || done.stderr !== "")
    throw new Error(`the undisturbed run failed: ${done.code} ${done.stderr}`);
  const before = new Map(inodes);
  const links = [...inodesOf(root)].filter(([name, inode]) => before.get(name) !== inode).length;
  return { calls: callsOnTree(log, root), clusters: clustersOf(root), links };
}

function inodesOf(root) {
  return namesIn(root).map((name) => [name, fs.lstatSync(path.join(root, name)).ino]);
}

/** Why a disturbed run did not end as it may; [] where it did. */
function judgeEnd(root, { code, stderr }, faults, changed) {
  const wrong = [];
  const signals = faults.flatMap(({ signal }) => signal ?? []);
  const may = [0, 2, 3, ...signals.map((name) => `SIG${name}`)];
  if (signals.includes("INT")) may.push(130);
  if (signals.includes("TERM")) may.push(143);
  if (!may.includes(code)) wrong.push(`exit code ${code}: ${stderr}`);
  if (/defect|\n {4}at /.test(stderr)) wrong.push(`a stack trace: ${stderr}`);
  if (code === 0 && stderr !== "") wrong.push(`exit code 0, stderr: ${stderr}`);
  if ((code === 2 || code === 3) && !stderr.includes(root))
    wrong.push(`exit code ${code}, and no path named: ${stderr}`);
  if (code === 2 && changed) wrong.push("exit code 2, but names were replaced");
  if (faults.length === 0 && code !== 0)
    wrong.push(`undisturbed, but exit code ${code}: ${stderr}`);
  return wrong;
}

/** What is left although the run came to its end, and nobody was told. */
function untoldLeftovers(root, runs, ended) {
  if (ended.some(({ code }) => typeof code === "string")) return [];
  // Told that it is gone, a run has no reason to speak of it.
  const isLie = ({ expression }) => /^unlink(?:at)?:error=ENOENT/.test(expression);
  if (runs.some(({ faults }) => faults.some(isLie))) return [];
  const told = ended.map(({ stderr }) => stderr).join("");
  return namesIn(root).filter((name) => isTemporary(name) && !told.includes(path.basename(name)));
}

async function tryCase(dir, sketch, plan) {
  const clean = await runUndisturbed(path.join(dir, "clean"), sketch, plan.runs[0], plan.waits);
  const { root, outside } = makeScene(path.join(dir, "case"), sketch);
  const before = whatMustStay(root, outside);
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
  if (whatMustStay(root, outside) !== before)
    wrong.push(
      `a name is missing, or changed:\n${before}\n-- is now\n${whatMustStay(root, outside)}`,
    );
  ended.forEach((done, i) => {
    // Where the first faults led it another way, a later one may have met a call of node's own.
    if (injectedCalls(runs[i].log, root).elsewhere.length > 0)
      count("runs not judged by their end");
    else wrong.push(...judgeEnd(root, done, runs[i].faults, changed));
  });
  const untold = untoldLeftovers(root, runs, ended);
  if (untold.length > 0) wrong.push(`left behind, and nobody was told: ${untold.join(" ")}`);
  const left = namesIn(root).filter(isTemporary).length;

  const [command, ...args] = dedupe(root, 1);
  const again = await run(command, args, envOf(plan.next));
  if (again.code !== 0 || again.stderr !== "")
    wrong.push(`the next run: ${again.code} ${again.stderr}`);
  const stay = namesIn(root).filter(isTemporary);
  if (stay.length > 0) wrong.push(`the next run left: ${stay.join(" ")}`);
  else if (clustersOf(root) !== clean.clusters)
    wrong.push(
      `the next run did not complete the work:\n${clustersOf(root)}\n-- instead of\n${clean.clusters}`,
    );
  wrong.push(...wronglyApart(root));
  if (whatMustStay(root, outside) !== before)
    wrong.push(
      `after the next run a name is missing, or changed:\n${before}\n-- is now\n${whatMustStay(root, outside)}`,
    );
  tally(root, runs, ended, clean.links, left);
  return { wrong, told: tell(runs, ended) };
}

function tally(root, runs, ended, links, left) {
  count("links to make", links);
  if (left > 0) count("cases that left something for the next run");
  runs.forEach(({ method, faults, log }, i) => {
    count(`run ${method}: ${ended[i].code}`);
    count("calls that failed", injectedCalls(log, root).onTree.length);
    for (const { call } of faults) count(`fault ${call}`);
  });
}

function tell(runs, ended) {
  return runs.map(
    ({ method, jobs, faults }, i) =>
      `${method}, --jobs ${jobs}: ${faults.map(describeFault).join("; ") || "no fault"} => ${ended[i].code}`,
  );
}

let serial = 0;

/** A share of the cases, one after the other; the failure, if there is one. */
async function runLane(settings) {
  let failing = 0;
  const property = fc.asyncProperty(sketches, plans, async (sketch, plan) => {
    // Once the tries are used up, nothing smaller is looked for; a case that is repeated is the only one.
    if (failing > SHRINKS || (at !== undefined && counts.has("cases"))) return;
    if (failing > 0) failing += 1;
    else count("cases");
    const dir = path.join(home, `c${(serial += 1)}`);
    const { wrong, told } = await tryCase(dir, sketch, plan);
    fs.rmSync(dir, { recursive: true, force: true });
    if (wrong.length === 0) return;
    failing ||= 1;
    throw new Error([...told, ...wrong].join("\n"));
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
  repeat all: SEED=${seed} RUNS=${cases} node test/faults/random.mjs
  repeat this: SEED=${result.seed} AT=${result.counterexamplePath} node test/faults/random.mjs`);
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
