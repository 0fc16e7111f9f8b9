/** Options that match nothing: a warning by name, and exit code 2 with --check. */
import { describe, expect, test } from "vitest";
import { schemaViolations } from "../support/json-schema.ts";
import { elf } from "../support/contents.ts";
import { run } from "../support/run.ts";
import { type Spec, makeTree } from "../support/tree.ts";

const SAME = "the same bytes";
const TREE: Spec = {
  "b/O2/x.o": SAME,
  "b/O3/x.o": `${SAME} 3`,
  "b/O3/lib.so": "library",
  "b/notes.txt": "text",
  "b/prog": elf("executable", "x"),
  "b/sub/empty.o": "",
  list: "b/O2/x.o\nb/O3/[x].o\n",
  mixed: "b/O2/x.o\nb/prog\nb/notes.txt\nb/sub\n",
};

describe("an option that nothing matches", () => {
  test.each([
    { args: ["-i", "*.nope", "-i", "x.o"], says: ["--include '*.nope' matches nothing"] },
    { args: ["-x", "*.nope"], says: ["--exclude '*.nope' matches nothing"] },
    { args: ["-k", "wasm", "-k", "object"], says: ["--kind wasm matches nothing"] },
    { args: ["-o", "O2", "-o", "O3", "-o", "O9"], says: ["--variant O9 matches nothing"] },
    {
      args: ["-o", "O2", "-o", "Ø", "-x", "a\u001b", "-x", "lib.so"],
      says: ["--exclude 'a\\x1b' matches nothing", "--variant 'Ø' matches nothing"],
    },
    {
      args: ["--variant-pattern", "{variant}/x.o", "--variant-pattern", "nope/{variant}/**"],
      says: ["--variant-pattern 'nope/{variant}/**' matches nothing"],
    },
    // A pattern that another one precedes.
    { args: ["--variant-pattern", "{variant}/**", "--variant-pattern", "O{variant}/**"], says: [] },
    {
      args: ["--files-from", "list"],
      says: ["--files-from 'b/O3/[x].o': no such file or directory"],
    },
    {
      args: ["--files-from", "mixed"],
      says: ["--files-from b/notes.txt: no artifact, judging by its name (--all takes every file)"],
    },
    { args: ["--files-from", "mixed", "-a"], says: [] },
    // Files that are no artifacts, directories and symbolic links match, too.
    { args: ["-i", "*.txt", "-i", "O3", "-x", "lib.so", "-x", "sub"], says: [] },
    { args: ["-i", "b", "-i", "notes.txt"], says: ["--include b matches nothing"] },
    // No other file has the size of the program, which has no ending, so it is read for this purpose only.
    { args: ["-k", "executable", "-k", "object"], says: [] },
    { args: ["-s", "1M"], says: [] },
  ])("$args: $says", ({ args, says }) => {
    const root = makeTree(TREE);
    const paths = args.includes("--files-from") ? [] : ["b"];
    const reported = run([...args, ...paths], { cwd: root });
    expect(reported.stderr).toBe(says.map((line) => `dedupe: warning: ${line}\n`).join(""));
    expect(reported.code).toBe(0);
    const unshared = run(["unshare", ...args, ...paths], { cwd: root });
    if (!/-o|--variant-pattern/.test(args.join(" "))) expect(unshared.stderr).toBe(reported.stderr);
    expect(run(["-q", ...args, ...paths], { cwd: root }).stderr).toBe("");
    const json = run(["--json", ...args, ...paths], { cwd: root });
    expect(json.json["unmatched"]).toHaveLength(says.length);
    const schema = JSON.parse(run(["--json-schema"]).stdout) as Record<string, unknown>;
    expect(schemaViolations(schema, json.json)).toEqual([]);
    if (says.length === 0) return;
    const checked = run(["--check", "--json", ...args, ...paths], { cwd: root });
    expect(checked).toMatchObject({ code: 2, stdout: "" });
    expect(checked.stderr).toMatch(/^dedupe: --[^\n]* match(es)? nothing\n$/);
  });

  test("a long list of paths is cut", () => {
    const input = Array.from({ length: 100 }, (_, i) => `no/${i}.o\n`).join("");
    const { stderr, code } = run(["--files-from", "-"], { input });
    expect(stderr.split("\n").slice(9)).toEqual([
      "dedupe: warning: --files-from no/9.o: no such file or directory",
      "dedupe: warning: 90 more match nothing (--json lists them)",
      "",
    ]);
    expect(code).toBe(0);
  });

  test.each([1, 4])("the threads of a large tree find each match (-j %i)", (jobs) => {
    const files = Array.from({ length: 3000 }, (_, i) => [`b/${i % 300}/${i}.o`, `${i}`]);
    const root = makeTree(Object.fromEntries(files) as Spec);
    const globs = ["299", "17/**", "2998.o", "1.o", "150/450.o", "nope"];
    const args = ["-j", String(jobs), ...globs.flatMap((glob) => ["-x", glob])];
    expect(run([...args, "b"], { cwd: root }).stderr).toBe(
      "dedupe: warning: --exclude nope matches nothing\n",
    );
  });
});

describe("the reason names the option that leaves out files", () => {
  test.each([
    {
      args: ["-x", "**"],
      why: /^No artifacts are left of 2 files: --exclude leaves out 1 file and 3/,
    },
    {
      args: ["-i", "*.txt"],
      why: /left of 6 files: --include leaves out 5 files\.$/,
    },
    { args: ["-k", "wasm"], why: /--kind leaves out 4 files/ },
    { args: ["-s", "1M"], why: /--min-size leaves out 4 files, 1 file is empty/ },
    { args: ["-S", "1"], why: /--max-size leaves out 4 files/ },
    { args: ["-o", "x", "-o", "y"], why: /--variant leaves out 4 files/ },
    {
      args: ["-x", "lib.so"],
      why: /^Nothing to do: no two artifacts are identical \(--exclude leaves/,
    },
    {
      args: ["--check", "-x", "lib.so"],
      why: /^Nothing is left to link \(--exclude leaves out 1 file/,
    },
  ])("$args: $why", ({ args, why }) => {
    const { stdout } = run([...args, "b"], { cwd: makeTree(TREE) });
    const closing = stdout.slice(stdout.lastIndexOf("\n\n") + 2).trimEnd();
    expect(closing.replaceAll("\n", " ")).toMatch(why);
    expect(stdout).not.toMatch(/list-kinds|.{81}/);
  });

  test("without such an option, the kinds are named", () => {
    const root = makeTree({ "a.c": "c", "b.txt": "text" });
    expect(run([root]).stdout).toContain("None of 2 files is an artifact (see --list-kinds)");
    expect(run([`${root}/a.c`]).stdout).toContain("None of 1 file is an artifact");
  });
});

describe("--check of nothing", () => {
  test.each([
    { args: ["-x", "**"], code: 2, says: "--exclude leaves out 1 file and 3 directories" },
    { args: ["-i", "*.txt"], code: 2, says: "--include leaves out 5 files" },
    // A limit of size is no mistake if all files are below it.
    { args: ["-s", "1M"], code: 0, says: "" },
    { args: ["-i", "empty.o"], code: 0, says: "" },
  ])("$args: $code", ({ args, code, says }) => {
    const checked = run(["--check", ...args, "b"], { cwd: makeTree(TREE) });
    expect(checked.code).toBe(code);
    if (code === 0) expect(checked.stderr).toBe("");
    else expect(checked).toMatchObject({ stdout: "", stderr: expect.stringContaining(says) });
  });

  test.each([{ "a.c": "c" }, {}, { "empty.o": "" }])("%j has no artifact: 0", (tree: Spec) => {
    expect(run(["--check", makeTree(tree)])).toMatchObject({ code: 0, stderr: "" });
  });
});

test("the paths of a list are no patterns", () => {
  const root = makeTree({ "a/[b].o": SAME, "a/b.o": SAME, "a/*": SAME, "c.o": SAME });
  const { json } = run(["--json", "-a", "--files-from", "-"], {
    cwd: root,
    input: "a/[b].o\na/*\na/?.o\nc.o\n",
  });
  expect(json.sets.map(({ names }) => names)).toEqual([["./c.o", "a/*", "a/[b].o"]]);
  expect(json["unmatched"]).toEqual([{ option: "files-from", value: "a/?.o" }]);
});
