import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { runTrusting as run, runTrustingJson as runJson } from "../support/run.ts";
import { contents, diskUsage, everything, filesIn, linked, snapshot } from "../support/snapshot.ts";
import { type Spec, at, file, dir, isRoot, link, makeTree } from "../support/tree.ts";

const SAME = "the same bytes";

describe("a dry run predicts the real run", () => {
  const attributes = isRoot ? { owner: 1000 } : { mode: 0o600 };
  const tree: Spec = {
    "O2/a.o": SAME,
    "O3/a.o": file(SAME, { mtime: at(-5) }),
    "O3/b.o": file(SAME, { mode: 0o600 }),
    "O3/c.o": file(SAME, attributes),
    "O2/d.o": "other",
    "O2/e.o": link("O2/d.o"),
    "O3/d.o": "other",
    "x/lib.a": "!<arch>\nlib",
    "y/lib.a": "!<arch>\nlib",
    "z.txt": SAME,
  };

  test.each([
    { args: [] },
    { args: ["--scope", "unit"] },
    { args: ["--scope", "directory"] },
    { args: ["--mtime", "newest"] },
    { args: ["--max-links", "2"] },
    { args: ["--respect-time"] },
    { args: ["--ignore-mode", "--ignore-owner", "--all"] },
    { args: ["-o", "O2", "-o", "O3"] },
  ])("in numbers, sets and words: $args", ({ args }) => {
    const root = makeTree(tree);
    const before = everything(root);
    const foreseen = runJson(["--hardlink", "-n", ...args, root]);
    const words = run(["--hardlink", "--dry-run", "-v", ...args, root]).stdout;
    expect(everything(root)).toEqual(before);
    const copy = makeTree(tree);
    const done = runJson(["--hardlink", ...args, root]);
    const said = run(["--hardlink", "-v", ...args, copy]).stdout.replaceAll(copy, root);
    const { dryRun, methods, totals, ...rest } = done;
    expect(dryRun).toBe(false);
    expect(foreseen).toMatchObject({ ...rest, dryRun: true });
    expect({ ...foreseen.totals, seconds: 0 }).toEqual({ ...totals, seconds: 0 });
    const details = (text: string): string[] =>
      text.split("\n").filter((line) => /^(replaced|left alone) .*\//.test(line));
    expect(details(words)).toEqual(details(said));
    expect(details(said).filter((line) => line.startsWith("replaced"))).toHaveLength(
      done.totals.replaced,
    );
  });
});

describe("the reported savings agree with the disk usage", () => {
  const big = "x".repeat(10_000);
  test.each([
    { it: "two files", tree: { "a.o": big, "b.o": big } },
    {
      it: "linked files and a single file",
      tree: { "a.o": big, "b.o": link("a.o"), "c.o": file(big, { mtime: at(-1) }) },
    },
    {
      it: "two sets of linked files",
      tree: { "a.o": big, "b.o": link("a.o"), "c.o": big, "d.o": link("c.o"), "e.o": link("c.o") },
    },
    {
      it: "a file with a link outside the tree",
      tree: { "a.o": big, "b.o": big, elsewhere: link("b.o"), "c.o": big },
    },
  ])("$it", ({ tree }) => {
    const root = makeTree(tree);
    const before = diskUsage(root);
    const foreseen = runJson(["--hardlink", "-n", "-x", "elsewhere", root]).totals;
    const { totals } = runJson(["--hardlink", "-x", "elsewhere", root]);
    expect(totals.savedBytes).toBe(before - diskUsage(root));
    expect(foreseen.savedBytes).toBe(totals.savedBytes);
    expect(totals.replaced).toBeGreaterThan(0);
    expect(linked(root).flat()).toEqual(
      expect.arrayContaining(["a.o", "b.o", "c.o"].filter((name) => name in tree)),
    );
  });
});

describe("attributes", () => {
  test("modes, setuid bits and owners stay", () => {
    const owner = isRoot ? { owner: 1000 } : {};
    const root = makeTree({
      "a/prog.elf": file(SAME, { mode: 0o4755, ...owner }),
      "b/prog.elf": file(SAME, { mode: 0o4755, ...owner }),
      "c/prog.elf": file(SAME, { mode: 0o755, ...owner }),
      "d/prog.elf": file(SAME, { mode: 0o755 }),
      "e/prog.elf": file(SAME, { mode: 0o444 }),
    });
    const before = contents(root);
    const owners = Array.from(snapshot(root).values(), ({ uid }) => uid);
    run(["--hardlink", root]);
    expect(contents(root)).toEqual(before);
    expect(Array.from(snapshot(root).values(), ({ uid }) => uid)).toEqual(owners);
    expect(linked(root)[0]).toEqual(["a/prog.elf", "b/prog.elf"]);
  });

  test("skipped files are reported with reasons", () => {
    const root = makeTree({
      "a.o": SAME,
      "b.o": file(SAME, { mode: 0o755 }),
      "c.a": "!<arch>\nx",
      "d.a": "!<arch>\nx",
    });
    const report = runJson(["--hardlink", root]);
    expect(report.totals).toMatchObject({
      sets: 2,
      duplicates: 2,
      replaced: 0,
      skipped: 2,
      failed: 0,
    });
    expect(report.skipped.map(({ path, reason }) => [path.slice(root.length + 1), reason])).toEqual(
      [
        ["b.o", "mode"],
        ["d.a", "in-place-kind"],
      ],
    );
    expect(run(["--hardlink", "-v", root]).stdout).toMatch(
      /left alone .*b\.o: equal to .*a\.o, but its permission bits differ \(--ignore-mode/,
    );
  });

  test("the oldest time is kept, to the nanosecond, and no path becomes newer", () => {
    const times = { "a.o": at(3) + 1n, "b.o": at(1) + 123_456_789n, "c.o": at(2) };
    const root = makeTree(
      Object.fromEntries(
        Object.entries(times).map(([name, mtime]) => [name, file(SAME, { mtime })]),
      ),
    );
    run(["--hardlink", root]);
    for (const { mtime } of snapshot(root).values()) expect(mtime).toBe(times["b.o"]);
  });

  test("times of directories are restored, and never later than before", () => {
    const mtime = at(-1000) + 123_456_789n;
    const root = makeTree({
      "a/x.o": SAME,
      "b/c/x.o": SAME,
      "b/c/y.o": SAME,
      a: dir({ mtime }),
      "b/c": dir({ mtime: mtime + 1n }),
      b: dir({ mtime }),
    });
    run(["--hardlink", root]);
    expect(linked(root)).toEqual([["a/x.o", "b/c/x.o", "b/c/y.o"]]);
    for (const [name, was] of [
      ["a", mtime],
      ["b/c", mtime + 1n],
      ["b", mtime],
    ] as const) {
      const now = fs.statSync(`${root}/${name}`, { bigint: true }).mtimeNs;
      expect(now).toBeLessThanOrEqual(was);
      expect(was - now).toBeLessThan(2000n);
    }
  });

  test("no temporary files are left", () => {
    const root = makeTree({ "a.o": SAME, "sub/b.o": SAME, "sub/c.o": SAME });
    run(["--hardlink", root]);
    expect(filesIn(root)).toEqual(["a.o", "sub/b.o", "sub/c.o"]);
  });
});

describe("variants", () => {
  const pyc = (name: string, level: number): string =>
    `__pycache__/${name}.cpython-311${level === 0 ? "" : `.opt-${level}`}.pyc`;

  test("counts identical units per pair of variants", () => {
    const root = makeTree({
      [pyc("a", 0)]: "a",
      [pyc("a", 1)]: "a",
      [pyc("a", 2)]: "A",
      [pyc("b", 0)]: "bbb",
      [pyc("b", 1)]: "bbb",
      [pyc("b", 2)]: "bbb",
      [pyc("c", 0)]: "ccccc",
    });
    for (const args of [[], ["--hardlink"], []]) {
      const report = runJson([...args, root]);
      expect(report.variants).toMatchObject([
        { name: "0", artifacts: 3 },
        { name: "1", artifacts: 2 },
        { name: "2", artifacts: 2 },
      ]);
      expect(report.pairs).toMatchObject([
        { a: "0", b: "1", units: 2, identical: 2 },
        { a: "0", b: "2", units: 2, identical: 1 },
        { a: "1", b: "2", units: 2, identical: 1 },
      ]);
    }
  });
});

describe("an inode with paths of several kinds", () => {
  test("linkable and other paths are not mixed", () => {
    const root = makeTree({
      "a.o": SAME,
      "A.class": link("a.o"),
      "notes.txt": link("a.o"),
      "b.o": file(SAME, { mtime: at(-1) }),
    });
    run(["--hardlink", root]);
    expect(linked(root)).toEqual([
      ["A.class", "notes.txt"],
      ["a.o", "b.o"],
    ]);
  });

  test("the oldest file is of an in-place kind: the others are linked to each other", () => {
    const root = makeTree({ "A.class": file(SAME, { mtime: at(-1) }), "a.o": SAME, "b.o": SAME });
    const report = runJson(["--hardlink", root]);
    expect(linked(root)).toEqual([["a.o", "b.o"]]);
    expect(report.sets[0].kept).toBe(`${root}/a.o`);
    expect(report.skipped.map(({ path, reason }) => [path, reason])).toEqual([
      [`${root}/A.class`, "in-place-kind"],
    ]);
  });

  test("a path without a known kind does not hide one with a known kind", () => {
    const root = makeTree({ "a/prog": SAME, "b/x.o": link("a/prog"), "b/y.o": SAME });
    run(["--hardlink", root]);
    expect(linked(root)).toEqual([["a/prog", "b/x.o", "b/y.o"]]);
  });
});
