import { describe, expect, test } from "vitest";
import { type Options, resolveOptions } from "../../src/commands/options.ts";
import { walk } from "../../src/walk/walk.ts";
import { WorkerPool } from "../../src/workers/worker-pool.ts";
import { nameIn, runStages } from "../support/stages.ts";
import { type Spec, file, link, makeTree, symlink } from "../support/tree.ts";

const TREE: Spec = {
  "a.o": "a",
  "O2/b.o": "bb",
  "O2/link.o": link("a.o"),
  "O2-x/c.o": "ccc",
  ".libs/d.so": "dddd",
  "src/e.c": "source",
  "src/prog": "no ending",
  ".git/f.o": "state",
  "g.d": "a.o: a.c",
  "empty.o": "",
  "to.o": symlink("a.o"),
  to: symlink("src"),
  "\xff.o": "byte",
};

async function namesOf(tree: Spec, options: Partial<Options> = {}): Promise<string[]> {
  const root = makeTree(tree);
  const { files } = (await runStages(root, options)).tree;
  return Array.from({ length: files.count }, (_, row) => nameIn(root, files, row));
}

describe("what is taken, ordered by directory and name", () => {
  test.each<{ options: Partial<Options>; names: string[] }>([
    {
      options: {},
      names: ["a.o", "\xff.o", ".libs/d.so", "O2/b.o", "O2/link.o", "O2-x/c.o", "src/prog"],
    },
    { options: { minSize: 3 }, names: ["\xff.o", ".libs/d.so", "O2-x/c.o", "src/prog"] },
    { options: { maxSize: 1 }, names: ["a.o", "O2/link.o"] },
    { options: { kinds: ["shared-library"] }, names: [".libs/d.so", "src/prog"] },
    { options: { include: ["O2"] }, names: ["O2/b.o", "O2/link.o"] },
    { options: { include: ["*.o"], exclude: ["O2*"] }, names: ["a.o", "\xff.o"] },
    { options: { include: ["*.d"] }, names: ["g.d"] },
    { options: { include: [".git"] }, names: [".git/f.o"] },
    { options: { all: true, include: ["src/**"] }, names: ["src/e.c", "src/prog"] },
  ])("$options", async ({ options, names }) => {
    expect(await namesOf(TREE, options)).toEqual(names);
  });
});

test("what is known of each file", async () => {
  const root = makeTree({
    "a.o": file("abc", { mode: 0o640, mtime: 1_234_567_890_123_456_789n }),
    "b.o": link("a.o"),
  });
  const { files, fileCount, problems } = (await runStages(root)).tree;
  const { columns } = files;
  expect({
    size: columns.size[0],
    mode: columns.mode[0] & 0o7777,
    mtime: columns.mtime[0],
    links: columns.links[0],
    same: files.sameInode(0, 1),
    dir: files.dirPath(columns.dir[0]),
    name: files.name(1),
    fileCount,
    problems,
  }).toEqual({
    size: 3,
    mode: 0o640,
    mtime: 1_234_567_890_123_456_789n,
    links: 2,
    same: true,
    dir: root,
    name: "b.o",
    fileCount: 2,
    problems: [],
  });
});

test("files are counted that are not taken", async () => {
  const root = makeTree(TREE);
  const { tree } = await runStages(root);
  expect(tree.fileCount).toBe(10); // all but what is in .git and the symbolic links
});

test("a directory with more names than the columns begin with", async () => {
  const names = Array.from({ length: 1500 }, (_, i) => `${"long".repeat(20)}${1e4 + i}.o`);
  const many = Object.fromEntries(names.map((name, i) => [name, i === 0 ? "x" : link(names[0])]));
  expect(await namesOf(many)).toEqual(Object.keys(many).sort());
});

describe("roots", () => {
  const walkRoots = async (paths: string[], perRoot: boolean): Promise<string[]> => {
    const options = { ...resolveOptions({ paths }), perRoot };
    const { files } = await walk(options, new WorkerPool(1));
    return Array.from(
      { length: files.count },
      (_, row) => `${files.dirRoot(files.columns.dir[row])} ${files.path(row)}`,
    );
  };
  const root = makeTree({ "A/x.o": "x", "A/sub/y.o": "y", "B/z.o": "z" });

  test("every row knows the root below which it was found", async () => {
    expect(await walkRoots([`${root}/B`, `${root}/A`], false)).toEqual([
      `1 ${root}/A/x.o`,
      `1 ${root}/A/sub/y.o`,
      `0 ${root}/B/z.o`,
    ]);
  });

  test.each([
    { it: "one tree given twice", paths: [`${root}/A`, `${root}/A`], once: 2, each: 4 },
    { it: "a tree inside another", paths: [root, `${root}/A/sub`], once: 3, each: 4 },
    { it: "a file given twice", paths: [`${root}/A/x.o`, `${root}/A/x.o`], once: 1, each: 2 },
    { it: "a file and its tree", paths: [`${root}/A/x.o`, `${root}/A`], once: 2, each: 3 },
  ])("$it has its rows once, or with perRoot below each root", async ({ paths, once, each }) => {
    expect(await walkRoots(paths, false)).toHaveLength(once);
    const rows = await walkRoots(paths, true);
    expect(rows).toHaveLength(each);
    expect(new Set(rows).size).toBe(each);
  });
});
