/** Time stamps after linking, with make and ninja: no rebuild loop, and no missed rebuild. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { CLI } from "../support/paths.ts";
import {
  TRUST,
  type Json,
  runTrusting as run,
  runTrustingJson as runJson,
} from "../support/run.ts";
import { contents, everything, linked } from "../support/snapshot.ts";
import { at, emptyDir, file, link, makeTree, setTime } from "../support/tree.ts";

const missing = ["make", "gcc", "ninja"].filter(
  (name) => spawnSync(name, ["--version"]).status !== 0,
);

const SOURCES = {
  "foo.c": "int foo(void) { return 1; }\n",
  "main.c": "int foo(void);\nint main(void) { return foo(); }\n",
};

/** Builds O0/foo.o, then generates a header, then builds O2/foo.o, which depends on it. Both objects are identical. */
function fiveRules(depfiles: boolean): string {
  const flags = depfiles ? "-MMD -MP " : "";
  const header = depfiles ? "" : "gen.h ";
  return `all: O0/prog O2/prog
O0/foo.o: foo.c
	@mkdir -p O0
	gcc ${flags}-c -o $@ foo.c
gen.h: O0/foo.o
	sleep 0.02; echo '/* generated */' > $@
O2/foo.o: foo.c ${header}${depfiles ? "| gen.h" : ""}
	@mkdir -p O2
	gcc ${flags}-include gen.h -c -o $@ foo.c
O0/prog O2/prog: %/prog: %/foo.o main.c
	gcc -o $@ main.c $<
${depfiles ? "-include O0/foo.d O2/foo.d\n" : ""}`;
}

const NINJA = `rule cc
  command = gcc -c $flags -MD -MF $out.d -o $out $in
  depfile = $out.d
  deps = gcc
rule link
  command = gcc -o $out $in
rule gen
  command = sleep 0.02; echo '/* generated */' > $out
build O0/foo.o: cc foo.c
build main.o: cc main.c
build O0/prog: link O0/foo.o main.o
build gen.h: gen | O0/foo.o
build O2/foo.o: cc foo.c || gen.h
  flags = -include gen.h
build O2/prog: link O2/foo.o main.o
`;

function tool(root: string, command: string): string {
  return execFileSync("sh", ["-c", command], {
    cwd: root,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], LANG: "C" },
  });
}

const isQuiet = (root: string, command: string): boolean =>
  spawnSync("sh", ["-c", command], { cwd: root }).status === 0;
const MAKE_QUIET = "make -q";
const NINJA_QUIET = "ninja -n | grep -q 'no work to do'";

describe.skipIf(missing.length > 0)(
  `time stamps (missing: ${missing.join(", ") || "none"})`,
  () => {
    describe.each([
      ["make with dependency files", { Makefile: fiveRules(true) }, "make", MAKE_QUIET],
      ["make without", { Makefile: fiveRules(false) }, "make", MAKE_QUIET],
      ["ninja", { "build.ninja": NINJA }, "ninja -j1", NINJA_QUIET],
    ])("the five rules: %s", (_, rules, build, quiet) => {
      test("five runs of dedupe: nothing is rebuilt", () => {
        const root = makeTree({ ...SOURCES, ...rules });
        tool(root, build);
        const before = contents(root);
        for (let round = 0; round < 5; round += 1) {
          const { skipped } = runJson(["--hardlink", "."], { cwd: root });
          expect(skipped.map(({ path, reason }) => [path, reason])).toEqual([
            ["./O2/foo.o", "would-rebuild"],
            ["./O2/prog", "would-rebuild"],
          ]);
          expect(skipped[0].detail).toContain("gen.h");
          expect(isQuiet(root, quiet)).toBe(true);
        }
        expect(contents(root)).toEqual(before);
      });

      test("only the outputs are given, from another working directory", () => {
        const root = makeTree({ ...SOURCES, ...rules });
        tool(root, build);
        runJson(["--hardlink", `${root}/O0`, `${root}/O2`], { cwd: "/" });
        expect(isQuiet(root, quiet)).toBe(true);
        runJson(["--hardlink", `${root}/O0/foo.o`, `${root}/O2/foo.o`], { cwd: "/" });
        expect(isQuiet(root, quiet)).toBe(true);
      });

      test("if the header is older than both objects, they are linked, and nothing is rebuilt", () => {
        const root = makeTree({ ...SOURCES, ...rules });
        tool(root, build);
        setTime(`${root}/gen.h`, at(0));
        runJson(["--hardlink", "."], { cwd: root });
        expect(linked(root).flat()).toEqual(
          expect.arrayContaining(["O0/foo.o", "O2/foo.o", "O0/prog", "O2/prog"]),
        );
        tool(root, "touch -d '2001-01-01' gen.h");
        expect(runJson(["--hardlink", "."], { cwd: root }).totals["replaced"]).toBe(0);
      });
    });

    test("ninja: with --mtime newest, the objects are not linked either", () => {
      const root = makeTree({ ...SOURCES, "build.ninja": NINJA });
      tool(root, "ninja");
      runJson(["--hardlink", "--mtime", "newest", "."], { cwd: root });
      // The header depends on O0/foo.o; nothing depends on the programs.
      expect(linked(root)).toEqual([["O0/prog", "O2/prog"]]);
      expect(isQuiet(root, NINJA_QUIET)).toBe(true);
    });

    test("an interrupted build: an output older than its source is neither kept nor replaced", () => {
      const root = makeTree({ ...SOURCES, Makefile: fiveRules(true) });
      tool(root, "make; cp -p O0/foo.o O0/bar.o; cp -p O0/foo.d O0/bar.d; cp foo.c bar.c");
      fs.writeFileSync(
        `${root}/O0/bar.d`,
        fs.readFileSync(`${root}/O0/foo.d`, "utf8").replaceAll("foo", "bar"),
      );
      // bar.c was changed after bar.o was built; bar.o is identical to the other objects.
      setTime(`${root}/O0/bar.o`, at(1));
      for (const mtime of ["oldest", "newest"]) {
        const before = everything(`${root}/O0`)["bar.o"];
        const { skipped } = runJson(["--hardlink", "--mtime", mtime, "."], { cwd: root });
        const left = skipped.find(({ path }) => path === "./O0/bar.o");
        expect(left?.reason).toBe("would-rebuild");
        expect(left?.detail).toMatch(
          /prerequisite .*bar\.c is newer: the next build rebuilds it \(finish the build/,
        );
        expect(everything(`${root}/O0`)["bar.o"]).toBe(before);
      }
    });

    test("no common time: two groups, each with its own time", () => {
      const made = (seconds: number) => file("\x7fELF equal", { mtime: at(seconds) });
      const root = makeTree({
        "a.c": file("", { mtime: at(0) }),
        "b.h": file("", { mtime: at(20) }),
        ...Object.fromEntries([1, 2].map((n) => [`a${n}.o`, made(10 + n)])),
        ...Object.fromEntries([1, 2].map((n) => [`b${n}.o`, made(30 + n)])),
        ...Object.fromEntries(["a1", "a2"].map((n) => [`${n}.d`, `${n}.o: a.c\n`])),
        ...Object.fromEntries(["b1", "b2"].map((n) => [`${n}.d`, `${n}.o: a.c b.h\n`])),
      });
      const { skipped, totals } = runJson(["--hardlink", root]);
      expect(linked(root)).toEqual([
        ["a1.o", "a2.o"],
        ["b1.o", "b2.o"],
      ]);
      expect(totals["replaced"]).toBe(2);
      expect(skipped.map(({ path, reason }) => [path, reason])).toEqual([
        [`${root}/b1.o`, "would-rebuild"],
      ]);
      expect(runJson(["--hardlink", root]).totals["replaced"]).toBe(0);
      expect(run(["--check", root]).code).toBe(0);
    });

    test("times are compared to the nanosecond", () => {
      for (const [header, links] of [
        [at(10), 1],
        [at(10) + 1n, 0],
      ] as const) {
        const root = makeTree({
          "x.h": file("", { mtime: header }),
          "a.o": file("\x7fELF equal", { mtime: at(10) }),
          "b.o": file("\x7fELF equal", { mtime: at(11) }),
          "b.d": "b.o: x.h\n",
        });
        expect(runJson(["--hardlink", root]).totals["replaced"]).toBe(links);
      }
    });

    test("damaged records of builds cause warnings, and files are linked anyway", () => {
      const root = makeTree({
        "a.o": file("\x7fELF equal", { mtime: at(10) }),
        "b.o": file("\x7fELF equal", { mtime: at(11) }),
        ".ninja_deps": "# ninjadeps\n\u0004\0\0\0garbage",
        ".ninja_log": "# ninja log v5\n0\t1",
      });
      const { warnings, totals } = runJson(["--hardlink", root]) as {
        warnings?: { code: string; path: string }[];
        totals: Record<string, number>;
      };
      expect(totals["replaced"]).toBe(1);
      expect(warnings?.map(({ code, path }) => [code, path])).toEqual([
        ["build-record", `${root}/.ninja_deps`],
        ["build-record", `${root}/.ninja_log`],
      ]);
    });
  },
);

/** Rules that only make can evaluate. */
const HIDDEN = `COUNT = 1 2 3 4 5 6 7 8
all: $(foreach n,$(COUNT),O0/f$n.o O2/f$n.o)
O0/f%.o: f%.c
	@mkdir -p O0
	gcc -c -o $@ $<
gen.h: $(foreach n,$(COUNT),O0/f$n.o)
	sleep 0.02; echo > $@
O2/f%.o: f%.c
	@mkdir -p O2
	gcc -c -o $@ $<
O2/f3.o O2/f6.o: gen.h
`;

describe.skipIf(missing.length > 0)("--verify", () => {
  const units = [1, 2, 3, 4, 5, 6, 7, 8];

  function project(): string {
    const root = makeTree({
      Makefile: "include rules.$(shell echo inc)\n",
      "rules.inc": HIDDEN,
      ...Object.fromEntries(units.map((n) => [`f${n}.c`, `int f${n}(void) { return ${n}; }\n`])),
    });
    tool(root, "make");
    return root;
  }

  test("without --verify, make rebuilds files", () => {
    const root = project();
    runJson(["--hardlink", "."], { cwd: root });
    expect(isQuiet(root, MAKE_QUIET)).toBe(false);
  });

  test.each(["make -q", "make -n"])(
    "%s: links that cause rebuilds are reverted, the others stay",
    (command) => {
      const root = project();
      const before = everything(root);
      const done = run(["--hardlink", "--json", "--verify", command, "."], { cwd: root });
      expect(done.code).toBe(1);
      const { verification, totals, skipped } = done.json;
      expect(verification).toMatchObject({
        command,
        quiet: true,
        reverted: ["./O2/f3.o", "./O2/f6.o"],
        rebuilt: [],
      });
      expect((verification as { runs: number }).runs).toBeLessThan(20);
      expect(totals["replaced"]).toBe(6);
      expect(skipped.map(({ path, reason }) => [path, reason])).toEqual([
        ["./O2/f3.o", "would-rebuild"],
        ["./O2/f6.o", "would-rebuild"],
      ]);
      expect(done.stderr).toContain("./O2/f3.o: link reverted");
      expect(linked(root).length).toBe(6);
      expect(isQuiet(root, MAKE_QUIET)).toBe(true);
      // Content, mode, owner and time are as before, and the time of the directory too.
      const after = everything(root);
      const fieldsOf = (text: string): string[] =>
        text.split(" ").filter((_, i) => ![0, 6].includes(i));
      for (const name of ["O2/f3.o", "O2/f6.o"])
        expect(fieldsOf(after[name])).toEqual(fieldsOf(before[name]));
      expect(after["O2"].split(" ")[5]).toBe(before["O2"].split(" ")[5]);
    },
  );

  test("a command that builds: rebuilt files are reported", () => {
    const root = project();
    const done = run(["--hardlink", "--json", "--verify", "make", "."], { cwd: root });
    expect(done.code).toBe(1);
    expect(done.json["verification"]).toMatchObject({
      quiet: true,
      reverted: [],
      rebuilt: ["./O2/f3.o", "./O2/f6.o"],
    });
    expect(done.json.totals["replaced"]).toBe(6);
  });

  test("files that were linked before are linked again after reverting", () => {
    const root = project();
    fs.linkSync(`${root}/O2/f3.o`, `${root}/O2/also.o`);
    expect(run(["--hardlink", "--verify", "make -q", "."], { cwd: root }).code).toBe(1);
    expect(linked(root)).toContainEqual(["O2/also.o", "O2/f3.o"]);
  });

  test("nothing is reverted if nothing would be rebuilt", () => {
    const root = project();
    fs.writeFileSync(`${root}/rules.inc`, HIDDEN.replace(/^O2\/f3.o.*$/m, ""));
    const done = run(["--hardlink", "--json", "--verify", "make -q", "."], { cwd: root });
    expect(done.code).toBe(0);
    expect(done.json["verification"]).toMatchObject({ runs: 2, quiet: true, reverted: [] });
    expect(done.stderr).toBe("");
  });

  test("an unfinished build: exit code 2, nothing changes", () => {
    const root = project();
    tool(root, "touch f1.c");
    const before = everything(root);
    const done = run(["--hardlink", "--verify", "make -q", "."], { cwd: root });
    expect(done.code).toBe(2);
    expect(done.stdout).toBe("");
    expect(done.stderr).toMatch(
      /^dedupe: --verify 'make -q' reports work before anything was linked .*\(finish the build, then link\)\n$/,
    );
    expect(everything(root)).toEqual(before);
  });

  test("links to one file are reverted together, even if few directories may be open", () => {
    const others = ["O2", "O3", "Os"];
    const root = makeTree({
      "O0/f.o": file("x", { mtime: at(1) }),
      "O1/f.o": file("x", { mtime: at(2) }),
      ...Object.fromEntries(others.map((level) => [`${level}/f.o`, link("O1/f.o")])),
    });
    const before = contents(root);
    // Few enough that the first directory has been closed when the third link is reverted.
    const limited = `ulimit -n 64; exec "$@"`;
    const command = "test ! O0/f.o -ef O1/f.o";
    const args = ["--hardlink", "--json", "--verify", command, "."];
    const done = spawnSync(
      "bash",
      ["-c", limited, "bash", process.execPath, CLI, ...TRUST, ...args],
      {
        cwd: root,
        encoding: "utf8",
      },
    );
    expect((JSON.parse(done.stdout) as Json)["verification"]).toMatchObject({
      quiet: true,
      reverted: ["O1", ...others].map((level) => `./${level}/f.o`),
      rebuilt: [],
    });
    expect(linked(root)).toEqual([["O1", ...others].map((level) => `${level}/f.o`)]);
    expect(contents(root)).toEqual(before);
  });

  test("a build that is never up to date is reported, and all links are reverted", () => {
    const root = project();
    // Up to date once, then never again.
    const command = "test ! -e asked && touch asked";
    const done = run(["--hardlink", "--json", "--verify", command, "."], { cwd: root });
    expect(done.code).toBe(1);
    expect(done.json["verification"]).toMatchObject({ quiet: false });
    expect(linked(root)).toEqual([]);
    expect(done.stderr).toContain("still reports work");
  });

  test.each([
    [
      "a command that is not there",
      ["--hardlink", "--verify", "no-such-command-here"],
      /cannot be run/,
    ],
    ["an empty command", ["--hardlink", "--verify", " "], /--verify: the command is empty/],
    ["no action", ["--verify", "true"], /--verify .*--hardlink/],
  ])("%s is a mistake", (_, args, words) => {
    const root = makeTree({ "a.o": "\x7fELF x", "b.o": "\x7fELF x" });
    const done = run([...args, root]);
    expect(done.code).toBe(2);
    expect(done.stderr).toMatch(words);
    expect(linked(root)).toEqual([]);
  });

  test("a dry run does not run the command", () => {
    const root = makeTree({ "a.o": "\x7fELF x", "b.o": "\x7fELF x" });
    expect(
      run(["--hardlink", "--dry-run", "--verify", "touch ran", root], { cwd: root }).code,
    ).toBe(0);
    expect(fs.existsSync(`${root}/ran`)).toBe(false);
  });

  test("the command has no input, and no variables of an outer make", () => {
    const root = emptyDir();
    const command = 'cat; test -z "$MAKEFLAGS$MAKELEVEL" && touch asked';
    const done = run(["--hardlink", "--verify", command, root], {
      cwd: root,
      env: { MAKEFLAGS: "-j2", MAKELEVEL: "1" },
    });
    expect(done.code).toBe(0);
    expect(fs.existsSync(`${root}/asked`)).toBe(true);
  });

  test.each(["before", "after"])(
    "SIGINT while it runs %s linking: it ends too, every file is whole",
    async (when) => {
      const root = makeTree({ "a.o": "\x7fELF x", "b.o": "\x7fELF x" });
      const slow = "touch runs; sleep 600";
      const command = when === "before" ? slow : `if test -e asked; then ${slow}; fi; touch asked`;
      const child = spawn(
        process.execPath,
        [CLI, ...TRUST, "--hardlink", "--json", "--verify", command, root],
        { cwd: root },
      );
      const pieces: Buffer[] = [];
      child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
      while (!fs.existsSync(`${root}/runs`))
        await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill("SIGINT");
      const [code] = (await once(child, "close")) as [number];
      expect(code).toBe(130);
      const report = JSON.parse(Buffer.concat(pieces).toString()) as Json;
      expect(report["interrupted"]).toBe(true);
      expect(linked(root)).toEqual(when === "before" ? [] : [["a.o", "b.o"]]);
      expect(Object.values(contents(root)).length).toBeGreaterThanOrEqual(2);
    },
  );
});
