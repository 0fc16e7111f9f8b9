import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { runTrusting } from "../support/run.ts";
import { linked } from "../support/snapshot.ts";
import { at, file, makeTree, setTime } from "../support/tree.ts";

const LINKED = [["build/a/x.o", "build/b/x.o"]];

/**
 * A build tool that makes `build/b/x.o` again if it is older than `stamp`, which `dedupe` cannot know to be one of its
 * prerequisites. It replaces its output.
 */
function makeProject(): string {
  const root = makeTree({
    "build/a/x.o": file("\x7fELF content", { mtime: at(0) }),
    "build/b/x.o": file("\x7fELF content", { mtime: at(20) }),
  });
  fs.writeFileSync(`${root}/stamp`, "");
  setTime(`${root}/stamp`, at(10));
  return root;
}

function buildSteps(root: string, content = "\x7fELF content"): number {
  const output = `${root}/build/b/x.o`;
  if (fs.statSync(output).mtimeMs >= fs.statSync(`${root}/stamp`).mtimeMs) return 0;
  makeAgain(root, content);
  return 1;
}

function makeAgain(root: string, content = "\x7fELF content"): void {
  const output = `${root}/build/b/x.o`;
  fs.writeFileSync(`${output}.tmp`, content);
  fs.renameSync(`${output}.tmp`, output);
}

function link(root: string): { readonly reasons: string[]; readonly links: string[][] } {
  const { json } = runTrusting(["--hardlink", "--json", "build"], { cwd: root });
  return { reasons: json.skipped.map(({ reason }) => reason), links: linked(root) };
}

const APART = { reasons: ["rebuilt-before"], links: [] };
const TOGETHER = { reasons: [], links: LINKED };

describe("a path that its build makes again whenever it was linked", () => {
  function settled(): string {
    const root = makeProject();
    for (let round = 0; round < 2; round += 1) {
      expect(link(root)).toEqual(TOGETHER);
      expect(buildSteps(root)).toBe(1);
    }
    expect(link(root)).toEqual(APART);
    return root;
  }

  test("stays apart after two rounds, and the build has nothing to do any more", () => {
    const root = settled();
    for (let round = 0; round < 3; round += 1) {
      expect(buildSteps(root)).toBe(0);
      expect(link(root)).toEqual(APART);
    }
    const { stdout } = runTrusting(["-v", "build"], { cwd: root });
    expect(stdout).toMatch(/whenever it was linked, the next build made it again/);
  });

  test("a report and a dry run say so before it is done", () => {
    const root = makeProject();
    for (let round = 0; round < 2; round += 1) {
      link(root);
      buildSteps(root);
    }
    for (const args of [["--json"], ["--json", "--hardlink", "-n"], ["--json", "--check"]]) {
      const { json, code } = runTrusting([...args, "build"], { cwd: root });
      expect({ code, reasons: json.skipped.map(({ reason }) => reason) }).toEqual({
        code: 0,
        reasons: ["rebuilt-before"],
      });
    }
  });

  test("is linked again once its content has changed and is equal again", () => {
    const root = settled();
    fs.writeFileSync(`${root}/build/a/x.o`, "\x7fELF new content");
    makeAgain(root, "\x7fELF new content");
    expect(link(root)).toEqual(TOGETHER);
  });

  test("takes twice as many rounds again if it is made again although it stood apart", () => {
    const root = settled();
    makeAgain(root);
    for (let round = 0; round < 4; round += 1) {
      expect(link(root)).toEqual(TOGETHER);
      makeAgain(root);
    }
    expect(link(root)).toEqual(APART);
  });

  test("is linked as before where the whole tree is made again each time", () => {
    const root = makeProject();
    for (let round = 0; round < 4; round += 1) {
      expect(link(root)).toEqual(TOGETHER);
      for (const name of ["a", "b"]) {
        fs.rmSync(`${root}/build/${name}/x.o`);
        fs.writeFileSync(`${root}/build/${name}/x.o`, "\x7fELF content");
      }
    }
  });

  test("is linked again without memory", () => {
    const root = settled();
    const { json } = runTrusting(["--hardlink", "--no-state", "--json", "build"], { cwd: root });
    expect(json.totals["replaced"]).toBe(1);
  });
});
