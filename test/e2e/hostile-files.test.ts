/** Build files that would take for ever to read, or that no tool writes: the run ends, and names them. */
import { describe, expect, test } from "vitest";
import { runTrusting as run } from "../support/run.ts";
import { linked } from "../support/snapshot.ts";
import { NOBODY, type Spec, at, file, isRoot, makeTree } from "../support/tree.ts";

const OBJECT = "\x7fELF object";
/** Objects that differ in time, about which build files are asked. */
const OBJECTS: Spec = {
  "a.o": file(OBJECT, { mtime: at(10) }),
  "b.o": file(OBJECT, { mtime: at(20) }),
};
const BOMB = [
  "A0 =",
  ...Array.from({ length: 8 }, (_, i) => `A${i + 1} = ${`$(A${i})`.repeat(16)}`),
  "x: $(A8)\n",
].join("\n");

describe("a build file that cannot be read is named, and what it may be about stays apart", () => {
  test.each<[about: string, name: string, content: string, why: string]>([
    ["takes too much work", "Makefile", BOMB, "it takes too much work to read"],
    ["contains a NUL", "Makefile", "a.o: a\0.c\n", "it contains a NUL byte"],
    ["contains a NUL", "build.ninja", "build a.o: cc a\0.c\n", "it contains a NUL byte"],
    ["contains a NUL", "a.d", "a.o: a\0.c\n", "it contains a NUL byte"],
  ])("%s: %s", (_, name, content, why) => {
    const root = makeTree({ ...OBJECTS, [name]: content });
    const report = run(["--hardlink", "--json", "."], { cwd: root });
    expect(report.stderr).toBe("");
    expect(report.code).toBe(0);
    expect(report.json["warnings"]).toEqual([
      {
        code: "build-record",
        path: `${root}/${name}`,
        message: `some prerequisites may be unknown: ${why}`,
      },
    ]);
    expect(report.json.skipped.map(({ reason }) => reason)).toContain("would-rebuild");
    expect(linked(root)).toEqual([]);
  });
});

test("a rule of many words is read", () => {
  const root = makeTree({ ...OBJECTS, Makefile: `all: ${"w ".repeat(150_000)}\n` });
  expect(run(["--hardlink", "."], { cwd: root })).toMatchObject({ code: 0, stderr: "" });
  expect(linked(root)).toEqual([["a.o", "b.o"]]);
});

test("a log that names files with a NUL is read up to them", () => {
  const log = "# ninja log v5\n0\t1\t1\ta.o\0\t0\n0\t1\t1\tx\t0\n";
  const root = makeTree({ ...OBJECTS, ".ninja_log": log });
  expect(run(["--hardlink", "."], { cwd: root })).toMatchObject({ code: 0, stderr: "" });
});

test.runIf(isRoot)("a Makefile that another user has put above the tree is ignored", () => {
  const spec: Spec = {
    "tree/a.o": file(OBJECT, { mtime: at(10) }),
    "tree/b.o": file(OBJECT, { mtime: at(20) }),
    Makefile: file("tree/a.o: x\n\tcp x $@\n", { owner: NOBODY }),
  };
  const [quiet, verbose] = [[], ["-v"]].map((options) =>
    run(["--hardlink", ...options, `${makeTree(spec)}/tree`]),
  );
  expect(quiet).toMatchObject({ code: 0, stderr: "" });
  expect(quiet.stdout).toMatch(/^1 link made/);
  expect(verbose.stderr).toMatch(
    /^dedupe: warning: \/.*\/Makefile: ignored: it belongs to another user\n$/,
  );
});
