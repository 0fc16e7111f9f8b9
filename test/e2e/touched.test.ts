/** Programs of Go, which go touches if they are up to date. */
import fs from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { elf } from "../support/contents.ts";
import { type Run, run as runDedupe } from "../support/run.ts";
import { linked } from "../support/snapshot.ts";
import { emptyDir, file, makeTree } from "../support/tree.ts";

const PROGRAM = elf("executable", "code", { sections: [".go.buildinfo"] });

describe("a program of Go that was linked", () => {
  let root = "";
  let cache = "";
  const dedupe = (...args: string[]): Run =>
    runDedupe(args, { cwd: root, env: { XDG_CACHE_HOME: cache } });
  const touch = (path: string): void => fs.utimesSync(`${root}/${path}`, 2e9, 2e9);

  beforeEach(() => {
    cache = emptyDir();
    root = makeTree({
      "go.mod": "module demo\n",
      "A/app": file(PROGRAM, { mode: 0o755 }),
      "B/app": file(PROGRAM, { mode: 0o755 }),
    });
    expect(dedupe("--hardlink", ".").code).toBe(0);
    expect(linked(root)).toEqual([["A/app", "B/app"]]);
  });

  test.each<[string, () => void, number]>([
    ["nothing", () => {}, 0],
    ["a touch", () => touch("A/app"), 0],
    [
      "two touches, with a run in between",
      () => {
        touch("A/app");
        expect(dedupe("--hardlink", ".")).toMatchObject({ code: 0, stderr: "" });
        fs.utimesSync(`${root}/B/app`, 2.1e9, 2.1e9);
      },
      0,
    ],
    [
      "a write of as many bytes",
      () => {
        const fd = fs.openSync(`${root}/A/app`, "r+");
        fs.writeSync(fd, "edoc", 64);
        fs.closeSync(fd);
      },
      2,
    ],
    [
      "a write of the same bytes",
      () => {
        fs.writeFileSync(`${root}/A/app`, PROGRAM);
        touch("B/app");
      },
      0,
    ],
    ["a longer file", () => fs.appendFileSync(`${root}/A/app`, "x"), 2],
    [
      "a write after a touch and a run",
      () => {
        touch("A/app");
        dedupe("--hardlink", ".");
        fs.writeFileSync(
          `${root}/A/app`,
          PROGRAM.map((byte) => byte ^ 1),
        );
      },
      2,
    ],
  ])("after %s", (_, change, count) => {
    change();
    const done = dedupe("--hardlink", ".");
    const reported = done.stderr.match(/written through a link/g) ?? [];
    expect({ code: done.code, reported: reported.length }).toEqual({
      code: count > 0 ? 3 : 0,
      reported: count,
    });
    expect(linked(root)).toEqual(count > 0 ? [] : [["A/app", "B/app"]]);
    expect(dedupe("--hardlink", ".")).toMatchObject({ code: 0, stderr: "" });
  });

  test("after a touch, if the run does not select it", () => {
    touch("A/app");
    fs.writeFileSync(`${root}/A/x.o`, "");
    const run = (): Run => dedupe("--hardlink", "-x", "*.o", "-k", "executable", ".");
    expect(run()).toMatchObject({ code: 0 });
    expect(dedupe("--hardlink", "-i", "*.txt", ".").stderr).not.toContain("written through");
    fs.appendFileSync(`${root}/A/app`, "x");
    expect(dedupe("--hardlink", "-i", "app", ".").code).toBe(3);
  });

  test("a touch is a write once a rule looks at its time", () => {
    fs.writeFileSync(`${root}/Makefile`, "A/app: main.go\n\tgo build -o $@\n");
    expect(dedupe("--hardlink", ".").code).toBe(0);
    touch("A/app");
    expect(dedupe("--hardlink", ".").code).toBe(3);
    expect(linked(root)).toEqual([]);
  });

  test("a touch is a write if the user has it linked although a rule looks at its time", () => {
    fs.writeFileSync(`${root}/Makefile`, "A/app: main.go\n\tgo build -o $@\n");
    expect(runDedupe(["unshare", "."], { cwd: root, env: { XDG_CACHE_HOME: cache } }).code).toBe(0);
    expect(dedupe("--hardlink", "--writer", "go=replace", ".").code).toBe(0);
    expect(linked(root)).toEqual([["A/app", "B/app"]]);
    touch("A/app");
    expect(dedupe("--hardlink", "--writer", "go=replace", ".").code).toBe(3);
  });
});
