/** @module-tag slow */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { expect, test } from "vitest";
import { CLI } from "../support/paths.ts";
import { TRUST } from "../support/run.ts";
import { makeTree } from "../support/tree.ts";
import { describeWhere, whyNot } from "./helpers.ts";

/** Runs the command so that it cannot load some packages, as if they were installed out of its reach. */
function runWithout(request: RegExp, root: string) {
  const preload = `${makeTree({})}/preload.cjs`;
  fs.writeFileSync(
    preload,
    `const Module = require("node:module"); const load = Module._load;
     Module._load = (name, parent, ...rest) => {
       if (${String(request)}.test(name) && !/node_modules/.test(parent?.filename ?? "")) throw new Error("out of reach");
       return load(name, parent, ...rest);
     };`,
  );
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", preload, CLI, ...TRUST, "--hardlink", "--json", root],
    { encoding: "utf8" },
  );
  expect(stderr).toBe("");
  return JSON.parse(stdout).methods;
}

describeWhere("koffi is loaded", whyNot, () => {
  test.each([
    ["by the path of its binary", /^$/, { exchange: 1, rename: 0 }],
    ["by the package's main file", /^@koromix.*koffi\.node$/, { exchange: 1, rename: 0 }],
    ["or not: then names are renamed", /koffi/, { exchange: 0, rename: 1 }],
  ])("%s", (_, request, methods) => {
    const root = makeTree({ "a.o": "same", "b.o": "same" });
    expect(runWithout(request, root)).toMatchObject(methods);
  });
});
