import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { schemaViolations } from "../support/json-schema.ts";
import { runTrusting as run, runTrustingJson as runJson } from "../support/run.ts";
import { linked } from "../support/snapshot.ts";
import {
  type Spec,
  emptyDir,
  file,
  dir,
  isRoot,
  link,
  makeTree,
  NOBODY,
  symlink,
} from "../support/tree.ts";

const SAME = "the same bytes";
const RICH: Spec = {
  "build/O2/x.o": SAME,
  "build/O3/x.o": SAME,
  "build/O3/y.o": file(SAME, { mode: 0o600 }),
  "build/O2/\xff.o": "not text",
  "build/O3/\xfe.o": "not text",
  "build/a.a": "!<arch>\nx",
  "build/b.a": "!<arch>\nx",
  "m.cpython-311.pyc": "m",
  "m.cpython-311.opt-1.pyc": "m",
  "cluster.o": "cluster",
  "cluster2.o": link("cluster.o"),
  "cluster3.o": "cluster",
  alias: symlink("build"),
  "notes.txt": "text",
};

describe("--json", () => {
  const schema = JSON.parse(run(["--json-schema"]).stdout) as Record<string, unknown>;

  test.each([
    { args: [] },
    { args: ["--check"] },
    { args: ["--hardlink"] },
    { args: ["--hardlink", "-n"] },
    { args: ["--hardlink", "--all", "--max-links", "2"] },
    { args: ["-L", "--scope", "unit"] },
    { args: ["-q"] },
    { args: ["-v"] },
  ])("fits --json-schema: $args", ({ args }) => {
    const root = makeTree(RICH);
    const { stdout, stderr } = run(["--json", ...args, root, `${root}/build/O2`]);
    expect(stderr).toBe("");
    expect(schemaViolations(schema, JSON.parse(stdout))).toEqual([]);
  });

  test("fits --json-schema with problems too", () => {
    const owner = isRoot ? { owner: NOBODY } : {};
    const root = makeTree({
      ".": dir(owner),
      "\xff.o": file(SAME, { mode: 0, ...owner }),
      "a.o": file(SAME, owner),
      "b.o": file(SAME, owner),
    });
    const done = run(["--json", "."], {
      cwd: root,
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    });
    expect(done.code).toBe(3);
    expect(done.json.problems).toHaveLength(1);
    expect(schemaViolations(schema, done.json)).toEqual([]);
  });

  test("the schema checker finds faults", () => {
    const good = JSON.parse(run(["--json", makeTree(RICH)]).stdout) as Record<string, unknown>;
    expect(schemaViolations(schema, { ...good, schema: 2 })).toHaveLength(1);
    expect(schemaViolations(schema, { ...good, more: 1 })).toHaveLength(1);
    expect(schemaViolations(schema, { ...good, totals: {} }).length).toBeGreaterThan(5);
    expect(schemaViolations(schema, { ...good, sets: [{}] }).length).toBeGreaterThan(3);
  });

  test("is sorted by path bytes", () => {
    const spec: Spec = Object.fromEntries(
      ["b/x.o", "a/x.o", "a-b/x.o", "a/b/x.o", "Z/x.o", "\xff/x.o", "\xc3\xa4/x.o"].flatMap(
        (name, i) => [
          [name, `content ${i % 3} of seven`],
          [name.replace("x.o", "y.a"), `!<arch>\n ${i % 2}`],
        ],
      ),
    );
    const report = runJson(["."], { cwd: makeTree(spec) });
    const bytes = (paths: readonly string[], base64?: readonly (string | null)[]): string[] =>
      paths.map((path, i) =>
        Buffer.from(base64?.[i] ?? Buffer.from(path).toString("base64"), "base64").toString(
          "latin1",
        ),
      );
    for (const { names, ...set } of report.sets) {
      const of = bytes(names, (set as { namesBase64?: (string | null)[] }).namesBase64);
      expect(of).toEqual([...of].sort());
    }
    const firsts = report.sets.map(({ names }) => names[0]);
    expect(firsts).toEqual([...firsts].sort());
    expect(report.skipped.length).toBeGreaterThan(2);
  });
});

describe("the result does not depend on the number of threads", () => {
  test.each([1, 2])("for a tree that is large enough to start them (seed %i)", (seed) => {
    const spec = largeTree(seed);
    const [one, four] = [makeLarge(spec), makeLarge(spec)];
    const report = (root: string, jobs: number, ...args: string[]): unknown => {
      const { totals, methods, ...rest } = runJson(["-j", String(jobs), ...args, "."], {
        cwd: root,
      });
      return { ...rest, totals: { ...totals, seconds: 0 } };
    };
    const wanted = report(one, 1);
    expect(report(four, 4)).toEqual(wanted);
    if (seed === 1) expect(report(four, 16)).toEqual(wanted);
    const linkedReport = report(one, 1, "--hardlink");
    expect(report(four, 4, "--hardlink")).toEqual(linkedReport);
    expect(linked(four)).toEqual(linked(one));
    expect(linkedReport).toMatchObject({ totals: { artifacts: 11_500 } });
  });
});

/** Paths and contents of 11,500 files in 300 directories, in the order of their creation. */
function largeTree(seed: number): [string, string][] {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
  const files: [string, string][] = [];
  for (let i = 0; i < 11_500; i += 1) {
    const variant = ["O0", "O2", "O3"][random(3)];
    files.push([`${variant}/d${i % 100}/${i}.o`, "x".repeat(random(40)) + random(50)]);
  }
  return files;
}

function makeLarge(spec: readonly (readonly [string, string])[]): string {
  const root = emptyDir();
  const made = new Set<string>();
  const time = 1_704_067_200;
  for (const [name, content] of spec) {
    const dirName = name.slice(0, name.lastIndexOf("/"));
    if (!made.has(dirName)) fs.mkdirSync(`${root}/${dirName}`, { recursive: true });
    made.add(dirName);
    const descriptor = fs.openSync(`${root}/${name}`, "w");
    fs.writeSync(descriptor, content);
    fs.futimesSync(descriptor, time, time);
    fs.closeSync(descriptor);
  }
  return root;
}

describe("the text output", () => {
  /** The lines, without the time and with single spaces. */
  const linesOf = (...args: string[]): string[] =>
    run(args, { cwd: makeTree({ "build/O2/x.o": SAME, "build/O3/x.o": SAME }) })
      .stdout.replace(/[\d.]+ s$/m, "TIME")
      .replaceAll(/ +/g, " ")
      .trimEnd()
      .split("\n");

  test.each([
    { args: [], line: "1 link possible, 4.0 KiB could be freed (50 %), TIME" },
    { args: ["--check"], line: "1 link possible, 4.0 KiB could be freed (50 %), TIME" },
    { args: ["--hardlink"], line: "1 link made, 4.0 KiB freed (50 %), TIME" },
    { args: ["--hardlink", "-n"], line: "1 link to make, 4.0 KiB to free (50 %), TIME" },
  ])("$args: the first line, and with --brief the only one, is: $line", ({ args, line }) => {
    for (const detail of [[], ["--stats"], ["-v"]])
      expect(linesOf(...args, ...detail, "build")[0]).toBe(line);
    expect(linesOf(...args, "--brief", "build")).toEqual([line]);
  });

  test.each([
    { args: [], has: ["artifacts 2 28 B in 2 inodes", "duplicate sets 1 1 redundant copy"] },
    { args: ["--stats"], has: ["variant artifacts size", "O2 = O3 1 of 1 100.0 % 14 B"] },
    { args: ["-v"], has: ["duplicate build/O3/x.o of build/O2/x.o", "variant artifacts size"] },
    { args: ["-v", "--hardlink"], has: ["replaced build/O3/x.o by a link to build/O2/x.o"] },
    { args: ["-v", "--hardlink", "-n"], has: ["replaced build/O3/x.o by a link to build/O2/x.o"] },
  ])("$args prints $has", ({ args, has }) => {
    expect(linesOf(...args, "build")).toEqual(expect.arrayContaining(has));
  });

  test("tables and paths are printed on request only", () => {
    expect(linesOf("build").join()).not.toMatch(/O2 = O3|duplicate build/);
    expect(linesOf("--stats", "build").join()).not.toContain("duplicate build");
  });

  test("-q prints nothing on success, but reports problems", () => {
    const root = makeTree({ "a.o": SAME, "b.o": SAME });
    expect(run(["-q", "--check", root])).toMatchObject({ code: 1, stdout: "", stderr: "" });
    expect(run(["-q", "--hardlink", root])).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(run(["-q", "nope"])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("nope"),
    });
  });

  test.each([
    { it: "a pipe gets no colours", args: [], env: {}, colored: false },
    { it: "--color", args: ["--color"], env: {}, colored: true },
    { it: "--color overrides NO_COLOR", args: ["--color"], env: { NO_COLOR: "1" }, colored: true },
    { it: "--no-color", args: ["--no-color"], env: {}, colored: false },
  ])("$it", ({ args, env, colored }) => {
    const root = makeTree({ "a.o": SAME, "b.o": SAME });
    expect(run([...args, root], { env }).stdout.includes("\u001b[")).toBe(colored);
  });

  test("progress is shown on stderr, and only with --progress or on a terminal", () => {
    const root = makeTree({ "a.o": SAME, "b.o": SAME });
    expect(run([root]).stderr).toBe("");
    const shown = run(["--progress", "--hardlink", root]);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toBe(run(["--no-progress", root]).stdout === "" ? "" : shown.stdout);
    expect(shown.stdout).not.toContain("searching");
  });
});

describe("options that need no path", () => {
  test("--version", () => {
    expect(run(["-V"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(run(["--version"]).stdout).toBe(run(["-V"]).stdout);
  });

  test("--help lists every option", () => {
    const { stdout } = run(["--help"]);
    expect(run(["-h"]).stdout).toBe(stdout);
    const options = `hardlink dry-run check all kind list-kinds include exclude min-size max-size follow-symlinks within
      one-file-system files-from null variant scope ignore-mode ignore-owner respect-time respect-name respect-xattrs
      max-links mtime jobs json json-schema quiet brief stats verbose progress no-progress color no-color version help`;
    for (const option of options.split(/\s+/)) expect(stdout).toMatch(new RegExp(`--${option}\\b`));
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(120);
  });

  test("--list-kinds, as a table and as JSON", () => {
    const kinds = JSON.parse(run(["--list-kinds", "--json"]).stdout) as {
      name: string;
      linked: boolean;
    }[];
    const { stdout } = run(["--list-kinds"]);
    expect(kinds.length).toBeGreaterThan(10);
    for (const { name } of kinds) expect(stdout).toContain(name);
    expect(kinds.find(({ name }) => name === "object")?.linked).toBe(true);
    expect(kinds.find(({ name }) => name === "static-library")?.linked).toBe(false);
  });
});
