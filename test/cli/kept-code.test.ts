/** The compiled code that the build leaves beside the bundle: taken only where it belongs to it, missed by nobody. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { PROJECT } from "../support/paths.ts";
import { emptyDir } from "../support/tree.ts";

interface Loader {
  readonly keptCodeOf: (bundle: string) => Buffer | undefined;
  readonly compile: (bundle: string, kept?: Buffer) => { readonly cachedDataRejected?: boolean };
}
const loader = createRequire(import.meta.url)(`${PROJECT}/bin/load.js`) as Loader;

/** A copy of what a package holds, with the compiled code. */
function install(): { readonly root: string; readonly bundle: string; readonly cache: string } {
  const root = emptyDir();
  for (const dir of ["bin", "dist"])
    fs.cpSync(`${PROJECT}/${dir}`, `${root}/${dir}`, {
      recursive: true,
      preserveTimestamps: true,
    });
  fs.symlinkSync(`${PROJECT}/node_modules`, `${root}/node_modules`);
  fs.copyFileSync(`${PROJECT}/package.json`, `${root}/package.json`);
  return { root, bundle: `${root}/dist/cli.cjs`, cache: `${root}/dist/cli.cache` };
}

const WHOLE = fs.statSync(`${PROJECT}/dist/cli.cache`).size;

describe("compiled code beside the bundle", () => {
  test("is taken by V8", () => {
    const { bundle } = install();
    expect(loader.compile(bundle, loader.keptCodeOf(bundle)).cachedDataRejected).toBe(false);
  });

  test.each<[string, (bundle: string, cache: string) => void]>([
    ["is not there", (_, cache) => fs.rmSync(cache)],
    ["is empty", (_, cache) => fs.truncateSync(cache, 0)],
    ["was made from another bundle", (bundle) => fs.utimesSync(bundle, 1, 1)],
    ["was cut", (_, cache) => fs.truncateSync(cache, WHOLE / 2)],
    ["is of another V8", (_, cache) => overwrite(cache, 16 + 4)],
  ])("where it %s, the command runs as well", (_, harm) => {
    const { root, bundle, cache } = install();
    harm(bundle, cache);
    const kept = loader.keptCodeOf(bundle);
    if (kept !== undefined) expect(loader.compile(bundle, kept).cachedDataRejected).toBe(true);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [`${root}/bin/dedupe.js`, "--version"],
      { encoding: "utf8" },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

function overwrite(file: string, at: number): void {
  const descriptor = fs.openSync(file, "r+");
  fs.writeSync(descriptor, Buffer.from("other"), 0, 4, at);
  fs.closeSync(descriptor);
}
