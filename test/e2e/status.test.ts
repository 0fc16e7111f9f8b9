import fs from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { displayWidth } from "../../src/render/display-width.ts";
import { schemaViolations } from "../support/json-schema.ts";
import { type Run, runTrusting, run as runPlainly } from "../support/run.ts";
import { everything, filesIn, linked } from "../support/snapshot.ts";
import { emptyDir, file, link, makeTree } from "../support/tree.ts";

const SAME = file("\x7fELF the same content");
const LINKED = ["build/a/x.o", "build/b/x.o"];

describe("dedupe status", () => {
  let root = "";
  let cache = "";
  // Compiled code would be kept in the same cache directory.
  const env = (): NodeJS.ProcessEnv => ({
    XDG_CACHE_HOME: cache,
    NODE_DISABLE_COMPILE_CACHE: "1",
  });
  const dedupe = (...args: string[]): Run => runTrusting(args, { cwd: root, env: env() });
  const status = (...args: string[]): Run =>
    runPlainly(["status", "--writer", "*=replace", ...args], { cwd: root, env: env() });
  const damage = (): void => fs.appendFileSync(`${root}/build/a/x.o`, "more");
  const heal = (): void => {
    damage();
    expect(dedupe("--hardlink", "build").code).toBe(3);
  };

  beforeEach(() => {
    cache = emptyDir();
    root = makeTree({
      "build/a/x.o": SAME,
      "build/b/x.o": SAME,
      "build/c/X.class": file("\xca\xfe\xba\xbe\0\0\0\x34 class"),
      "build/d/X.class": file("\xca\xfe\xba\xbe\0\0\0\x34 class"),
      "build/lib.so": file("\x7fELF library"),
      "build/lib.so.1": link("build/lib.so"),
      "build/notes.txt": "text",
      "build/notes2.txt": link("build/notes.txt"),
    });
    expect(dedupe("--hardlink", "build").code).toBe(0);
  });

  test("tells what dedupe has linked from what others have, and changes nothing", () => {
    const before = everything(root);
    const states = everything(cache);
    const done = status("--json", "build");
    expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: "" });
    expect(done.json["linked"]).toEqual([
      { by: "dedupe", size: 21, links: 2, paths: LINKED },
      { by: "other", size: 12, links: 2, paths: ["build/lib.so", "build/lib.so.1"] },
    ]);
    expect(done.json.totals).toMatchObject({
      inodes: 1,
      paths: 2,
      otherInodes: 1,
      otherPaths: 2,
      replaceable: 0,
      skipped: 1,
      failed: 0,
    });
    expect(done.json["leftAlone"]).toMatchObject([
      { reason: "in-place-kind", count: 1, examples: [{ path: "build/d/X.class" }] },
    ]);
    const [name] = filesIn(cache);
    const { size } = fs.statSync(`${cache}/${name}`);
    expect(done.json["states"]).toMatchObject([
      { file: `${cache}/${name}`, root: fs.realpathSync(`${root}/build`), paths: 2, size },
    ]);
    expect(done.json["fileSystems"]).toMatchObject([{ path: "build" }]);
    expect([everything(root), everything(cache)]).toEqual([before, states]);
  });

  test.each([
    { it: "what is still to be linked", args: ["--final"], total: { replaceable: 1, skipped: 0 } },
    { it: "every file", args: ["-a"], total: { otherInodes: 2, otherPaths: 4 } },
    { it: "selected files", args: ["-i", "*.class"], total: { inodes: 0, otherInodes: 0 } },
    { it: "nothing of the state", args: ["--no-state"], total: { inodes: 0, otherInodes: 2 } },
  ])("$args shows $it", ({ args, total }) => {
    const done = status("--json", ...args, "build");
    expect({ code: done.code, totals: done.json.totals }).toMatchObject({ code: 0, totals: total });
  });

  test.each([
    { it: "as linked", prepare: () => undefined },
    { it: "written through", prepare: damage },
    { it: "marked", prepare: heal },
  ])("the text fits a screen of 80 columns and 24 lines: $it", ({ prepare }) => {
    prepare();
    const { stdout } = status("build");
    const lines = stdout.split("\n").filter((line) => !line.includes(cache));
    expect(lines.length).toBeLessThan(24);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(80);
  });

  test("the text names the state, the file system and the native calls; -v names the paths", () => {
    const { stdout } = status("-v", "build");
    expect(stdout).toMatch(/^2 paths of 1 file linked by dedupe, 4\.0 KiB saved, /);
    expect(stdout).toContain("linked by dedupe: build/a/x.o, build/b/x.o\n");
    expect(stdout).toContain("linked by others: build/lib.so, build/lib.so.1\n");
    expect(stdout).toMatch(/^ {2}in-place-kind +1 {2}build\/d\/X\.class$/m);
    expect(stdout).toMatch(/^state: 2 paths, \d+ B, (now|\d+ seconds? ago)\n {2}\/.*\.state$/m);
    expect(stdout).toMatch(
      /^build: .*, clones: (yes|no), exchange of names: (yes|no|unknown)\nnative calls: yes$/m,
    );
    expect(status("--brief", "build").stdout.trim().split("\n")).toHaveLength(1);
    expect(status("-q", "build").stdout).toBe("");
  });

  test("the first line counts what was written through", () => {
    damage();
    for (const args of [["build"], ["--brief", "build"]])
      expect(status(...args).stdout).toMatch(/^2 paths of 1 file linked by dedupe, .*, 2 written /);
  });

  test("without a state, it does not say that others have linked what dedupe may have linked", () => {
    expect(status("build").stdout).toMatch(/^linked by others +2 {2}of 1 file$/m);
    expect(status("-x", "lib.so*", "build").stdout).toMatch(/^linked by others +0$/m);
    fs.rmSync(`${cache}/dedupe`, { recursive: true });
    expect(status("build").stdout).toMatch(
      /^linked by others +4 {2}of 2 files, or by dedupe: no state says$/m,
    );
  });

  test("without the native calls, it says so", () => {
    const args = ["status", "build"];
    const done = runPlainly(args, { cwd: root, env: { ...env(), DEDUPE_NO_NATIVE: "1" } });
    expect(done.stdout).toMatch(/exchange of names: no\nnative calls: no \(.*DEDUPE_NO_NATIVE/);
  });

  test("the document fits its schema, whatever has happened", () => {
    const schema = JSON.parse(status("--json-schema").stdout) as Record<string, unknown>;
    const check = (...args: string[]): void => {
      expect(schemaViolations(schema, status("--json", ...args, "build").json)).toEqual([]);
    };
    check();
    damage();
    check();
    dedupe("--hardlink", "build");
    check();
    check("--forget");
    check("--no-state");
  });

  test("links that were written through: exit code 1, and they are not repaired", () => {
    damage();
    const before = everything(root);
    const done = status("build");
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/^dedupe: build\/a\/x\.o: written through a link/);
    expect(everything(root)).toEqual(before);
  });

  test("--forget keeps what was linked, so that a write through a link is still noticed", () => {
    damage();
    expect(status("--forget", "build").code).toBe(1);
    expect(dedupe("--hardlink", "build").code).toBe(3);
    expect(linked(root)).not.toContainEqual(LINKED);
  });

  test("--forget keeps what is still to be repaired outside of an earlier run's roots", () => {
    damage();
    expect(dedupe("--hardlink", "build/a").code).toBe(3);
    expect(status("--forget", "--json", "build").json["forgotten"]).toBe(1);
    const done = dedupe("--hardlink", "build");
    expect(done.code).toBe(3);
    expect(done.stderr).toMatch(/^dedupe: build\/b\/x\.o: written through a link/);
  });

  test("--forget lets marked paths be linked again", () => {
    heal();
    expect(status("--json", "build").json["marked"]).toEqual(
      LINKED.map((path) => ({ path, reason: "in-place-kind" })),
    );
    const done = status("--forget", "--json", "build");
    expect({
      code: done.code,
      forgotten: done.json["forgotten"],
      marked: done.json["marked"],
    }).toEqual({ code: 0, forgotten: 2, marked: [] });
    expect(dedupe("--hardlink", "build").code).toBe(0);
    expect(linked(root)).toContainEqual(LINKED);
  });

  test.each([
    { it: "a directory", paths: ["build/a"], left: ["build/b/x.o"] },
    { it: "a file", paths: ["build/b/x.o"], left: ["build/a/x.o"] },
    { it: "a pattern", paths: ["build/[ac]"], left: ["build/b/x.o"] },
    { it: "selected files", paths: ["-x", "a", "build"], left: ["build/a/x.o"] },
    { it: "a directory through a symbolic link", paths: ["link/a"], left: ["build/b/x.o"] },
    { it: "a directory with other files", paths: ["build/c"], left: LINKED },
  ])("--forget drops only the marks of $it", ({ paths, left }) => {
    fs.symlinkSync("build", `${root}/link`);
    heal();
    expect(status("--forget", ...paths).code).toBe(0);
    const marked = status("--json", "build").json["marked"] as { path: string }[];
    expect(marked.map(({ path }) => path)).toEqual(left);
  });

  test("--forget drops marks of files that are gone", () => {
    heal();
    fs.rmSync(`${root}/build/a`, { recursive: true });
    fs.rmSync(`${root}/build/b/x.o`);
    expect(status("--forget", "--json", "build").json["forgotten"]).toBe(2);
    expect(filesIn(cache)).toEqual([]);
  });

  test("what is forgotten does not come back from the states of parts of the tree", () => {
    cache = emptyDir();
    root = makeTree({ "build/a/x.o": SAME, "build/a/y.o": SAME });
    expect(dedupe("--hardlink", "build/a").code).toBe(0);
    heal();
    expect(status("--forget", "--json", "build").json["forgotten"]).toBe(2);
    expect(status("--json", "build").json).toMatchObject({ marked: [], writtenThrough: [] });
    expect(dedupe("--hardlink", "build")).toMatchObject({ code: 0, stderr: "" });
    expect(linked(root)).toEqual([["build/a/x.o", "build/a/y.o"]]);
  });

  test("a state that cannot be read is a warning", () => {
    const [name] = filesIn(cache);
    fs.writeFileSync(`${cache}/${name}`, "dedupe\0\n and so on");
    const done = status("build");
    expect(done.code).toBe(0);
    expect(done.stderr).toMatch(/^dedupe: warning: .*\.state: it is ignored: it is damaged/);
    expect(done.stdout).toContain("state: none");
  });

  test.each([
    { it: "no path", args: [] },
    { it: "a path that does not exist", args: ["none"] },
    { it: "--forget without a state", args: ["--forget", "--no-state", "build"] },
    { it: "a file that is no state", args: ["--state", "build/notes.txt", "build"] },
  ])("$it: exit code 2", ({ args }) => {
    const done = status(...args);
    expect(done.code).toBe(2);
    expect(done.stderr.trim().split("\n").length).toBeLessThanOrEqual(2);
  });
});
