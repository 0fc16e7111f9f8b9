import fs from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { diff } from "../../src/commands/diff.ts";
import type { DiffOptions } from "../../src/commands/diff-options.ts";
import type { DiffReport } from "../../src/core/diff-report.ts";
import { disk } from "../../src/fs/disk.ts";
import { elf, flipped, noise } from "../support/contents.ts";
import { type Spec, dir, file, isRoot, link, makeTree, symlink } from "../support/tree.ts";

/** The differences, one word each: `x.o: contents differ`, `< only-in-a.o`, `> only-in-b.o`. */
function outline({ groups, onlyA, onlyB }: DiffReport): string[] {
  return [
    ...groups.flatMap(({ format, verdict, pairs }) =>
      pairs.map(({ path, other }) => {
        const paths = other === undefined ? path : `${path} ${other}`;
        return `${paths}: ${format === undefined ? verdict : "contents differ"}`;
      }),
    ),
    ...onlyA.map((path) => `< ${path}`),
    ...onlyB.map((path) => `> ${path}`),
  ].sort();
}

async function diffTrees(spec: Spec, options: Partial<DiffOptions> = {}): Promise<DiffReport> {
  const root = makeTree({ A: dir(), B: dir(), ...spec });
  return diff({ paths: [`${root}/A`, `${root}/B`], jobs: 1, ...options });
}

/** The header of a WebAssembly module, and of its code section of 3,000,000 bytes. */
const WASM = Buffer.from("0061736d010000000ac08db701", "hex");

afterEach(() => vi.restoreAllMocks());

describe("two trees", () => {
  test.each<{
    it: string;
    trees: Spec;
    options?: Partial<DiffOptions>;
    differences: string[];
    equal?: number;
  }>([
    {
      it: "equal contents at equal paths",
      trees: { "A/x.o": "x", "B/x.o": "x", "A/d/y.so": "y", "B/d/y.so": "y" },
      differences: [],
      equal: 2,
    },
    {
      it: "different contents and sizes",
      trees: { "A/x.o": "x1", "B/x.o": "x2", "A/y.o": "y", "B/y.o": "yy" },
      differences: ["x.o: contents differ", "y.o: contents differ"],
    },
    {
      it: "an empty file and one that is not",
      trees: { "A/x.o": "", "B/x.o": "x", "A/y.o": "", "B/y.o": "" },
      differences: ["x.o: contents differ"],
      equal: 1,
    },
    {
      it: "files of one tree only",
      trees: { "A/x.o": "x", "A/d/y.o": "y", "B/z.o": "z" },
      differences: ["< d/y.o", "< x.o", "> z.o"],
    },
    {
      it: "modes",
      trees: { "A/x.o": file("x", { mode: 0o644 }), "B/x.o": file("x", { mode: 0o755 }) },
      differences: ["x.o: modes differ"],
    },
    {
      it: "times do not count",
      trees: { "A/x.o": file("x", { mtime: 0n }), "B/x.o": "x" },
      differences: [],
      equal: 1,
    },
    {
      it: "symbolic links",
      trees: {
        "A/l.so": symlink("l.so.1"),
        "B/l.so": symlink("l.so.1"),
        "A/m.so": symlink("m.so.1"),
        "B/m.so": symlink("m.so.2"),
        "A/n.so": symlink("nowhere"),
        "B/n.so": "file",
        "A/o.so": "file",
        "B/o.so": symlink("nowhere"),
        "A/p.so": symlink("p"),
        "B/q.so": symlink("q"),
      },
      differences: [
        "< p.so",
        "> q.so",
        "m.so: targets differ",
        "n.so: only one is a symbolic link",
        "o.so: only one is a symbolic link",
      ],
      equal: 1,
    },
    {
      it: "only artifacts take part",
      trees: {
        "A/x.c": "1",
        "B/x.c": "2",
        "A/README": "1",
        "B/README": "2",
        "A/only": "text",
        "A/prog": elf("executable", "1"),
        "B/prog": elf("executable", "2"),
        "A/.ninja_log": "1",
        "B/.ninja_log": "2",
      },
      differences: ["prog: contents differ"],
    },
    {
      it: "a file that is an artifact in one tree only",
      trees: { "A/prog": "#!/bin/sh", "B/prog": elf("executable", "") },
      differences: ["prog: contents differ"],
    },
    {
      it: "all files",
      trees: {
        "A/x.c": "1\n",
        "B/x.c": "2\n",
        "A/only": "text",
        "A/.ninja_log": "1\n",
        "B/.ninja_log": "2\n",
        "A/.git/x": "1",
      },
      options: { all: true },
      differences: [".ninja_log: contents differ", "< only", "x.c: contents differ"],
    },
    {
      it: "kinds",
      trees: { "A/x.o": "1", "B/x.o": "2", "A/x.a": "1", "B/x.a": "2", "A/y.a": "y" },
      options: { kinds: ["static-library"] },
      differences: ["< y.a", "x.a: contents differ"],
    },
    {
      it: "globs",
      trees: { "A/x.o": "1", "B/x.o": "2", "A/sub/x.o": "1", "A/t/x.o": "1", "B/t/x.o": "2" },
      options: { exclude: ["sub"], include: ["t/*.o"] },
      differences: ["t/x.o: contents differ"],
    },
    {
      it: "sizes",
      trees: { "A/x.o": "1", "B/x.o": "2", "A/y.o": "123", "B/y.o": "124" },
      options: { minSize: 2 },
      differences: ["y.o: contents differ"],
    },
    {
      it: "other paths of a unit's variant",
      trees: { "A/O2/x.o": "x", "B/x.O2.o": "y" },
      differences: ["O2/x.o x.O2.o: contents differ"],
    },
    {
      it: "other paths that a map names",
      trees: { "A/old/x.o": "x", "B/new/x.o": "y", "A/old/s.so": symlink("1"), "B/new/s.so": "s" },
      options: { maps: ["old=new"] },
      differences: [
        "old/s.so new/s.so: only one is a symbolic link",
        "old/x.o new/x.o: contents differ",
      ],
    },
    {
      it: "a directory and a file of one name",
      trees: { "A/x.o/y.o": "y", "B/x.o": "x" },
      differences: ["< x.o/y.o", "> x.o"],
    },
    {
      it: "names that sort differently with and without their directory",
      trees: {
        "A/a/x.o": "1",
        "A/a.b/x.o": "2",
        "A/a-b/x.o": "3",
        "B/a.b/x.o": "2",
        "B/a/x.o": "1",
      },
      differences: ["< a-b/x.o"],
      equal: 2,
    },
    {
      it: "names that are not valid UTF-8",
      trees: { "A/\xff\n.o": "1", "B/\xff\n.o": "2", "A/\xfe/x.o": "1", "B/\xfe/x.o": "1" },
      differences: ["\xff\n.o: contents differ"],
      equal: 1,
    },
    { it: "nothing", trees: {}, differences: [], equal: 0 },
  ])("$it", async ({ trees, options, differences, equal = 0 }) => {
    const report = await diffTrees(trees, options);
    expect(outline(report)).toEqual(differences);
    expect(report.totals.equal).toBe(equal);
    expect(report.problems).toEqual([]);
  });

  test("files of several blocks that differ in any of them, or in none", async () => {
    const content = noise(1_400_000);
    const places = [0, 4095, 4096, 65_535, 65_536, 589_823, 589_824, 1_399_999];
    const trees = Object.fromEntries(
      places.flatMap((place): [string, Buffer][] => {
        const other = Buffer.from(content);
        other[place] ^= 1;
        return [
          [`A/${place}.o`, content],
          [`B/${place}.o`, other],
        ];
      }),
    );
    const report = await diffTrees({ ...trees, "A/same.o": content, "B/same.o": content });
    const offsets = report.groups
      .flatMap(({ pairs }) => pairs)
      .map(({ path, firstDifference }) => [path, firstDifference]);
    expect(Object.fromEntries(offsets)).toEqual(
      Object.fromEntries(places.map((place) => [`${place}.o`, place])),
    );
    expect(report.totals).toMatchObject({ equal: 1, different: places.length });
  });

  test("a tree equals itself, and one that is hardlinked to it, unread", async () => {
    const root = makeTree({ "A/x.o": "x", "A/d/y.so": "y", "B/x.o": link("A/x.o") });
    const self = await diff({ paths: [`${root}/A`, `${root}/A`], jobs: 1 });
    expect(self.totals).toMatchObject({ pairs: 2, equal: 2, bytesRead: 0 });
    const linked = await diff({ paths: [`${root}/A`, `${root}/B`], jobs: 1 });
    expect(linked.totals).toMatchObject({ equal: 1, onlyA: 1, bytesRead: 0 });
  });

  test("a tree in the other", async () => {
    const root = makeTree({ "x.o": "x", "sub/x.o": "x", "sub/y.o": "y" });
    expect(outline(await diff({ paths: [root, `${root}/sub`], jobs: 1 }))).toEqual([
      "< sub/x.o",
      "< sub/y.o",
      "> y.o",
    ]);
  });

  test("each byte of equal files is read once", async () => {
    const { totals } = await diffTrees({ "A/x.o": noise(300_000), "B/x.o": noise(300_000) });
    expect(totals.bytesRead).toBe(600_000);
  });

  test.each([0, 700_000, 1_400_000, 2_999_999])(
    "bytes of large files that differ at %i are read once, but for some blocks",
    async (place) => {
      const one = Buffer.concat([WASM, noise(3_000_000)]);
      const { totals, groups } = await diffTrees({
        "A/x.wasm": one,
        "B/x.wasm": flipped(one, WASM.length + place),
      });
      expect(groups).toMatchObject([{ class: "code", verdict: expect.stringContaining("code") }]);
      expect(totals.bytesRead).toBeLessThan(2 * one.length + 4 * 512 * 1024);
    },
  );

  test("the report is the same with any number of threads", async () => {
    const trees: Record<string, string> = {};
    for (let i = 0; i < 3000; i += 1) {
      trees[`A/${i % 17}/${i}.o`] = `content ${i}`;
      if (i % 7 !== 0) trees[`B/${i % 17}/${i}.o`] = `content ${i % 11 === 0 ? -i : i}`;
    }
    const root = makeTree(trees);
    const paths = [`${root}/A`, `${root}/B`];
    const reports = await Promise.all(
      [1, 2, 8].map(async (jobs) => {
        const { totals, ...report } = await diff({ paths, jobs });
        return { ...report, totals: { ...totals, seconds: 0 } };
      }),
    );
    expect(reports[1]).toEqual(reports[0]);
    expect(reports[2]).toEqual(reports[0]);
  });
});

describe("single files", () => {
  test("are compared whatever their names and kinds are", async () => {
    const root = makeTree({ "a.txt": "1\n", "b.md": "2\n", "c.md": "1\n", l: symlink("c.md") });
    const pair = (a: string, b: string): Promise<DiffReport> =>
      diff({ paths: [`${root}/${a}`, `${root}/${b}`], jobs: 1 });
    expect(outline(await pair("a.txt", "b.md"))).toEqual(["a.txt b.md: contents differ"]);
    expect((await pair("a.txt", "c.md")).totals).toMatchObject({ equal: 1, different: 0 });
    expect((await pair("a.txt", "a.txt")).totals).toMatchObject({ equal: 1, bytesRead: 0 });
    expect((await pair("a.txt", "l")).totals).toMatchObject({ equal: 1, different: 0 });
  });
});

describe("files that change", () => {
  const spec = { "A/x.o": "before", "B/x.o": "before", "A/y.o": "y", "B/y.o": "y" };

  test.each([
    ["are written to", (path: string) => fs.writeFileSync(path, "after!"), "ESTALE"],
    ["grow", (path: string) => fs.appendFileSync(path, "more"), "ESTALE"],
    ["are cut", (path: string) => fs.truncateSync(path, 2), "ESTALE"],
  ])(
    "files that %s while they are read are neither equal nor different",
    async (_, change, code) => {
      const root = makeTree(spec);
      const { open } = { open: disk.openForReading };
      vi.spyOn(disk, "openForReading").mockImplementation((path) => {
        const descriptor = open(path);
        if (path === `${root}/B/x.o`) change(path);
        return descriptor;
      });
      const { totals, problems } = await diff({ paths: [`${root}/A`, `${root}/B`], jobs: 1 });
      expect(totals).toMatchObject({ pairs: 2, equal: 1, different: 0, unknown: 1, failed: 1 });
      expect(problems).toMatchObject([{ path: `${root}/B/x.o`, code }]);
    },
  );

  test.each([
    ["vanish", (path: string) => fs.rmSync(path), "ENOENT"],
    ["are replaced by a directory", makeDir, "EISDIR"],
    ["are replaced by a symbolic link", makeSymlink, "ELOOP"],
  ])("files that %s before they are read are reported", async (_, change, code) => {
    const root = makeTree(spec);
    const { open } = { open: disk.openForReading };
    vi.spyOn(disk, "openForReading").mockImplementation((path) => {
      if (path === `${root}/B/x.o`) change(path);
      return open(path);
    });
    const { totals, problems } = await diff({ paths: [`${root}/A`, `${root}/B`], jobs: 1 });
    expect(totals).toMatchObject({ equal: 1, different: 0, unknown: 1, failed: 1 });
    expect(problems).toMatchObject([{ path: `${root}/B/x.o`, code }]);
  });

  function makeDir(path: string): void {
    fs.rmSync(path);
    fs.mkdirSync(path);
  }

  function makeSymlink(path: string): void {
    fs.rmSync(path);
    fs.symlinkSync("y.o", path);
  }

  test.each(["EIO", "EACCES"])("files that fail with %s are reported", async (code) => {
    const root = makeTree(spec);
    const { read } = { read: disk.read };
    let first = true;
    vi.spyOn(disk, "read").mockImplementation((...args) => {
      if (!first) return read(...args);
      first = false;
      throw Object.assign(new Error(code), { code, errno: -1, syscall: "read" });
    });
    const { totals, problems } = await diff({ paths: [`${root}/A`, `${root}/B`], jobs: 1 });
    expect(totals).toMatchObject({ equal: 1, unknown: 1, failed: 1 });
    expect(problems).toMatchObject([{ path: `${root}/A/x.o`, code }]);
  });
});

test.skipIf(isRoot)("a file without read permission is reported", async () => {
  const report = await diffTrees({ "A/x.o": file("x", { mode: 0 }), "B/x.o": "x" });
  expect(report.problems).toMatchObject([{ code: "EACCES" }]);
  expect(report.totals).toMatchObject({ equal: 0, different: 0, unknown: 1 });
});

describe("options that match nothing", () => {
  test("are in the report", async () => {
    const { unmatched } = await diffTrees(
      { "A/x.o": "x", "B/x.o": "x" },
      { maps: ["nowhere=x", "x.o=x.o"], include: ["*.o", "*.so"] },
    );
    expect(unmatched).toEqual([
      { option: "include", value: "*.so" },
      { option: "map", value: "nowhere=x" },
      { option: "map", value: "x.o=x.o" },
    ]);
  });
});

describe("mistakes in the options", () => {
  const root = makeTree({ "A/x.o": "x", B: dir() });
  test.each<[string, DiffOptions, string]>([
    ["one tree", { paths: [root] }, "1 paths instead of two trees to compare"],
    ["a missing path", { paths: [root, `${root}/x`] }, `${root}/x: no such file or directory`],
    ["a pattern", { paths: [root, `${root}/*`] }, `${root}/*: no such file or directory`],
    ["an empty path", { paths: [root, ""] }, "'' is an empty path"],
    ["a device", { paths: ["/dev/null", root] }, "/dev/null: neither a directory nor a file"],
    [
      "a directory and a file",
      { paths: [root, `${root}/A/x.o`] },
      "one path is a directory and the other is a file",
    ],
    ["a map without =", { paths: [root, root], maps: ["x"] }, "--map: 'x' is not <from>=<to>"],
    ["an unknown kind", { paths: [root, root], kinds: ["x"] }, "unknown kind 'x'"],
  ])("%s", async (_, options, message) => {
    await expect(diff(options)).rejects.toMatchObject({ name: "DedupeError", message });
  });
});
