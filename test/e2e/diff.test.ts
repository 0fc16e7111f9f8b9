import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { displayWidth } from "../../src/render/display-width.ts";
import { noise } from "../support/contents.ts";
import { installed } from "../support/installed.ts";
import { schemaViolations } from "../support/json-schema.ts";
import { CLI } from "../support/paths.ts";
import { type Run, run } from "../support/run.ts";
import { everything } from "../support/snapshot.ts";
import {
  NOBODY,
  type Spec,
  dir,
  emptyDir,
  file,
  isRoot,
  link,
  makeTree,
  symlink,
} from "../support/tree.ts";

const diff = (root: string, ...args: string[]): Run => run(["diff", ...args], { cwd: root });

/** The output without the elapsed time. */
function untimed(text: string): string {
  return text.replace(/[\d.]+ s$/m, "N s").replace(/"seconds":[\d.e-]+/, '"seconds":0');
}

const DIFFERENT: Spec = {
  "A/same.o": "same",
  "B/same.o": "same",
  "A/x.o": "\0x1",
  "B/x.o": "\0x2",
  "A/only.so": "a",
  "A/mode.o": file("m", { mode: 0o600 }),
  "B/mode.o": file("m", { mode: 0o644 }),
  "A/l.so": symlink("one"),
  "B/l.so": symlink("two"),
};

describe("the exit code", () => {
  const root = makeTree({ ...DIFFERENT, "A/d/x.o": "x", "B/d/x.o": "x", "C/x.o": "x", E: dir() });
  test.each([
    { args: ["A", "A"], code: 0 },
    { args: ["A/d", "B/d"], code: 0 },
    { args: ["A/same.o", "B/same.o"], code: 0 },
    { args: ["E", "E"], code: 0 },
    { args: ["A", "B"], code: 1 },
    { args: ["A/x.o", "B/x.o"], code: 1 },
    { args: ["E", "C"], code: 1 },
    { args: ["-q", "A", "B"], code: 1 },
    { args: [], code: 2 },
    { args: ["A"], code: 2 },
    { args: ["A", "B", "C"], code: 2 },
    { args: ["A", "missing"], code: 2 },
    { args: ["A", "A/x.o"], code: 2 },
    { args: ["--map", "x", "A", "B"], code: 2 },
    { args: ["--hardlink", "A", "B"], code: 2 },
    { args: ["-s", "2K", "-S", "1K", "A", "B"], code: 2 },
    { args: ["--summary", "missing/file", "A", "B"], code: 2 },
  ])("dedupe diff $args: $code", ({ args, code }) => {
    const before = everything(root);
    const done = diff(root, ...args);
    expect(done.code).toBe(code);
    if (code === 2) expect(done.stderr).toMatch(/^dedupe: .*\n$/);
    else expect(done.stderr).toBe("");
    expect(everything(root)).toEqual(before);
  });

  test.skipIf(!isRoot)("is 3 if a file or directory cannot be read, whatever else differs", () => {
    const tree = makeTree({
      "A/x.o": file("1", { mode: 0 }),
      "B/x.o": "2",
      "A/d/y.o": "y",
      "A/d": dir({ mode: 0 }),
      "A/z.o": "z",
      "B/z.o": "zz",
    });
    fs.chmodSync(tree, 0o755);
    const done = run(["diff", "A", "B"], { cwd: tree, uid: NOBODY, gid: NOBODY });
    expect(done.code).toBe(3);
    expect(done.stderr.split("\n")).toEqual([
      "dedupe: A/d: permission denied (EACCES)",
      "dedupe: A/x.o: permission denied (EACCES)",
      "",
    ]);
    expect(done.stdout).toMatch(/^Different: 1 of 2 artifacts, 2 failures, /);
  });
});

describe("the text", () => {
  test("says the verdict first, groups what differs, and names three examples of each group", () => {
    const many = Object.fromEntries(
      Array.from({ length: 5 }, (_, i) => [
        [`A/${i}.o`, `\0${i}`],
        [`B/${i}.o`, `\0${i + 1}`],
      ]).flat(),
    ) as Spec;
    const root = makeTree({ ...DIFFERENT, ...many });
    const { stdout } = diff(root, "A", "B");
    expect(untimed(stdout).split("\n")).toEqual([
      "Different: 8 of 9 artifacts, 1 in one tree only, N s",
      "",
      "equal         1  4 B",
      "different     8",
      "only in A     1  A",
      expect.stringMatching(/^read  .* to compare contents$/),
      "",
      expect.stringMatching(/^6 object files.* differ/),
      "  0.o: from byte 1",
      "  1.o: from byte 1",
      "  2.o: from byte 1",
      "  and 3 more (-v lists all)",
      "",
      "1 object file: modes differ",
      "  mode.o: mode 600 and 644",
      "",
      "1 symbolic link: targets differ",
      "  l.so: -> one and -> two",
      "",
      "only in A:",
      "  only.so",
      "",
    ]);
    const verbose = diff(root, "-v", "A", "B").stdout;
    for (const name of ["0", "1", "2", "3", "4", "x"]) expect(verbose).toContain(`  ${name}.o:`);
    expect(diff(root, "--brief", "A", "B").stdout.split("\n")).toHaveLength(2);
    expect(diff(root, "-q", "A", "B").stdout).toBe("");
  });

  test.each([
    { it: "equal trees", args: ["A/d", "B/d"], first: /^Equal: 1 artifact, 1 B, / },
    {
      it: "a tree and an empty one",
      args: ["A/d", "E"],
      first: /^Different: 1 in one tree only, /,
    },
    {
      it: "trees without artifacts",
      args: ["E", "E"],
      first: /^Nothing to compare: no artifacts, /,
    },
  ])("$it", ({ args, first }) => {
    const root = makeTree({ "A/d/x.o": "x", "B/d/x.o": "x", E: dir() });
    expect(diff(root, ...args).stdout).toMatch(first);
  });

  test("fits 80 columns, except for paths, and escapes what a terminal would obey", () => {
    const spec: Record<string, Spec[string]> = {};
    const names = [
      "\x1b[31m.o",
      "a\nb.o",
      "\xff.o",
      "日本.so",
      `${"long".repeat(40)}.o`,
      "\u202e.o",
    ];
    for (const [i, name] of names.entries()) {
      const bytes = Buffer.from(name, i === 2 ? "latin1" : "utf8").toString("latin1");
      spec[`A/${bytes}`] = "\0one";
      spec[`B/${bytes}`] = "\0two and more";
      spec[`A/only/${bytes}`] = "1";
    }
    const { stdout } = diff(makeTree(spec), "-v", "A", "B");
    const wide = stdout.split("\n").filter((line) => displayWidth(line) > 80);
    expect(wide.every((line) => /^ +(only\/)?longlong/.test(line))).toBe(true);
    expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(stdout).toContain("\\x1b[31m.o");
    expect(stdout).toContain("a\\nb.o");
    expect(stdout).toContain("\\xff.o");
    expect(stdout).toContain("\\u{202e}.o");
  });
});

describe("--json", () => {
  const schema = run(["diff", "--json-schema"]).json;

  test("agrees with the schema, also with names that are not valid UTF-8", () => {
    const root = makeTree({
      ...DIFFERENT,
      "A/\xff.o": "\x001",
      "B/\xff.o": "\x002",
      "B/\xfe.o": "",
    });
    const { stdout, json, code } = diff(root, "--json", "--map", "no=where", "A", "B");
    expect(code).toBe(1);
    expect(schemaViolations(schema, json)).toEqual([]);
    expect(json.totals).toMatchObject({ pairs: 5, equal: 1, different: 4, onlyA: 1, onlyB: 1 });
    expect(json["unmatched"]).toEqual([{ option: "map", value: "no=where" }]);
    expect(stdout).toContain('"pathBase64":"/y5v"');
  });

  test("is the same with 1, 2 and 8 threads", () => {
    const spec: Record<string, Spec[string]> = {};
    for (let i = 0; i < 400; i += 1) {
      spec[`A/d${i % 40}/${i}.o`] = noise(500, i);
      if (i % 50 !== 0) spec[`B/d${i % 40}/${i}.o`] = noise(500, i % 30 === 0 ? i + 1 : i);
    }
    const root = makeTree(spec);
    // Large enough for worker threads, and sparse.
    for (let i = 0; i < 60; i += 1) {
      for (const tree of ["A", "B"]) {
        const path = `${root}/${tree}/large${i}.o`;
        fs.writeFileSync(path, i % 3 === 0 ? `\0${tree}` : "\0");
        fs.truncateSync(path, 4_000_000 + (i % 5 === 0 && tree === "B" ? 1 : 0));
      }
    }
    const [one, ...others] = [1, 2, 8].map((jobs) =>
      untimed(diff(root, "--json", `-j${jobs}`, "A", "B").stdout),
    );
    for (const other of others) expect(other).toBe(one);
  });
});

test("--summary appends Markdown", () => {
  const root = makeTree(DIFFERENT);
  for (let i = 0; i < 2; i += 1) diff(root, "-q", "--summary", "summary.md", "A", "B");
  const lines = fs.readFileSync(`${root}/summary.md`, "utf8").split("\n");
  expect(
    lines.filter((line) => line.startsWith("### dedupe diff: Different: 3 of 4")),
  ).toHaveLength(2);
  expect(lines).toContain("A: `A`, B: `B`");
  expect(lines).toContain("| different | 3 |");
  expect(lines).toContain("- 1 object file: modes differ `mode.o`");
  expect(lines).toContain("- only in A: `only.so`");
});

test("access times stay as they are", () => {
  const content = noise(100_000);
  const root = makeTree({ "A/x.o": content, "B/x.o": content, "A/y.o": "1", "B/y.o": "2" });
  const times = (): bigint[] =>
    ["A/x.o", "B/x.o", "A/y.o", "B/y.o"].map(
      (name) => fs.statSync(`${root}/${name}`, { bigint: true }).atimeNs,
    );
  const before = times();
  for (const jobs of ["-j1", "-j2"]) diff(root, jobs, "A", "B");
  expect(times()).toEqual(before);
});

test("FIFOs and sockets take no part and block nothing", () => {
  const root = makeTree({ "A/x.o": "x", "B/x.o": "x" });
  execFileSync("mkfifo", [`${root}/A/f.o`, `${root}/B/f.o`, `${root}/B/g.o`]);
  expect(diff(root, "-a", "A", "B")).toMatchObject({ code: 0 });
  expect(diff(root, "A/f.o", "B/f.o")).toMatchObject({
    code: 2,
    stderr: "dedupe: A/f.o: neither a directory nor a file\n",
  });
});

test.skipIf(!fs.existsSync("/dev/shm"))("trees on two file systems are compared", () => {
  const root = makeTree({ "A/x.o": "x", "A/y.o": "\x001" });
  const other = fs.mkdtempSync("/dev/shm/dedupe-test-");
  try {
    fs.writeFileSync(`${other}/x.o`, "x", { mode: 0o644 });
    fs.writeFileSync(`${other}/y.o`, "\x002", { mode: 0o644 });
    expect(diff(root, "A", other).stdout).toMatch(/^Different: 1 of 2 artifacts, /);
  } finally {
    fs.rmSync(other, { recursive: true });
  }
});

test("a hardlinked copy is equal, and nothing of it is read", () => {
  const root = makeTree({ "A/x.o": noise(50_000), "B/x.o": link("A/x.o") });
  const { stdout } = diff(root, "--json", "A", "B");
  expect(JSON.parse(stdout).totals).toMatchObject({ equal: 1, bytesRead: 0 });
});

describe.skipIf(process.platform !== "linux")("signals", () => {
  const root = makeTree({ "A/x.o": "x", "B/x.o": "x" });
  // Sparse files that take seconds to compare.
  for (const tree of ["A", "B"]) {
    for (let i = 0; i < 40; i += 1) {
      fs.writeFileSync(`${root}/${tree}/${i}.o`, "");
      fs.truncateSync(`${root}/${tree}/${i}.o`, 4e9);
    }
  }

  test.each([
    { signal: "SIGINT" as const, exitCode: 130 },
    { signal: "SIGTERM" as const, exitCode: 143 },
  ])("$signal ends the comparison with a partial report", async ({ signal, exitCode }) => {
    const child = spawn(process.execPath, [CLI, "diff", "A", "B"], { cwd: root });
    let stdout = "";
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    while (!hasOpen(child.pid ?? 0, `${root}/B/`)) await setTimeout(20);
    child.kill(signal);
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(exitCode);
    expect(stdout).toMatch(/^Interrupted: .*\(partial\)\n/);
  });

  /** Whether a process has opened a file below a directory. */
  function hasOpen(pid: number, prefix: string): boolean {
    return fs.readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return fs.readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith(prefix);
      } catch {
        return false; // it was closed
      }
    });
  }
});

/** Compares two trees with Python's filecmp, as an independent implementation. */
const ORACLE = `
import filecmp, json, os, sys
def files(root):
    return {os.path.relpath(os.path.join(d, f), root) for d, _, fs in os.walk(root) for f in fs}
a, b = (files(root) for root in sys.argv[1:3])
same = [n for n in a & b if filecmp.cmp(os.path.join(sys.argv[1], n), os.path.join(sys.argv[2], n), False)]
print(json.dumps({"different": sorted((a & b) - set(same)), "onlyA": sorted(a - b), "onlyB": sorted(b - a)}))
`;

describe.skipIf(!installed("python3"))("random changes to a copy of a tree", () => {
  let state = 12_345;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };

  test.each(Array.from({ length: 8 }, (_, i) => i))("are found as filecmp finds them: %i", () => {
    const spec: Record<string, Spec[string]> = {};
    for (let i = 0; i < 120; i += 1)
      spec[`A/d${random(6)}/e${random(3)}/${i}.o`] = noise(1 + random(9000), i + 1);
    const root = makeTree(spec);
    fs.cpSync(`${root}/A`, `${root}/B`, { recursive: true });
    for (let change = 0; change < 30; change += 1) mutate(root, Object.keys(spec));
    const oracle = JSON.parse(
      spawnSync("python3", ["-c", ORACLE, `${root}/A`, `${root}/B`], { encoding: "utf8" }).stdout,
    ) as Record<string, string[]>;
    const { json } = diff(root, "--json", "-a", "A", "B");
    const groups = json["groups"] as { pairs: { path: string }[] }[];
    const pathsOf = (key: string): string[] =>
      (json[key] as { path: string }[]).map(({ path }) => path);
    expect({
      different: groups.flatMap(({ pairs }) => pairs.map(({ path }) => path)).sort(),
      onlyA: pathsOf("onlyA"),
      onlyB: pathsOf("onlyB"),
    }).toEqual(oracle);
  });

  /** Changes a byte or the length of a file, removes, adds, moves or links one, in either tree. */
  function mutate(root: string, names: readonly string[]): void {
    const tree = `${root}/${"AB"[random(2)]}`;
    const path = `${tree}/${names[random(names.length)].slice(2)}`;
    const other = `${tree}/${names[random(names.length)].slice(2)}`;
    if (!fs.existsSync(path)) return;
    const bytes = fs.readFileSync(path);
    switch (random(6)) {
      case 0:
        bytes[random(bytes.length)] ^= 1 << random(8);
        return fs.writeFileSync(path, bytes);
      case 1:
        return fs.truncateSync(path, random(bytes.length + 100));
      case 2:
        return fs.rmSync(path);
      case 3:
        return fs.writeFileSync(`${path}.${random(4)}`, bytes);
      case 4:
        return fs.renameSync(path, other);
      default:
        if (!fs.existsSync(other)) fs.linkSync(path, other);
    }
  }
});

describe("--near", () => {
  const time = (seconds: number): Buffer =>
    Buffer.concat([
      Buffer.from("a70d0d0a00000000", "hex"),
      Buffer.from([seconds, 0, 0, 0, 9, 0, 0, 0, 0xe3, 1, 2]),
    ]);
  const root = makeTree({ "t/O2/m.pyc": time(1), "t/O3/m.pyc": time(2), "t/x.o": "x", E: dir() });

  test("finds variants that differ only in noise, with what makes them equal", () => {
    const { stdout, code } = diff(root, "--near", "t");
    expect(code).toBe(1);
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^1 artifact equals another variant but for noise, 19 B to gain, /);
    expect(stdout).toContain("unchecked-hash");
    expect(lines).toContain("  t/O2/m.pyc and t/O3/m.pyc");
    expect(lines.every((line) => line.length <= 80)).toBe(true);
  });

  test("exits with 0 if there are none, and with 2 without a path or with --map", () => {
    expect(diff(root, "--near", "E")).toMatchObject({ code: 0, stderr: "" });
    expect(diff(root, "--near").code).toBe(2);
    expect(diff(root, "--near", "--map", "a=b", "t").code).toBe(2);
    expect(diff(root, "--variant-pattern", "{variant}/**", "t", "E").code).toBe(2);
  });

  test.skipIf(!installed("gcc"))(
    "the option of the compiler that it names makes objects equal",
    () => {
      const tree = emptyDir();
      const compile = (...options: string[]): void => {
        fs.writeFileSync(`${tree}/x.c`, "int f(int x) { return x * 3; }\n");
        for (const level of ["O2", "O3"]) {
          fs.mkdirSync(`${tree}/${level}`, { recursive: true });
          execFileSync("gcc", ["-g", `-${level}`, ...options, "-c", "x.c", "-o", `${level}/x.o`], {
            cwd: tree,
          });
        }
      };
      compile();
      const { code, stdout } = diff(tree, "--near", ".");
      expect(code).toBe(1);
      expect(stdout).toContain("-gno-record-gcc-switches");
      compile("-gno-record-gcc-switches");
      expect(diff(tree, "--near", ".").code).toBe(0);
      expect(diff(tree, "O2", "O3").code).toBe(0);
    },
  );

  test("--json agrees with the schema, and --summary appends Markdown", () => {
    const schema = run(["diff", "--near", "--json-schema"]).json;
    const { json } = diff(root, "--near", "--json", "--summary", "near.md", "t");
    expect(schemaViolations(schema, json)).toEqual([]);
    expect(fs.readFileSync(`${root}/near.md`, "utf8")).toMatch(
      /^### dedupe diff --near: 1 artifact/,
    );
  });
});
