/**
 * Measures the cost of replacing files by exchange, with its checks for writers, and by rename: runs whole commands
 * in turn on a tree of duplicates and prints medians.
 *
 *     node test/filesystems/measure.mjs [directory on the file system to measure] [runs]
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const PROJECT = path.resolve(import.meta.dirname, "../..");
const [dir = os.tmpdir(), runs = "7"] = process.argv.slice(2);
const home = fs.mkdtempSync(path.join(dir, "dedupe-measure-"));
const NAMES = 6000;
const CONTENTS = 1000;

function makeTree(root) {
  for (let i = 0; i < NAMES; i += 1) {
    const file = path.join(root, `d${i % 40}`, `f${i}.o`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `content ${i % CONTENTS} `.repeat(400));
  }
}

function seconds(root, env) {
  makeTree(root);
  const began = performance.now();
  const done = spawnSync(
    process.execPath,
    [path.join(PROJECT, "bin/dedupe.js"), "--hardlink", "--writer", "*=replace", "--json", root],
    {
      env: { ...process.env, ...env },
      encoding: "utf8",
    },
  );
  const took = (performance.now() - began) / 1000;
  const { totals, methods } = JSON.parse(done.stdout);
  if (done.status !== 0 || totals.replaced !== NAMES - CONTENTS) throw new Error(done.stderr);
  fs.rmSync(root, { recursive: true });
  return { took, methods };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const found = { exchange: [], rename: [] };
for (let i = 0; i < Number(runs); i += 1) {
  for (const { method, env } of [
    { method: "exchange", env: {} },
    { method: "rename", env: { DEDUPE_NO_NATIVE: "1" } },
  ]) {
    const { took, methods } = seconds(path.join(home, "t"), env);
    if (methods[method] !== NAMES - CONTENTS)
      throw new Error(`not by ${method}: ${JSON.stringify(methods)}`);
    found[method].push(took);
  }
}
fs.rmSync(home, { recursive: true });
for (const [method, times] of Object.entries(found)) {
  const each = ((median(times) / (NAMES - CONTENTS)) * 1e6).toFixed(0);
  console.log(
    `${method}: median ${median(times).toFixed(3)} s of ${times.map((time) => time.toFixed(3)).join(" ")}; ${each} µs for each of ${NAMES - CONTENTS} links, walk and comparison included`,
  );
}
console.log(
  `node ${process.version}, ${os.cpus().length} processors, load ${os.loadavg()[0].toFixed(1)}`,
);
