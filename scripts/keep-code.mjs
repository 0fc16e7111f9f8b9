/**
 * Runs the command line once on a small tree and keeps what V8 has compiled for it, for `bin/load.js`. In a
 * process of its own, as V8 takes it for the same flags only.
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { cacheOf, compile, headerOf, run } from "../bin/load.js";

const bundle = resolve(import.meta.dirname, "../dist/cli.cjs");
const tree = mkdtempSync(join(tmpdir(), "dedupe-keep-code-"));
for (const variant of ["O0", "O2", "O3"]) {
  mkdirSync(join(tree, variant));
  for (let i = 0; i < 20; i += 1)
    writeFileSync(join(tree, variant, `${i}.o`), `${i % 5}`.repeat(300 * (1 + (i % 3))));
}

process.argv.splice(1, Infinity, "dedupe", "--hardlink", "--jobs", "1", tree);
const script = compile(bundle);
run(script, bundle);

process.on("exit", (code) => {
  rmSync(tree, { recursive: true, force: true });
  if (code !== 0) return;
  const fresh = `${cacheOf(bundle)}.${process.pid}`;
  writeFileSync(fresh, Buffer.concat([headerOf(bundle), script.createCachedData()]));
  renameSync(fresh, cacheOf(bundle));
});
