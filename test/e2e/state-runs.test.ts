/** Runs over different roots do not wait for each other, and write one state. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { TRUST, run, runTrusting } from "../support/run.ts";
import { hasStrace, withFault } from "../support/strace.ts";
import { type Spec, file, makeTree } from "../support/tree.ts";

const SAME = file("\x7fELF the same content");
const PARTS = ["a", "b", "c"];
const spec = (names: readonly string[]): Spec =>
  Object.fromEntries(PARTS.flatMap((part) => names.map((name) => [`build/${part}/${name}`, SAME])));
const stateOf = (path: string): string[] => ["--state", "build/state", path];

/** One run per part. Each is stopped for a while between reading the state and replacing it, so that the others do so, too. */
async function runAtOnce(root: string, ...command: string[]): Promise<unknown[]> {
  return Promise.all(
    PARTS.map(async (part) => {
      const args = [...command, ...stateOf(`build/${part}`)];
      const child = spawn("strace", withFault("fdatasync", "delay_enter=300000", args), {
        cwd: root,
        stdio: "ignore",
      });
      const [code] = (await once(child, "close")) as [number];
      return code;
    }),
  );
}

function runOneByOne(root: string): unknown[] {
  return PARTS.map(
    (part) => runTrusting(["--hardlink", ...stateOf(`build/${part}`)], { cwd: root }).code,
  );
}

/** The paths that are known to be linked: a run reports them once their files are written to. */
function remembered(root: string, name: string): string[] {
  for (const part of PARTS) fs.appendFileSync(`${root}/build/${part}/${name}`, "more");
  const { json } = runTrusting(["--json", ...stateOf("build")], { cwd: root });
  return (json["writtenThrough"] as { path: string }[]).map(({ path }) => path);
}

const pathsOf = (...names: string[]): string[] =>
  PARTS.flatMap((part) => names.map((name) => `build/${part}/${name}`));

function marked(root: string): string[] {
  const { json } = run(["status", "--json", ...stateOf("build")], { cwd: root });
  return (json["marked"] as { path: string }[]).map(({ path }) => path);
}

const LINK = [...TRUST, "--hardlink"];

describe.skipIf(!hasStrace)("runs at once over parts of a tree (needs strace)", () => {
  test("all links are remembered if there was no state", async () => {
    const root = makeTree(spec(["x.o", "y.o"]));
    expect(await runAtOnce(root, ...LINK)).toEqual([0, 0, 0]);
    expect(remembered(root, "x.o")).toEqual(pathsOf("x.o", "y.o"));
    expect(fs.readdirSync(`${root}/build`)).toEqual([...PARTS, "state"]);
  });

  test("all links are remembered if there was one", async () => {
    const root = makeTree(spec(["x.o", "y.o"]));
    expect(runOneByOne(root)).toEqual([0, 0, 0]);
    for (const path of pathsOf("v.o", "w.o"))
      fs.writeFileSync(`${root}/${path}`, "\x7fELF other content");
    expect(await runAtOnce(root, ...LINK)).toEqual([0, 0, 0]);
    expect(remembered(root, "v.o")).toEqual(pathsOf("v.o", "w.o"));
  });

  test("all repairs are remembered, and all marks can be forgotten", async () => {
    const root = makeTree(spec(["x.o", "y.o"]));
    expect(runOneByOne(root)).toEqual([0, 0, 0]);
    expect(remembered(root, "x.o")).toHaveLength(6);
    expect(await runAtOnce(root, ...LINK)).toEqual([3, 3, 3]);
    expect(marked(root)).toEqual(pathsOf("x.o", "y.o"));
    expect(await runAtOnce(root, "status", "--forget")).toEqual([0, 0, 0]);
    expect(marked(root)).toEqual([]);
  });
});
