import { createHash } from "node:crypto";
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { group } from "../../src/group/group.ts";
import { match } from "../../src/match/match.ts";
import { elf, flipped, noise } from "../support/contents.ts";
import { WorkerPool } from "../../src/workers/worker-pool.ts";
import { membersOf, nameIn, runStages } from "../support/stages.ts";
import { type Spec, link, makeTree } from "../support/tree.ts";

const BIG = noise(100_000);

describe("sets that are proven equal", () => {
  test.each<{ it: string; tree: Spec; sets: string[][][] }>([
    { it: "two", tree: { "a.o": "x", "b.o": "x" }, sets: [[["a.o"], ["b.o"]]] },
    { it: "none", tree: { "a.o": "x", "b.o": "y" }, sets: [] },
    {
      it: "two sets of one size",
      tree: { "a.o": "x", "b.o": "y", "c.o": "x", "d.o": "y", "e.o": "z" },
      sets: [
        [["a.o"], ["c.o"]],
        [["b.o"], ["d.o"]],
      ],
    },
    {
      it: "clusters",
      tree: { "a.o": "x", "b.o": link("a.o"), "c.o": "x" },
      sets: [[["a.o", "b.o"], ["c.o"]]],
    },
    {
      it: "large ones that part late",
      tree: {
        "a.o": BIG,
        "b.o": flipped(BIG, 99_999),
        "c.o": BIG,
        "d.o": flipped(BIG, 99_999),
        "e.o": flipped(BIG, 50_000),
      },
      sets: [
        [["a.o"], ["c.o"]],
        [["b.o"], ["d.o"]],
      ],
    },
    { it: "files whose content says nothing are left", tree: { a: "text", b: "text" }, sets: [] },
    {
      it: "files whose content says what they are",
      tree: { a: elf("object", "x"), b: elf("object", "x") },
      sets: [[["a"], ["b"]]],
    },
  ])("$it", async ({ tree, sets }) => {
    const root = makeTree(tree);
    const stages = await runStages(root);
    const found = membersOf(root, stages.tree.files, stages.sets);
    expect(found.sort((a, b) => (a[0][0] < b[0][0] ? -1 : 1))).toEqual(sets);
  });
});

test("more files than may be open at once", async () => {
  const tree = Object.fromEntries(
    Array.from({ length: 700 }, (_, i) => [
      `${i}.o`,
      i % 2 === 0 ? BIG.subarray(0, 40_000) : flipped(BIG.subarray(0, 40_000), 39_999),
    ]),
  );
  const { sets } = await runStages(makeTree(tree));
  expect(Array.from(sets.starts)).toEqual([0, 350, 700]);
  expect(sets.bytesRead).toBe(700 * 40_000);
});

test.each([63, 64, 65, 66])("%i files of one size and two contents are two sets", async (count) => {
  const tree = Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`${i}.o`, i % 2 === 0 ? "even" : "odd!"]),
  );
  const { sets } = await runStages(makeTree(tree));
  expect(Array.from(sets.starts)).toEqual([0, Math.ceil(count / 2), count]);
});

describe.each(["a.o", "b.o"])("%s of three equal ones is not what the walk saw", (name) => {
  test.each<{
    it: string;
    change: (path: string) => void;
    lost: string | undefined;
    problems: number;
  }>([
    { it: "vanished", change: (path) => fs.rmSync(path), lost: "vanished", problems: 0 },
    {
      it: "was written to",
      change: (path) => fs.writeFileSync(path, "x"),
      lost: "changed",
      problems: 0,
    },
    {
      it: "has become longer",
      change: (path) => fs.appendFileSync(path, "x"),
      lost: "changed",
      problems: 0,
    },
    {
      it: "has become shorter",
      change: (path) => fs.truncateSync(path, 0),
      lost: "changed",
      problems: 0,
    },
    {
      it: "has another mode",
      change: (path) => fs.chmodSync(path, 0o600),
      lost: "changed",
      problems: 0,
    },
    {
      it: "was replaced by a twin",
      change: (path) => {
        fs.writeFileSync(`${path}.new`, "x");
        fs.renameSync(`${path}.new`, path);
      },
      lost: "changed",
      problems: 0,
    },
    {
      it: "became a symbolic link",
      change: (path) => {
        fs.rmSync(path);
        fs.symlinkSync("c.o", path);
      },
      lost: "changed",
      problems: 0,
    },
    {
      it: "became a directory",
      change: (path) => {
        fs.rmSync(path);
        fs.mkdirSync(path);
      },
      lost: "changed",
      problems: 0,
    },
  ])("$it: it is in no set, the others are", async ({ change, lost, problems }) => {
    const root = makeTree({ "a.o": "x", "b.o": "x", "c.o": "x" });
    const { tree, settings, pool } = await runStages(root);
    change(`${root}/${name}`);
    const sets = await match(tree.files, group(tree.files), settings, pool);
    const others = ["a.o", "b.o", "c.o"].filter((other) => other !== name);
    expect(membersOf(root, tree.files, sets)).toEqual([others.map((other) => [other])]);
    expect([...sets.lost.entries()]).toEqual([[name === "a.o" ? 0 : 1, lost]]);
    expect(sets.problems).toHaveLength(problems);
  });
});

test.skipIf(process.platform !== "linux")(
  "hashes of sets that part late leave no file open",
  async () => {
    const root = makeTree(
      Object.fromEntries(
        Array.from({ length: 40 }, (_, number) =>
          ["a", "b", "c", "d"].map((name, i): [string, Buffer] => {
            const content = BIG.subarray(0, 9000 + number);
            return [`${number}/${name}.o`, Buffer.from(i < 2 ? content : flipped(content, 8999))];
          }),
        ).flat(),
      ),
    );
    const openFiles = (): number => fs.readdirSync("/proc/self/fd").length;
    const before = openFiles();
    const { sets } = await runStages(root, { hashes: true });
    expect(sets.starts.length - 1).toBe(80);
    expect(new Set(sets.hashes).size).toBe(80);
    expect(openFiles()).toBe(before);
  },
);

describe("digests of contents, computed in the pass that compares them", () => {
  const digest = (hasher: "sha256", content: string | Buffer): string =>
    createHash(hasher).update(content).digest("hex");

  test.each<{ it: string; tree: Spec; jobs: number }>([
    { it: "small files", jobs: 1, tree: { "a.o": "xx", "b.o": "xx", "c.o": "yy", "d.o": "zzz" } },
    {
      it: "files that differ in a later block",
      jobs: 1,
      tree: {
        "a.o": BIG,
        "b.o": BIG,
        "c.o": flipped(BIG, BIG.length - 1),
        "d.o": flipped(BIG, 5000),
        "e.o": flipped(BIG, 0),
      },
    },
    {
      it: "a group that is read by block classes",
      jobs: 2,
      tree: Object.fromEntries(
        Array.from({ length: 150 }, (_, i) => [`${i}.o`, `content ${100 + (i % 100)}`]),
      ),
    },
  ])("$it: SHA-256 of every set and of every file that equals no other", async ({ tree, jobs }) => {
    const root = makeTree(tree);
    const { tree: walked, settings } = await runStages(root, { jobs });
    const pool = new WorkerPool(jobs);
    const groups = group(walked.files, { withSingles: true });
    const options = { ...settings, hasher: "sha256", hashSingles: true } as const;
    const sets = await match(walked.files, groups, options, pool);
    await pool.close();
    const found = new Map<string, string>();
    membersOf(root, walked.files, sets).forEach((set, i) => {
      for (const [name] of set) found.set(name, sets.hashes[i]);
    });
    for (const [file, { hash }] of sets.singles) found.set(nameIn(root, walked.files, file), hash);
    const wanted = Object.entries(tree).map(([name, content]): [string, string] => [
      name,
      digest("sha256", content as string | Buffer),
    ]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
  });

  test("a file that changes while it is read alone has no digest", async () => {
    const root = makeTree({ "a.o": "xxxx", "b.o": "yyyyy" });
    const { tree, settings, pool } = await runStages(root);
    fs.writeFileSync(`${root}/a.o`, "zzzz");
    const groups = group(tree.files, { withSingles: true });
    const options = { ...settings, hasher: "sha256", hashSingles: true } as const;
    const sets = await match(tree.files, groups, options, pool);
    expect([...sets.singles.values()]).toEqual([{ hash: digest("sha256", "yyyyy"), producers: 0 }]);
    expect([...sets.lost.values()]).toEqual(["changed"]);
  });
});
