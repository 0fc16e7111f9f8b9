import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { schemaViolations } from "../support/json-schema.ts";
import { run } from "../support/run.ts";
import { everything } from "../support/snapshot.ts";
import { entriesOf, inodeOf, newStore, runShare, share, storeCommand } from "../support/store.ts";
import { NOBODY, type Spec, at, emptyDir, file, isRoot, link, makeTree } from "../support/tree.ts";

const BIG = "x".repeat(9000);
const TREE: Spec = {
  "O2/x.o": BIG,
  "O3/x.o": BIG,
  "y.o": "why",
  "bin/prog.so": file("so", { mode: 0o755 }),
};

const inodes = (root: string, names: readonly string[]): number[] =>
  names.map((name) => inodeOf(path.join(root, name)));

describe("--hardlink --store", () => {
  test("shares the files of a second tree, and counts what the store saves beside the tree", () => {
    const [store, a, b] = [newStore(), makeTree(TREE), makeTree(TREE)];
    expect(share(store, a)).toMatchObject({ found: 0, replaced: 0, added: 3, savedBytes: 0 });
    expect(share(store, b)).toMatchObject({ found: 4, replaced: 3, added: 0, evicted: [] });
    const names = Object.keys(TREE);
    expect(inodes(b, names)).toEqual(inodes(a, names));
    expect(
      entriesOf(store)
        .map((entry) => path.basename(entry).slice(64))
        .sort(),
    ).toEqual(["-644", "-644", "-755-prog.so"]);
    const again = runShare(store, b).json;
    expect(again.totals).toMatchObject({ replaced: 0, bytesRead: 0 });
    expect(again["store"]).toMatchObject({ found: 3, replaced: 0, added: 0 });
  });

  test("the bytes saved by the tree and by the store add up to what becomes free", () => {
    const [store, a, b] = [newStore(), makeTree(TREE), makeTree(TREE)];
    share(store, a);
    const { totals, store: saved } = runShare(store, b).json as unknown as {
      totals: { savedBytes: number };
      store: { savedBytes: number };
    };
    expect(totals.savedBytes).toBe(12_288);
    expect(saved.savedBytes).toBe(12_288 + 2 * 4096);
  });

  test("a dry run tells exactly what a real run does, and makes no store", () => {
    const [store, a, b] = [newStore(), makeTree(TREE), makeTree(TREE)];
    const before = everything(a);
    const planned = share(store, a, "-n");
    expect(everything(a)).toEqual(before);
    expect(fs.existsSync(store)).toBe(false);
    expect(planned).toEqual(share(store, a));
    const plannedB = runShare(store, b, "-n").json;
    const entries = entriesOf(store);
    expect(entriesOf(store)).toEqual(entries);
    const doneB = runShare(store, b).json;
    expect(plannedB["store"]).toEqual(doneB["store"]);
    expect(plannedB.sets).toEqual(doneB.sets);
  });

  test("--check counts what the store could save, and changes nothing", () => {
    const [store, a, b] = [newStore(), makeTree({ "x.o": BIG }), makeTree({ "x.o": BIG })];
    share(store, a);
    const check = (root: string) =>
      run(["--check", "--json", "--writer", "*=replace", "--store", store, root]);
    expect(check(a)).toMatchObject({ code: 0 });
    const found = check(b);
    expect(found.code).toBe(1);
    expect(found.json["store"]).toMatchObject({
      replaceable: 1,
      freeableBytes: 12_288,
      replaced: 0,
      added: 0,
    });
    expect(run(["--check", "--writer", "*=replace", b]).code).toBe(0);
    share(store, b);
    expect(check(b).code).toBe(0);
  });

  test("the JSON document has the form of its schema", () => {
    const [store, a, b] = [newStore(), makeTree(TREE), makeTree(TREE)];
    const schema = run(["--json-schema"]).json;
    expect(schemaViolations(schema, runShare(store, a).json)).toEqual([]);
    expect(schemaViolations(schema, runShare(store, b).json)).toEqual([]);
  });

  test("the text and the summary tell what the store had and got", () => {
    const [store, a, b] = [newStore(), makeTree(TREE), makeTree(TREE)];
    const summary = path.join(emptyDir(), "summary.md");
    const args = ["--hardlink", "--writer", "*=replace", "--store", store, "--summary", summary];
    expect(run([...args, a]).stdout).toMatch(/^1 link made, .*, 3 files put into the store, /);
    const second = run([...args, b]).stdout;
    expect(second).toMatch(/^1 link made, .*, 3 files by the store \(20.0 KiB freed\), /);
    expect(second).toMatch(/in the store +4 +3 shared now, 20.0 KiB/);
    expect(fs.readFileSync(summary, "utf8")).toContain("| put into the store | 3 |");
  });

  test("unshare frees a tree from the store", () => {
    const [store, a, b] = [newStore(), makeTree(TREE), makeTree(TREE)];
    share(store, a);
    share(store, b);
    expect(run(["unshare", b]).code).toBe(0);
    for (const name of Object.keys(TREE)) expect(fs.statSync(path.join(b, name)).nlink).toBe(1);
    fs.appendFileSync(path.join(b, "y.o"), "!");
    expect(fs.readFileSync(path.join(a, "y.o"), "utf8")).toBe("why");
    expect(storeCommand("verify", store).code).toBe(0);
  });

  test("other modes and owners of one content are entries beside each other", () => {
    const modes = [0o644, 0o600, 0o755];
    const trees = modes.flatMap((mode) =>
      [1, 2].map(() => makeTree({ "x.o": file(BIG, { mode }) })),
    );
    const store = newStore();
    for (const tree of trees) share(store, tree);
    expect(entriesOf(store)).toHaveLength(3);
    trees.forEach((tree, i) => {
      expect(fs.statSync(path.join(tree, "x.o")).mode & 0o777).toBe(modes[i >> 1]);
    });
    const ignoring = makeTree({ "x.o": file(BIG, { mode: 0o640 }) });
    expect(share(store, ignoring, "--ignore-mode")).toMatchObject({ replaced: 1, added: 0 });
  });

  test.runIf(isRoot)("a file of another owner becomes an entry of its own", () => {
    const store = newStore();
    const [a, b, c] = [undefined, NOBODY, NOBODY].map((owner) =>
      makeTree({ "x.o": file(BIG, owner === undefined ? {} : { owner }) }),
    );
    for (const tree of [a, b, c]) share(store, tree);
    expect(entriesOf(store)).toHaveLength(2);
    expect(inodeOf(`${b}/x.o`)).toBe(inodeOf(`${c}/x.o`));
    expect(inodeOf(`${a}/x.o`)).not.toBe(inodeOf(`${b}/x.o`));
  });

  test("programs with different names are found by their content", () => {
    const [a, b] = ["one.so", "two.so"].map((name) =>
      makeTree({ [name]: file(BIG, { mode: 0o755 }) }),
    );
    const store = newStore();
    share(store, a);
    expect(share(store, b)).toMatchObject({ replaced: 1, added: 0 });
    expect(inodeOf(`${a}/one.so`)).toBe(inodeOf(`${b}/two.so`));
    expect(entriesOf(store).map((entry) => path.basename(entry).slice(64))).toEqual([
      "-755-one.so",
    ]);
  });

  test("files that are written in place, empty files and files by unknown tools never enter", () => {
    const tree = makeTree({ "lib.a": "!<arch>\n", "empty.o": "", "x.o": "unknown", "y.pyc": "" });
    const store = newStore();
    const done = run(["--hardlink", "--json", "--store", store, tree]);
    expect(done.json["store"]).toMatchObject({ added: 0 });
    expect(entriesOf(store)).toEqual([]);
    const final = run(["--hardlink", "--json", "--final", "--store", store, tree]);
    expect(final.json["store"]).toMatchObject({ added: 2 });
  });

  test("--protect makes what is put in read-only, and later trees share it", () => {
    const [store, a, b] = [newStore(), makeTree(TREE), makeTree(TREE)];
    share(store, a, "--protect");
    expect(fs.statSync(`${a}/y.o`).mode & 0o777).toBe(0o444);
    expect(share(store, b, "--protect")).toMatchObject({ replaced: 3, added: 0 });
    expect(share(store, b, "--protect")).toMatchObject({ found: 3, replaced: 0, added: 0 });
    const plain = makeTree(TREE);
    expect(share(store, plain)).toMatchObject({ replaced: 0, added: 3 });
    expect(fs.statSync(`${plain}/y.o`).mode & 0o777).toBe(0o644);
    run(["unshare", b]);
    expect(fs.statSync(`${b}/y.o`).mode & 0o777).toBe(0o644);
    expect(fs.statSync(`${a}/y.o`).mode & 0o777).toBe(0o444);
  });

  test("--verify reverts links to the store that cause rebuilds", () => {
    const store = newStore();
    share(store, makeTree({ "x.o": file(BIG, { mtime: at(0) }) }));
    const tree = makeTree({
      "x.o": file(BIG, { mtime: at(100) }),
      "src.c": file("c", { mtime: at(50) }),
    });
    const command = `test ${tree}/x.o -nt ${tree}/src.c`;
    const done = runShare(store, tree, "--verify", command);
    expect(done.code).toBe(1);
    expect(done.json["verification"]).toMatchObject({ quiet: true, reverted: [`${tree}/x.o`] });
    expect(fs.statSync(`${tree}/x.o`).nlink).toBe(1);
  });

  test("links of one file in the tree are replaced together", () => {
    const store = newStore();
    share(store, makeTree({ "x.o": BIG }));
    const tree = makeTree({ "a.o": BIG, "b.o": link("a.o"), "c/d.o": link("a.o") });
    expect(share(store, tree)).toMatchObject({ found: 1, replaced: 3, savedBytes: 12_288 });
    expect(new Set(inodes(tree, ["a.o", "b.o", "c/d.o"]))).toEqual(
      new Set([inodeOf(entriesOf(store)[0])]),
    );
  });
});

describe("the time of an entry", () => {
  /** A tree with a source, a Makefile and an object. */
  const built = (source: number, object: number): string =>
    makeTree({
      "x.c": file("int x;", { mtime: at(source) }),
      "x.o": file(BIG, { mtime: at(object) }),
      Makefile: file("x.o: x.c\n\tcc -c x.c\n", { mtime: at(source) }),
    });

  test.each([
    ["older than the source", [0, 10], [20, 30], "apart"],
    ["between source and object", [0, 25], [20, 30], "shared"],
    ["as old as the source", [0, 20], [20, 30], "shared"],
    ["newer than the object", [0, 40], [20, 30], "apart"],
  ] as const)("that is %s", (_, [source, object], [otherSource, otherObject], outcome) => {
    const store = newStore();
    const [a, b] = [built(source, object), built(otherSource, otherObject)];
    share(store, a);
    const before = fs.statSync(`${a}/x.o`).mtimeMs;
    const done = runShare(store, b).json;
    const isShared = inodeOf(`${a}/x.o`) === inodeOf(`${b}/x.o`);
    expect(isShared ? "shared" : "apart").toBe(outcome);
    expect(fs.statSync(`${a}/x.o`).mtimeMs).toBe(before);
    if (outcome === "shared") {
      expect(done.skipped).toEqual([]);
      return;
    }
    expect(done.skipped).toMatchObject([{ path: `${b}/x.o`, reason: "would-rebuild" }]);
    expect(done.skipped[0].detail).toContain("--reflink");
    expect(entriesOf(store)).toHaveLength(2);
    expect(share(store, b)).toMatchObject({ found: 1, replaced: 0, added: 0 });
  });

  test("does not matter without build notes, with --final, and if it is equal", () => {
    const store = newStore();
    share(store, makeTree({ "x.o": file(BIG, { mtime: at(5) }) }));
    const finished = makeTree({ "x.o": file(BIG, { mtime: at(1) }) });
    expect(share(store, finished)).toMatchObject({ replaced: 1 });
    expect(share(store, built(20, 30), "--final")).toMatchObject({ replaced: 1 });
    expect(share(store, built(20, 30), "--mtime", "equal")).toMatchObject({
      replaced: 0,
      added: 1,
    });
    expect(share(store, built(10, 30), "--mtime", "equal")).toMatchObject({
      replaced: 1,
      added: 0,
    });
  });

  test("at most eight entries of one content are kept", () => {
    const store = newStore();
    for (let i = 0; i < 10; i += 1) share(store, built(100 * i, 100 * i + 50));
    expect(entriesOf(store)).toHaveLength(8);
  });
});

describe("an entry", () => {
  const damage: readonly (readonly [string, (entry: string) => void])[] = [
    ["that was changed through a link", (entry) => fs.writeFileSync(entry, "y".repeat(9000))],
    ["that is truncated", (entry) => fs.truncateSync(entry, 100)],
    ["that is empty", (entry) => fs.truncateSync(entry, 0)],
  ];

  test.each(damage)("%s is evicted, named, and replaced by a good one", (_, spoil) => {
    const [store, a, b] = [newStore(), makeTree({ "x.o": BIG }), makeTree({ "x.o": BIG })];
    share(store, a);
    run(["unshare", "--no-state", a]);
    const [entry] = entriesOf(store);
    spoil(entry);
    const planned = runShare(store, b, "-n");
    expect((planned.json["store"] as { evicted: string[] }).evicted).toEqual([entry]);
    expect(fs.existsSync(entry)).toBe(true);
    const done = runShare(store, b);
    expect(done.code).toBe(0);
    expect(done.json["store"]).toMatchObject({ evicted: [entry], added: 1, replaced: 0 });
    expect(done.json["warnings"]).toMatchObject([{ code: "store", path: entry }]);
    expect(fs.readFileSync(entry, "utf8")).toBe(BIG);
    expect(inodeOf(entry)).toBe(inodeOf(`${b}/x.o`));
    expect(share(store, a)).toMatchObject({ replaced: 1, evicted: [] });
  });

  test.each(damage)("%s is evicted by verify, and named", (_, spoil) => {
    const [store, a] = [newStore(), makeTree({ "x.o": BIG, "y.o": "fine" })];
    share(store, a);
    const entry = entriesOf(store).find((each) => fs.statSync(each).size === 9000) as string;
    spoil(entry);
    const done = storeCommand("verify", store, "--json");
    expect(done.code).toBe(3);
    expect(done.json).toMatchObject({ sound: 1, damaged: [entry], problems: [] });
    expect(done.stderr).toContain(entry);
    expect(storeCommand("verify", store)).toMatchObject({ code: 0 });
    expect(entriesOf(store)).toHaveLength(1);
  });

  test("in whose place there is a directory is left alone, with a warning", () => {
    const [store, a, b] = [newStore(), makeTree({ "x.o": BIG }), makeTree({ "x.o": BIG })];
    share(store, a);
    const [entry] = entriesOf(store);
    fs.unlinkSync(entry);
    fs.mkdirSync(entry);
    const done = runShare(store, b);
    expect(done.code).toBe(0);
    expect(done.json["warnings"]).toMatchObject([{ code: "store", path: entry }]);
    expect(done.json["store"]).toMatchObject({ added: 1 });
    expect(entriesOf(store)).toContain(`${entry}.1`);
    expect(storeCommand("verify", store).code).toBe(3);
    expect(storeCommand("status", store).code).toBe(3);
  });

  test.runIf(isRoot)(
    "that has been given to another user is not used, and the file is put in beside it",
    () => {
      const [store, a, b] = [newStore(), makeTree({ "x.o": BIG }), makeTree({ "x.o": BIG })];
      share(store, a);
      const [entry] = entriesOf(store);
      fs.chownSync(entry, NOBODY, NOBODY);
      expect(share(store, b)).toMatchObject({ replaced: 0, added: 1, evicted: [] });
      expect(entriesOf(store)).toEqual([entry, `${entry}.1`]);
      expect(inodeOf(`${b}/x.o`)).toBe(inodeOf(`${entry}.1`));
      expect(inodeOf(`${a}/x.o`)).toBe(inodeOf(entry));
      expect(storeCommand("verify", store).code).toBe(0);
    },
  );

  test.runIf(isRoot)("that cannot be read is not used, with a warning", () => {
    const home = emptyDir();
    fs.chmodSync(home, 0o777);
    const store = `${home}/store`;
    const trees = [1, 2].map(() => makeTree({ "x.o": file(BIG, { owner: NOBODY }) }));
    for (const tree of trees) fs.chownSync(tree, NOBODY, NOBODY);
    const asNobody = (root: string) =>
      run(["--hardlink", "--json", "--writer", "*=replace", "--no-state", "--store", store, root], {
        uid: NOBODY,
        gid: NOBODY,
      });
    expect(asNobody(trees[0]).json["store"]).toMatchObject({ added: 1 });
    const [entry] = entriesOf(store);
    fs.chmodSync(entry, 0);
    const done = asNobody(trees[1]);
    expect(done.code).toBe(0);
    expect(done.json["warnings"]).toMatchObject([{ code: "store", path: entry }]);
    expect(done.json["store"]).toMatchObject({ added: 1, replaced: 0 });
  });
});

describe("a directory that cannot be the store", () => {
  const refused = (store: string, root: string, ...args: readonly string[]) => {
    const before = everything(root);
    const done = run(["--hardlink", "--store", store, ...args, root]);
    expect(everything(root)).toEqual(before);
    expect(done.code).toBe(2);
    expect(done.stderr.split("\n")).toHaveLength(2);
    return done.stderr;
  };

  test.each([
    ["a file", (store: string) => fs.writeFileSync(store, ""), "it is not a directory"],
    [
      "a directory with other files",
      (store: string) => {
        fs.mkdirSync(store);
        fs.writeFileSync(`${store}/x`, "");
      },
      "it is not empty, and no store of dedupe",
    ],
    [
      "a store of a newer format",
      (store: string) => {
        fs.mkdirSync(store);
        fs.writeFileSync(`${store}/format`, "2\n");
      },
      "its format is 2, and this version of dedupe knows formats up to 1 (use a newer version",
    ],
    [
      "a store with a damaged format",
      (store: string) => {
        fs.mkdirSync(store);
        fs.writeFileSync(`${store}/format`, "?");
      },
      "its file 'format' is damaged",
    ],
  ])("%s", (_, make, words) => {
    const store = newStore();
    make(store);
    expect(refused(store, makeTree(TREE))).toContain(`--store ${store}: ${words}`);
    for (const command of ["status", "trim", "verify"])
      expect(storeCommand(command, store).code).toBe(2);
  });

  test.runIf(isRoot)("a store of another user", () => {
    const store = newStore();
    share(store, makeTree(TREE));
    fs.chownSync(store, NOBODY, NOBODY);
    expect(refused(store, makeTree(TREE))).toContain(`it belongs to user ${NOBODY}`);
  });

  test("one inside the tree, and one that contains it", () => {
    const tree = makeTree(TREE);
    expect(refused(`${tree}/store`, tree)).toContain("it is inside");
    const store = newStore();
    share(store, makeTree(TREE));
    expect(refused(store, `${store}/00`)).toContain("is inside it");
  });

  test.skipIf(!fs.existsSync("/dev/shm"))("one on another file system", () => {
    const store = fs.mkdtempSync("/dev/shm/dedupe-store-");
    try {
      expect(refused(store, makeTree(TREE))).toContain("it is on another file system");
      expect(fs.readdirSync(store)).toEqual([]);
    } finally {
      fs.rmSync(store, { recursive: true });
    }
  });

  test("a value that was meant to be a path to search", () => {
    const tree = makeTree(TREE);
    const done = run(["--hardlink", "--store", tree]);
    expect(done).toMatchObject({ code: 2 });
    expect(done.stderr).toContain(`'${tree}' is the value of --store`);
    expect(refused(tree, makeTree(TREE))).toContain("it is not empty, and no store of dedupe");
  });
});

describe("without native calls", () => {
  test("the run goes on without the store, and says so", () => {
    const [store, tree] = [newStore(), makeTree(TREE)];
    const done = run(["--hardlink", "--writer", "*=replace", "--store", store, tree], {
      env: { DEDUPE_NO_NATIVE: "1" },
    });
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/^1 link made/);
    expect(done.stderr).toContain("the store is not used in this run: it cannot be locked");
    expect(entriesOf(store)).toEqual([]);
  });
});
