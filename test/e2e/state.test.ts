import fs from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { type Run, runTrusting } from "../support/run.ts";
import { everything, filesIn, linked } from "../support/snapshot.ts";
import { dir, emptyDir, file, isRoot, makeTree } from "../support/tree.ts";

const SAME = file("\x7fELF the same content");
const SPEC = { "build/a/x.o": SAME, "build/b/x.o": SAME };
const LINKED = [["build/a/x.o", "build/b/x.o"]];

/** The number of paths that a run reports as written through. */
function reported({ stderr }: Run): number {
  return stderr.split("\n").filter((line) => line.includes("written through")).length;
}

describe("where the state is kept", () => {
  let root = "";
  let home = "";
  // Compiled code would be kept in the same cache directory.
  const environment = (): NodeJS.ProcessEnv => ({
    XDG_CACHE_HOME: `${home}/cache`,
    HOME: home,
    NODE_DISABLE_COMPILE_CACHE: "1",
  });
  const dedupe = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Run =>
    runTrusting(args, { cwd: root, env: { ...environment(), ...env } });
  const damage = (): void => fs.appendFileSync(`${root}/build/a/x.o`, "more");

  beforeEach(() => {
    root = makeTree(SPEC);
    home = emptyDir();
  });

  test.each([
    { it: "XDG_CACHE_HOME", env: {}, at: "cache/dedupe/state" },
    { it: "HOME", env: { XDG_CACHE_HOME: "" }, at: ".cache/dedupe/state" },
    {
      it: "HOME, if XDG_CACHE_HOME is relative",
      env: { XDG_CACHE_HOME: "x" },
      at: ".cache/dedupe/state",
    },
  ])("$it: one private file per root, and nothing in the tree", ({ env, at }) => {
    const names = filesIn(root);
    expect(dedupe(["--hardlink", "build"], env).code).toBe(0);
    expect(filesIn(root)).toEqual(names);
    expect(filesIn(home)).toEqual([
      expect.stringMatching(RegExp(`^${at}/[0-9a-f]{16}-[0-9a-f]+\\.state$`)),
    ]);
    expect(fs.statSync(`${home}/${at}`).mode & 0o777).toBe(0o700);
    expect(fs.statSync(`${home}/${filesIn(home)[0]}`).mode & 0o777).toBe(0o600);
    damage();
    expect(reported(dedupe(["build"], env))).toBe(2);
  });

  test.each([
    { it: "a report", args: [] },
    { it: "a dry run", args: ["--hardlink", "-n"] },
    { it: "a run that links nothing", args: ["--hardlink", "-s", "1M"] },
    { it: "--no-state", args: ["--hardlink", "--no-state"] },
  ])("$it writes none", ({ args }) => {
    expect(dedupe([...args, "build"]).code).toBe(0);
    expect(filesIn(home)).toEqual([]);
  });

  test("--no-state does not read it either", () => {
    dedupe(["--hardlink", "build"]);
    damage();
    expect(reported(dedupe(["--no-state", "build"]))).toBe(0);
    expect(reported(dedupe(["build"]))).toBe(2);
  });

  test("a run that changes nothing leaves it alone", () => {
    dedupe(["--hardlink", "build"]);
    const before = everything(home);
    dedupe(["--hardlink", "build"]);
    expect(everything(home)).toEqual(before);
  });

  test.each([
    { it: "is missing", env: { XDG_CACHE_HOME: "", HOME: "" } },
    { it: "does not exist", env: { XDG_CACHE_HOME: "", HOME: "/nonexistent" } },
    { it: "is a file", env: { XDG_CACHE_HOME: "", HOME: "/dev/null" } },
  ])(
    "if the home directory $it, the run links, and -v says what it does not remember",
    ({ env }) => {
      expect(dedupe(["--hardlink", "build"], env)).toMatchObject({ code: 0, stderr: "" });
      expect(linked(root)).toEqual(LINKED);
      fs.rmSync(`${root}/build/b/x.o`);
      fs.copyFileSync(`${root}/build/a/x.o`, `${root}/build/b/x.o`);
      const done = dedupe(["--hardlink", "-v", "build"], env);
      expect(done.code).toBe(0);
      expect(done.stderr).toMatch(/^dedupe: warning: .*(nothing is remembered|is not remembered)/);
      expect(linked(root)).toEqual(LINKED);
    },
  );

  test.each([
    { it: "damaged", content: Buffer.from("dedupe\0\n\u0001 and so on") },
    { it: "of another version", content: Buffer.from("dedupe\0\n\u0009\0\0\0".padEnd(200, "\0")) },
    { it: "no state", content: Buffer.from("hello") },
    { it: "empty", content: Buffer.alloc(0) },
  ])("a state that is $it counts as none, and is replaced", ({ content }) => {
    dedupe(["--hardlink", "build"]);
    const [name] = filesIn(home);
    fs.writeFileSync(`${home}/${name}`, content);
    damage();
    const done = dedupe(["-v", "build"]);
    expect({ code: done.code, reported: reported(done) }).toEqual({ code: 0, reported: 0 });
    expect(done.stderr).toMatch(/^dedupe: warning: .*it is ignored: it is damaged/);
    fs.rmSync(`${root}/build/b/x.o`);
    fs.copyFileSync(`${root}/build/a/x.o`, `${root}/build/b/x.o`);
    expect(dedupe(["--hardlink", "build"]).code).toBe(0);
    damage();
    expect(reported(dedupe(["build"]))).toBe(2);
  });

  test("states that were not used for 90 days are removed, and leftovers of killed runs", () => {
    dedupe(["--hardlink", "build"]);
    const states = `${home}/cache/dedupe/state`;
    const old = Date.now() / 1000 - 91 * 24 * 3600;
    for (const name of ["0123456789abcdef.state", ".dedupe-00000000-1-1-0-0-0-0-00000000-C1.tmp"]) {
      fs.writeFileSync(`${states}/${name}`, "");
      fs.utimesSync(`${states}/${name}`, old, old);
    }
    fs.writeFileSync(`${states}/fedcba9876543210.state`, "");
    fs.cpSync(`${root}/build`, `${root}/other`, { recursive: true });
    dedupe(["--hardlink", "other"]);
    expect(fs.readdirSync(states)).toHaveLength(3);
    expect(fs.readdirSync(states)).toContain("fedcba9876543210.state");
  });

  test("a run over a part of a tree uses the state of the tree", () => {
    dedupe(["--hardlink", "build"]);
    damage();
    expect(reported(dedupe(["build/a"]))).toBe(1);
    expect(dedupe(["--hardlink", "build/a"]).code).toBe(3);
    expect(filesIn(home)).toHaveLength(1);
    // The other path was not repaired.
    expect(reported(dedupe(["build"]))).toBe(1);
  });

  test("a list of very many directories has few states, and all is remembered", () => {
    const names = Array.from({ length: 300 }, (_, i) => `many/${i % 20}/${i}`);
    const tree = makeTree(Object.fromEntries(names.map((name) => [`${name}/x.o`, SAME])));
    fs.writeFileSync(`${tree}/list`, names.join("\n"));
    const args = ["--files-from", "list"];
    const env = environment();
    expect(runTrusting([...args, "--hardlink"], { cwd: tree, env }).code).toBe(0);
    expect(filesIn(home).length).toBeLessThanOrEqual(32);
    fs.appendFileSync(`${tree}/${names[0]}/x.o`, "more");
    expect(reported(runTrusting(args, { cwd: tree, env }))).toBe(names.length);
    expect(reported(runTrusting(["many/0/0"], { cwd: tree, env }))).toBe(1);
  });

  test("a run over a tree takes over what is known about its parts", () => {
    fs.copyFileSync(`${root}/build/a/x.o`, `${root}/build/a/y.o`);
    dedupe(["--hardlink", "build/a"]);
    dedupe(["--hardlink", "build"]);
    expect(filesIn(home)).toHaveLength(1);
    damage();
    expect(reported(dedupe(["build"]))).toBe(3);
  });

  test("unshare forgets what it has separated", () => {
    dedupe(["--hardlink", "build"]);
    expect(dedupe(["unshare", "build"]).code).toBe(0);
    expect(filesIn(home)).toEqual([]);
    damage();
    expect(reported(dedupe(["build"]))).toBe(0);
  });
});

describe("--state", () => {
  function makeProject(state = "build/.dedupe-state"): { root: string; link: string[] } {
    const root = makeTree(SPEC);
    const link = ["--hardlink", "--state", state, "build"];
    expect(runTrusting(link, { cwd: root })).toMatchObject({ code: 0, stderr: "" });
    expect(fs.existsSync(`${root}/${state}`)).toBe(true);
    return { root, link };
  }
  const damage = (root: string): void => fs.appendFileSync(`${root}/build/a/x.o`, "more");

  test.each(["build/.dedupe-state", "state", "build/a/state"])("in %s: is used", (state) => {
    const { root, link } = makeProject(state);
    damage(root);
    expect(reported(runTrusting(link, { cwd: root }))).toBe(2);
    expect(linked(root)).toEqual([]);
  });

  test("a tree that was moved together with it is known", () => {
    const { root, link } = makeProject();
    const moved = `${root}.moved`;
    fs.renameSync(root, moved);
    damage(moved);
    expect(reported(runTrusting(link, { cwd: moved }))).toBe(2);
  });

  test("a tree that was copied is not mistaken for the original", () => {
    const { root, link } = makeProject();
    const copy = emptyDir();
    fs.cpSync(`${root}/build`, `${copy}/build`, { recursive: true, preserveTimestamps: true });
    damage(copy);
    expect(runTrusting(link, { cwd: copy })).toMatchObject({ code: 0, stderr: "" });
    damage(root);
    expect(reported(runTrusting(link, { cwd: root }))).toBe(2);
  });

  test("a copy keeps what is written in place", () => {
    const { root, link } = makeProject();
    damage(root);
    runTrusting(link, { cwd: root });
    const copy = emptyDir();
    fs.cpSync(`${root}/build`, `${copy}/build`, { recursive: true });
    expect(runTrusting(link, { cwd: copy }).code).toBe(0);
    expect(linked(copy)).toEqual([]);
  });

  test("an old state that was restored does no harm", () => {
    const { root, link } = makeProject();
    const old = fs.readFileSync(`${root}/build/.dedupe-state`);
    for (const name of ["a", "b"]) {
      fs.rmSync(`${root}/build/${name}/x.o`);
      fs.writeFileSync(`${root}/build/${name}/x.o`, "\x7fELF new");
    }
    expect(runTrusting(link, { cwd: root }).code).toBe(0);
    fs.writeFileSync(`${root}/build/.dedupe-state`, old);
    expect(runTrusting(link, { cwd: root })).toMatchObject({ code: 0, stderr: "" });
    expect(linked(root)).toEqual(LINKED);
  });

  test.each([
    { it: "another file", state: "Makefile", message: "it is no state of dedupe" },
    { it: "a directory", state: "build", message: "it is no state of dedupe" },
    { it: "a missing directory", state: "none/state", message: "its directory does not exist" },
    { it: "no name", state: "", message: "it is no state of dedupe" },
  ])("refuses $it, and changes nothing", ({ state, message }) => {
    const root = makeTree({ ...SPEC, Makefile: "all:\n" });
    const before = everything(root);
    const done = runTrusting(["--hardlink", "--state", state, "build"], { cwd: root });
    expect(done.code).toBe(2);
    expect(done.stderr).toContain(message);
    expect(everything(root)).toEqual(before);
  });

  test.skipIf(isRoot)("a file that cannot be written is a failure", () => {
    const root = makeTree({ ...SPEC, closed: dir({ mode: 0o555 }) });
    const done = runTrusting(["--hardlink", "--state", "closed/state", "build"], { cwd: root });
    expect(done.code).toBe(3);
    expect(done.stderr).toMatch(/closed\/state: what was linked is not remembered/);
    expect(linked(root)).toEqual(LINKED);
  });
});
