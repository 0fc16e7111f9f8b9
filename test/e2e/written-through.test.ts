import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { installed } from "../support/installed.ts";
import { schemaViolations } from "../support/json-schema.ts";
import { type Run, runTrusting } from "../support/run.ts";
import { everything, linked, snapshot } from "../support/snapshot.ts";
import { emptyDir, file, makeTree } from "../support/tree.ts";

const SAME = file("\x7fELF the same content");
const LINKED = ["build/a/x.o", "build/b/x.o"];
/** `-k object` is the user's word that objects are linked, whatever writes them. */
const LINK = ["--hardlink", "-k", "object", "build"];

describe("an inode that was written in place since it was linked", () => {
  let root = "";
  const dedupe = (...args: string[]): Run => runTrusting(args, { cwd: root });
  const path = (name: string): string => `${root}/${name}`;

  beforeEach(() => {
    root = makeTree({ "build/a/x.o": SAME, "build/b/x.o": SAME, "build/b/y.o": SAME });
    expect(dedupe("--hardlink", "build").code).toBe(0);
    expect(linked(root)).toEqual([[...LINKED, "build/b/y.o"]]);
  });

  test.each<[string, (path: string) => void, string]>([
    ["appended to", (x) => fs.appendFileSync(x, "more"), "its size went from 21 to 25 bytes"],
    ["overwritten", (x) => fs.writeFileSync(x, "\x7fELF different bytes!"), "it was written to"],
    ["touched", (x) => fs.utimesSync(x, 2e9, 2e9), "it was written to, or touched"],
    ["emptied", (x) => fs.truncateSync(x, 0), "its size went from 21 to 0 bytes"],
  ])("%s: each path gets a private file, which is older than everything", (_, write, detail) => {
    write(path("build/a/x.o"));
    const content = fs.readFileSync(path("build/a/x.o"));
    const done = dedupe("--hardlink", "build");
    expect(done.code).toBe(3);
    for (const name of [...LINKED, "build/b/y.o"])
      expect(done.stderr).toContain(`dedupe: ${name}: written through a link (${detail}`);
    expect(done.stderr).toContain("3 paths have private files again");
    expect(linked(root)).toEqual([]);
    for (const seen of snapshot(root).values()) expect(seen).toMatchObject({ mtime: 0n, links: 1 });
    expect(fs.readFileSync(path("build/b/y.o"))).toEqual(content);
  });

  test("they are not linked again, not even when the build has made them again", () => {
    fs.appendFileSync(path("build/a/x.o"), "more");
    expect(dedupe("--hardlink", "build").code).toBe(3);
    for (const name of [...LINKED, "build/b/y.o", "build/c.o"]) {
      fs.rmSync(path(name), { force: true });
      fs.writeFileSync(path(name), "\x7fELF made again");
    }
    const done = dedupe("--hardlink", "--json", "build");
    expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: "" });
    expect(linked(root)).toEqual([]);
    expect(done.json.skipped.map(({ reason }) => reason)).toEqual([
      "in-place-kind",
      "in-place-kind",
      "in-place-kind",
    ]);
    expect(done.json.skipped[0].detail).toMatch(
      /a tool wrote into it in place while it was linked/,
    );
  });

  test.each([
    { it: "a report", args: [], code: 3 },
    { it: "a dry run", args: ["--hardlink", "-n"], code: 3 },
    { it: "--check", args: ["--check"], code: 1 },
    { it: "unshare -n", args: ["unshare", "-n"], code: 3 },
  ])("$it reports them and changes nothing", ({ args, code }) => {
    fs.appendFileSync(path("build/a/x.o"), "more");
    const before = everything(root);
    const done = dedupe(...args, "build");
    expect(done.code).toBe(code);
    expect(done.stderr).toMatch(
      /^dedupe: build\/a\/x\.o: written through a link .*, not repaired\)$/m,
    );
    expect(everything(root)).toEqual(before);
  });

  test("unshare repairs them, too", () => {
    fs.appendFileSync(path("build/a/x.o"), "more");
    const done = dedupe("unshare", "build");
    expect(done.code).toBe(3);
    for (const seen of snapshot(root).values()) expect(seen).toMatchObject({ mtime: 0n, links: 1 });
  });

  test("the JSON documents list them, and fit their schemas", () => {
    fs.appendFileSync(path("build/a/x.o"), "more");
    for (const command of [["-n", "--hardlink"], ["unshare"]]) {
      const { json } = dedupe(...command, "--json", "build");
      const detail = "its size went from 21 to 25 bytes";
      const repaired = command[0] === "unshare";
      expect(json["writtenThrough"]).toEqual(
        [...LINKED, "build/b/y.o"].map((name) => ({
          path: name,
          detail,
          repaired,
          outdated: repaired,
        })),
      );
      const sub = command.filter((word) => word === "unshare");
      const schema = JSON.parse(dedupe(...sub, "--json-schema").stdout) as Record<string, unknown>;
      expect(schemaViolations(schema, json)).toEqual([]);
    }
  });

  test.each([
    { tool: "Free Pascal", name: "build/a/x.o", beside: "build/a/x.ppu", command: "make -B" },
    {
      tool: "mix",
      name: "lib/p/ebin/M.beam",
      beside: "lib/p/.mix/compile.elixir",
      command: "mix compile --force",
    },
    { tool: "tsc --build", name: "out/x.js", command: "tsc --build --force" },
  ])(
    "of outputs of $tool, which does not look at their time: it names the command that makes them again",
    ({ tool, name, beside = "record", command }) => {
      const tree = makeTree({ [name]: "content", other: "content", [beside]: "record" });
      const link = (...args: string[]): Run =>
        runTrusting(["--hardlink", "-a", "-x", "record", ...args, "."], { cwd: tree });
      expect(link().code).toBe(0);
      fs.appendFileSync(`${tree}/${name}`, "more");
      const { json } = link("-n", "--json");
      expect(json["writtenThrough"]).toContainEqual(
        expect.objectContaining({
          path: `./${name}`,
          rebuild: { tool, command: expect.stringContaining(command) },
        }),
      );
      const schema = JSON.parse(dedupe("--json-schema").stdout) as Record<string, unknown>;
      expect(schemaViolations(schema, json)).toEqual([]);
      const { stderr } = link();
      expect(stderr).toContain(`1 path may be made by ${tool}, which does not look at the times`);
      expect(stderr).toContain(`run ${command}`);
    },
  );

  test("protocols that mix has consolidated: mix' records are dated 1970, too", () => {
    const records = ["compile.elixir", "compile.protocols"].map((name) => `lib/p/.mix/${name}`);
    const tree = makeTree({
      "lib/p/consolidated/P.beam": "content",
      "lib/q/P.beam": "content",
      ...Object.fromEntries(records.map((name) => [name, `record ${name}`])),
    });
    const link = (): Run => runTrusting(["--hardlink", "-k", "beam", "."], { cwd: tree });
    expect(link().code).toBe(0);
    fs.appendFileSync(`${tree}/lib/q/P.beam`, "more");
    expect(link().code).toBe(3);
    expect(records.map((name) => fs.statSync(`${tree}/${name}`).mtimeMs)).toEqual([0, 0]);
  });

  test("a path that its build has replaced, and what has the inode's number now, are left alone", () => {
    for (const name of [...LINKED, "build/b/y.o"]) fs.rmSync(path(name));
    for (const name of [...LINKED, "build/b/y.o"]) fs.writeFileSync(path(name), `new ${name}`);
    fs.rmSync(path("build/b/y.o"));
    fs.linkSync(path("build/b/x.o"), path("build/b/y.o"));
    const done = dedupe("--hardlink", "build");
    expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: "" });
    expect(linked(root)).toEqual([["build/b/x.o", "build/b/y.o"]]);
  });

  test("if a program still writes, the path is reported again by the next run", () => {
    const fd = fs.openSync(path("build/a/x.o"), "r+");
    fs.writeSync(fd, "!", 3);
    const done = dedupe("--hardlink", "build");
    fs.closeSync(fd);
    expect(done.code).toBe(3);
    expect(done.stderr).toMatch(/not repaired/);
    expect(dedupe("--hardlink", "build").stderr).toMatch(/3 paths have private files again/);
  });
});

/** Tools that write into the output that they find. */
const WRITERS = [
  { tool: "cp", command: "cp other.o build/a/x.o" },
  { tool: "strip", command: "strip -g build/a/x.o" },
  { tool: "nasm", command: "nasm -f elf64 -o build/a/x.o y.asm" },
  { tool: "touch", command: "touch build/a/x.o" },
];
const MAKEFILE = `
all: build/a/prog build/b/prog
.SECONDARY:
build/%/prog: build/%/x.o
\tgcc -o $@ $<
build/%/x.o: x.c
\t@mkdir -p $(@D)
\tgcc -g -c -o $@ $<
`;

describe.skipIf(!installed("make", "gcc"))(
  "sources that were linked and then edited in place",
  () => {
    test("keep their time, so that the build makes what depends on them", () => {
      const root = makeTree({
        Makefile: "all: a/x.o b/x.o\n%/x.o: x.c %/n.h\n\tgcc -I$* -c -o $@ $<\n",
        "x.c": '#include "n.h"\nint x = N;\n',
        "a/n.h": "#define N 1\n",
        "b/n.h": "#define N 1\n",
      });
      const link = (): Run => runTrusting(["--hardlink", "-a", "."], { cwd: root });
      const make = (): string => execFileSync("make", ["-C", root], { encoding: "utf8" });
      expect(link().code).toBe(0);
      make();
      expect(linked(root)).toEqual([["a/n.h", "b/n.h"]]);
      // Two changes within one tick of the kernel's clock have the same time.
      execFileSync("sleep", ["0.05"]);
      fs.writeFileSync(`${root}/a/n.h`, "#define N 2\n");
      const done = link();
      expect(done.code).toBe(3);
      expect(done.stderr).toMatch(/2 paths that may be sources have private files again/);
      expect(linked(root)).not.toContainEqual(["a/n.h", "b/n.h"]);
      expect(make().match(/gcc/g)).toHaveLength(2);
    });
  },
);

describe.skipIf(!installed("make", "gcc"))("the next build after a write through a link", () => {
  function make(root: string): string {
    return execFileSync("make", ["-C", root], { encoding: "utf8" });
  }

  test.each(WRITERS)("by $tool: everything is as without links", ({ tool, command }) => {
    if (spawnSync(tool, ["--version"]).error !== undefined) return;
    const root = emptyDir();
    fs.writeFileSync(`${root}/Makefile`, MAKEFILE);
    fs.writeFileSync(`${root}/x.c`, "int main(void) { return 0; }\n");
    fs.writeFileSync(`${root}/y.asm`, "global main\nsection .text\nmain: ret\n");
    execFileSync("gcc", ["-c", "-O2", "-o", "other.o", "x.c"], { cwd: root });
    make(root);
    const wanted = Object.fromEntries(
      Array.from(snapshot(root), ([name, { hash }]): [string, string] => [name, hash]),
    );
    expect(runTrusting(LINK, { cwd: root }).code).toBe(0);
    expect(linked(root)).toEqual([LINKED]);
    execFileSync("sh", ["-c", command], { cwd: root });
    expect(linked(root)).toEqual([LINKED]);
    const done = runTrusting(LINK, { cwd: root });
    expect({ code: done.code, linked: linked(root) }).toEqual({ code: 3, linked: [] });
    expect(make(root).match(/gcc/g)).toHaveLength(4);
    const hashes = Array.from(snapshot(root), ([name, { hash }]): [string, string] => [name, hash]);
    expect(Object.fromEntries(hashes)).toEqual(wanted);
    expect(runTrusting(LINK, { cwd: root }).code).toBe(0);
    expect(make(root)).toMatch(/Nothing to be done/);
  });

  test("a rule that writes in place: the other variant does not keep the wrong code", () => {
    const build = (links: boolean): Record<string, string> => {
      const root = makeTree({
        // To dedupe, the script could do anything.
        "cc.sh": file('gcc $3 -c -o x.tmp "$1" && cat x.tmp > "$2" && rm x.tmp\n', { mode: 0o755 }),
        Makefile: `all: build/a/x.o build/b/x.o\nbuild/a/x.o: a.flags\nbuild/b/x.o: b.flags
build/%/x.o: x.c\n\t@mkdir -p $(@D)\n\tsh ./cc.sh x.c $@ "$$(cat $*.flags)"\n`,
        "x.c": "int x(void) { return N; }\n",
        "a.flags": "-DN=1",
        "b.flags": "-DN=1",
      });
      const link = (): number | null => (links ? runTrusting(LINK, { cwd: root }).code : 0);
      execFileSync("make", ["-C", root]);
      expect(link()).toBe(0);
      if (links) expect(linked(root)).toEqual([LINKED]);
      fs.writeFileSync(`${root}/a.flags`, "-DN=2");
      execFileSync("make", ["-C", root]);
      expect(link()).toBe(links ? 3 : 0);
      execFileSync("make", ["-C", root]);
      expect(link()).toBe(0);
      const outputs = snapshot(`${root}/build`);
      return Object.fromEntries(Array.from(outputs, ([name, { hash }]) => [name, hash]));
    };
    expect(build(true)).toEqual(build(false));
  });
});
