/**
 * Injects faults into system calls: runs the built command under strace on a small real tree, and makes every
 * single call that concerns the tree fail once with every error that it can return, and kills the process at each.
 * After each case, every file must have its contents, and the next run must complete the work and leave nothing
 * behind.
 *
 *     node test/faults/strace.mjs [--every N] [--jobs 2] [--only CASE] [--cli bin/dedupe.js] [--keep] [--store]
 *
 * `--every 9` runs every ninth case. With `--store`, the run uses a content store, which has some of the files, one of
 * them damaged; afterwards, every entry that was put in has the contents that its name says. A failing case is printed with the command that repeats it.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import {
  ERRORS,
  METHODS,
  byText,
  callsOnTree,
  isInstalled,
  namesIn,
  run,
  strace,
} from "./traced.mjs";

const PROJECT = path.resolve(import.meta.dirname, "../..");
const { values: options } = parseArgs({
  options: {
    every: { type: "string", default: "1" },
    jobs: { type: "string", default: "2" },
    only: { type: "string" },
    cli: { type: "string", default: path.join(PROJECT, "bin/dedupe.js") },
    keep: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    store: { type: "boolean", default: false },
  },
});

const base = fs.mkdtempSync(path.join(os.tmpdir(), "dedupe-faults-"));
process.on("exit", () => {
  if (!options.keep) fs.rmSync(base, { recursive: true, force: true });
});

/** Two duplicate sets, one of files that take several reads; a duplicate with two links; a different file of the same size. */
function makeTree(top) {
  const root = treeOf(top);
  const small = Buffer.alloc(3000, "small ");
  const large = Buffer.alloc(70_000, "large ");
  const write = (name, content, age) => {
    fs.mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), content);
    fs.utimesSync(path.join(root, name), 1.7e9 + age, 1.7e9 + age);
  };
  write("a/x.o", small, 0);
  write("b/x.o", small, 10);
  write("b/y.o", small, 20);
  fs.linkSync(path.join(root, "b/y.o"), path.join(root, "b/z.o"));
  write("b/u.o", Buffer.alloc(3000, "other "), 0);
  write("build/O2/m.o", large, 30);
  write("build/O3/m.o", large, 0);
  for (const dir of ["a", "b", "build/O2", "build/O3"])
    fs.utimesSync(path.join(root, dir), 1.6e9, 1.6e9);
  if (options.store) makeStore(top, { small, large });
}

/** What is searched below the directory of a case; with a store, that is beside it. */
const treeOf = (top) => (options.store ? path.join(top, "tree") : top);

/** A store with two entries that the tree has, too, one of which is damaged. */
function makeStore(top, { small, large }) {
  const store = path.join(top, "store");
  fs.mkdirSync(path.join(store, "tmp"), { recursive: true });
  for (let i = 0; i < 256; i += 1) fs.mkdirSync(path.join(store, i.toString(16).padStart(2, "0")));
  for (const [name, text] of Object.entries({ format: "1\n", README: "", lock: "" }))
    fs.writeFileSync(path.join(store, name), text);
  fs.writeFileSync(path.join(store, "trimmed"), `${new Date().toISOString()}\n`);
  for (const [content, stored] of [
    [small, small],
    [large, Buffer.alloc(large.length, "wrong ")],
  ]) {
    const digest = createHash("sha256").update(content).digest("hex");
    const entry = path.join(store, digest.slice(0, 2), `${digest}-644`);
    fs.writeFileSync(entry, stored);
    fs.utimesSync(entry, 1.6e9, 1.6e9); // which no other file has
  }
}

/** Entries that a run has put in and whose contents are not what their names say. An eviction may fail. */
function damagedIn(top) {
  if (!options.store) return [];
  return namesIn(path.join(top, "store"))
    .filter((name) => /^[0-9a-f]{2}\//.test(name))
    .filter((name) => {
      if (fs.lstatSync(path.join(top, "store", name)).mtimeMs === 1.6e12) return false;
      const bytes = fs.readFileSync(path.join(top, "store", name));
      return createHash("sha256").update(bytes).digest("hex") !== path.basename(name).slice(0, 64);
    });
}

/** Paths and content hashes of all files but temporary ones. */
function contentsOf(top) {
  const root = treeOf(top);
  return namesIn(root)
    .filter((name) => !path.basename(name).startsWith(".dedupe-"))
    .map(
      (name) =>
        `${name} ${createHash("sha256")
          .update(fs.readFileSync(path.join(root, name)))
          .digest("hex")
          .slice(0, 12)}`,
    )
    .join("\n");
}

/** Which paths share an inode, and its time. */
function clustersOf(top) {
  const root = treeOf(top);
  const clusters = new Map();
  for (const name of namesIn(root)) {
    const { ino, mtimeMs } = fs.lstatSync(path.join(root, name));
    clusters.set(ino, [...(clusters.get(ino) ?? [`${mtimeMs / 1000 - 1.7e9}:`]), name]);
  }
  return [...clusters.values()]
    .map((names) => names.join(" "))
    .toSorted(byText)
    .join("\n");
}

const dedupe = (root) => [
  process.execPath,
  options.cli,
  "--hardlink",
  "--writer",
  "*=replace",
  "--jobs",
  "1",
  ...(options.store ? ["--no-state", "--store", path.join(root, "store")] : []),
  treeOf(root),
];

/**
 * The environment of the runs of a case: no states of other trees, whose reading would shift the numbers of the calls.
 */
const isolated = (root, env) => ({
  ...env,
  XDG_CACHE_HOME: path.join(base, `cache-${path.basename(root)}`),
  NODE_DISABLE_COMPILE_CACHE: "1",
});

/** What is wrong after a case. */
function judge(root, before, expected, fault, done) {
  const wrong = [];
  if (contentsOf(root) !== before) wrong.push("a file is missing or its contents changed");
  if (/defect|\n {4}at /.test(done.stderr)) wrong.push(`a stack trace: ${done.stderr}`);
  if (fault.errno === undefined) return wrong;
  if (![0, 2, 3].includes(done.code)) wrong.push(`exit code ${done.code}`);
  // What cannot be put into the store is a warning.
  if (options.store) return wrong;
  if (expected !== undefined && done.code !== expected)
    wrong.push(`exit code ${done.code} instead of ${expected}: ${done.stderr}`);
  if ((done.code === 0) !== (done.stderr === ""))
    wrong.push(`exit code ${done.code}, stderr: ${done.stderr}`);
  if (done.code !== 0 && !done.stderr.includes(root))
    wrong.push(`no path in the message: ${done.stderr}`);
  return wrong;
}

/** The exit code after one failing call; undefined if it is not known. */
function exitCodeOf({ call, errno, parameters }) {
  // A file is renamed to itself to ask whether its directory lets files be removed.
  if (/^rename(?:at)?$/.test(call) && /(?:^|, )("[^"]*"), (?:\d+, )?\1/.test(parameters)) return 0;
  return ERRORS[call][errno];
}

let serial = 0;
const unreached = [];

async function tryCase(fault, clusters) {
  const root = path.join(base, `t${(serial += 1)}`);
  const log = `${root}.log`;
  makeTree(root);
  const before = contentsOf(root);
  const { call, count, errno } = fault;
  const env = isolated(root, fault.env);
  const what = errno === undefined ? "signal=KILL" : `error=${errno}`;
  const done = await strace(dedupe(root), env, log, [
    `${call}:${what}:when=${count}${fault.on ? "+" : ""}`,
  ]);
  const hit = fs.readFileSync(log, "latin1");
  if (errno === undefined ? done.code !== "SIGKILL" : !hit.includes("(INJECTED)"))
    unreached.push(fault.id);
  const expected = fault.on || !fault.isSure ? undefined : exitCodeOf(fault);
  const wrong = judge(root, before, expected, fault, done);
  const again = await run(dedupe(root)[0], dedupe(root).slice(1), env);
  const isQuiet = options.store || again.stderr === "";
  if (again.code !== 0 || !isQuiet) wrong.push(`the next run: ${again.code} ${again.stderr}`);
  if (contentsOf(root) !== before)
    wrong.push("after the next run, a file is missing or its contents changed");
  for (const name of damagedIn(root)) wrong.push(`a damaged entry: ${name}`);
  const left = namesIn(treeOf(root)).filter((name) => path.basename(name).startsWith(".dedupe-"));
  if (left.length > 0) wrong.push(`left behind: ${left.join(" ")}`);
  else if (!options.store && clustersOf(root) !== clusters)
    wrong.push(`the next run did not complete the work:\n${clustersOf(root)}`);
  if (!options.keep)
    for (const made of [root, log, env.XDG_CACHE_HOME])
      fs.rmSync(made, { recursive: true, force: true });
  return { wrong, code: done.code };
}

async function casesOf({ method, env }) {
  const root = path.join(base, `clean-${method}`);
  makeTree(root);
  const log = `${root}.log`;
  const before = contentsOf(root);
  const done = await strace(dedupe(root), isolated(root, env), log);
  if (done.code !== 0 || contentsOf(root) !== before)
    throw new Error(`the clean run failed: ${done.code} ${done.stderr}`);
  const calls = callsOnTree(log, root);
  return { faults: faultsFor(calls, method, env), clusters: clustersOf(root), calls };
}

/**
 * The faults to inject. In the phase that replaces: every error and a kill at every call. Before (walking,
 * reading) and after it (restoring times of directories): every error at the first call of each kind, EIO at the
 * others.
 */
function faultsFor(calls, method, env) {
  const first = calls.findLastIndex(({ call }) => call === "pread64" || call === "llistxattr") + 1;
  const last = calls.findLastIndex(({ call }) => /^(rename|unlink)/.test(call));
  const lastSet = calls.findLastIndex(({ call }) => call.startsWith("rename")) - 8;
  const faults = [];
  const seen = new Set();
  calls.forEach(({ call, count, parameters }, i) => {
    const replaces = i >= first && i <= last;
    // The exit code is known for calls until the last replacement, except those on the root itself.
    const isSure = i <= last && !parameters.includes('""');
    const fault = { method, env, call, count, parameters, isSure };
    const errnos = Object.keys(ERRORS[call]);
    const isNew = !seen.has(call);
    // The last set takes the same code path as the first.
    const isThorough = isNew || (replaces && i < lastSet);
    for (const errno of isThorough ? errnos : ["EIO"].filter((name) => name in ERRORS[call])) {
      faults.push({ ...fault, errno, id: `${method}:${call}:${count}:${errno}` });
    }
    if (i >= first) faults.push({ ...fault, id: `${method}:${call}:${count}:KILL` });
    // The first call of each kind that replaces also fails permanently, except for fcntl, which Node needs.
    if (replaces && !seen.has(`${call}+`) && call !== "fcntl") {
      for (const errno of errnos)
        faults.push({ ...fault, errno, on: true, id: `${method}:${call}:${count}+:${errno}` });
      seen.add(`${call}+`);
    }
    seen.add(call);
  });
  return faults;
}

async function runCases() {
  if (!isInstalled()) {
    console.log("strace is not installed: skipped");
    return 0;
  }
  const began = Date.now();
  const work = [];
  for (const method of METHODS) {
    const { faults, clusters, calls } = await casesOf(method);
    if (options.list)
      for (const { call, count, parameters } of calls)
        console.log(`${method.method} ${call} ${count} ${parameters}`);
    for (const fault of faults) work.push({ fault, clusters });
  }
  if (options.list) {
    console.log(`${work.length} cases`);
    return 0;
  }
  const chosen = work.filter(({ fault }, i) =>
    options.only === undefined ? i % Number(options.every) === 0 : fault.id === options.only,
  );
  const counts = new Map();
  let failures = 0;
  let next = 0;
  const worker = async () => {
    while (next < chosen.length) {
      const { fault, clusters } = chosen[(next += 1) - 1];
      const { wrong, code } = await tryCase(fault, clusters);
      const key = `${fault.method} ${fault.call}`;
      const entry = counts.get(key) ?? { cases: 0, codes: {} };
      entry.cases += 1;
      entry.codes[code] = (entry.codes[code] ?? 0) + 1;
      counts.set(key, entry);
      if (wrong.length === 0) continue;
      failures += 1;
      console.log(
        `\nFAILED ${fault.id} (${fault.parameters})\n  ${wrong.join("\n  ")}\n  repeat: node test/faults/strace.mjs --keep --only ${fault.id}`,
      );
    }
  };
  await Promise.all(Array.from({ length: Number(options.jobs) }, worker));
  for (const [key, { cases, codes }] of [...counts].toSorted(([a], [b]) => byText(a, b))) {
    const listed = Object.entries(codes).map(([code, count]) => `${count} × ${code}`);
    console.log(
      `${key.padEnd(20)} ${String(cases).padStart(5)} cases; exit codes: ${listed.join(", ")}`,
    );
  }
  const kills = chosen.filter(({ fault }) => fault.errno === undefined).length;
  console.log(
    `${chosen.length} cases (${kills} of them SIGKILL), ${failures} failed, ${unreached.length} did not reach their call, in ${Math.round((Date.now() - began) / 1000)} s`,
  );
  if (unreached.length > 0) console.log(`not reached: ${unreached.slice(0, 10).join(" ")}`);
  return failures > 0 || unreached.length > chosen.length / 50 ? 1 : 0;
}

process.exitCode = await runCases();
