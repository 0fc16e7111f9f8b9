import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { CLI } from "../support/paths.ts";
import { tryLockStore } from "../../src/store/store-lock.ts";
import { TRUST, run } from "../support/run.ts";
import { entriesOf, newStore, share, storeCommand } from "../support/store.ts";
import { emptyDir, file, makeTree } from "../support/tree.ts";

const FILES = 400;
const contentOf = (i: number): string => `${i}`.repeat(200 + (i % 7));

function makeCopy(): string {
  return makeTree(
    Object.fromEntries(
      Array.from({ length: FILES }, (_, i) => [
        `d${i % 5}/f${i}.${i % 11 === 0 ? "so" : "o"}`,
        file(contentOf(i >> 1), { mode: i % 11 === 0 ? 0o755 : 0o644 }),
      ]),
    ),
  );
}

/** Files of a tree that are not what they were. */
function wrongIn(root: string): string[] {
  return Array.from({ length: FILES }, (_, i) => {
    const name = path.join(root, `d${i % 5}/f${i}.${i % 11 === 0 ? "so" : "o"}`);
    return fs.readFileSync(name, "utf8") === contentOf(i >> 1) ? "" : name;
  }).filter((name) => name !== "");
}

function temporariesIn(root: string): string[] {
  return fs
    .readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => path.basename(name).startsWith(".dedupe-"));
}

function start(store: string, ...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [CLI, ...args, "--store", store], { stdio: "ignore" });
}

const link = ["--hardlink", "--no-state", "--quiet", ...TRUST];

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

describe("several runs with one store", () => {
  test("over different trees, with trims in between: every file is whole, and the trees share their files in the end", async () => {
    const store = newStore();
    const trees = Array.from({ length: 5 }, makeCopy);
    const runs = trees.map((tree) => exitOf(start(store, ...link, tree)));
    const trims: (number | null)[] = [];
    const state = { running: true };
    const trimming = (async () => {
      while (state.running)
        if (fs.existsSync(path.join(store, "format")))
          trims.push(await exitOf(start(store, "store", "trim", "--unused", "--quiet")));
        else await new Promise((resolve) => setTimeout(resolve, 20));
    })();
    expect(await Promise.all(runs)).toEqual(trees.map(() => 0));
    state.running = false;
    await trimming;
    // A trim does nothing, and says so with 3, while a run uses the store.
    expect(trims.filter((code) => code !== 0 && code !== 3)).toEqual([]);
    for (const tree of trees) expect(wrongIn(tree)).toEqual([]);
    expect(storeCommand("verify", store).code).toBe(0);
    for (const tree of trees) share(store, tree, "--no-state");
    const inodes = new Set(trees.map((tree) => fs.statSync(path.join(tree, "d1/f1.o")).ino));
    expect(inodes.size).toBeLessThan(trees.length);
    for (const tree of trees) expect([wrongIn(tree), temporariesIn(tree)]).toEqual([[], []]);
  });

  test("that are killed at any moment: every file is whole, and the next run completes the work", async () => {
    const store = newStore();
    const trees: string[] = [];
    for (let round = 0; round < 14; round += 1) {
      const tree = makeCopy();
      trees.push(tree);
      const child = start(store, ...link, tree);
      const exited = exitOf(child);
      // From before the store is made to after the last file is linked.
      await new Promise((resolve) => setTimeout(resolve, 60 + 45 * round));
      child.kill("SIGKILL");
      await exited;
      expect(wrongIn(tree)).toEqual([]);
    }
    for (const tree of trees) {
      share(store, tree, "--no-state");
      expect([wrongIn(tree), temporariesIn(tree)]).toEqual([[], []]);
    }
    expect(storeCommand("verify", store).code).toBe(0);
    const [first, ...others] = trees.map((tree) => fs.statSync(path.join(tree, "d1/f1.o")).ino);
    expect(others).toEqual(others.map(() => first));
    fs.rmSync(trees[0], { recursive: true });
    expect(storeCommand("trim", store).code).toBe(0);
    expect(fs.readdirSync(path.join(store, "tmp"))).toEqual([]);
  });
});

describe("a program", () => {
  const sleep = ["/usr/bin/sleep", "/bin/sleep"].find((each) => fs.existsSync(each));

  test.skipIf(sleep === undefined)(
    "runs from the store while it is linked, replaced and trimmed",
    async () => {
      const store = newStore();
      const program = fs.readFileSync(sleep as string);
      const copy = (): string => makeTree({ "bin/napper": file(program, { mode: 0o755 }) });
      const [a, b] = [copy(), copy()];
      share(store, a);
      const [entry] = entriesOf(store);
      expect(path.basename(entry)).toMatch(/-755-napper$/);
      const children = [entry, `${a}/bin/napper`, `${b}/bin/napper`].map((each) =>
        spawn(each, ["600"], { stdio: "ignore" }),
      );
      try {
        await Promise.all(children.map((child) => once(child, "spawn")));
        expect(share(store, b)).toMatchObject({ replaced: 1, added: 0 });
        expect(storeCommand("verify", store).code).toBe(0);
        for (const tree of [a, b]) fs.unlinkSync(`${tree}/bin/napper`);
        expect(storeCommand("trim", store, "--unused").stdout).toMatch(/^1 entry removed/);
        expect(share(store, copy())).toMatchObject({ added: 1 });
        expect(share(store, copy())).toMatchObject({ replaced: 1 });
        expect(children.map(({ exitCode, signalCode }) => exitCode ?? signalCode)).toEqual([
          null,
          null,
          null,
        ]);
      } finally {
        for (const child of children) child.kill();
      }
    },
  );
});

describe("a program that is started again and again", () => {
  const truth = ["/usr/bin/true", "/bin/true"].find((each) => fs.existsSync(each));

  test.skipIf(truth === undefined)(
    "starts every time, from the tree and from the store, while it is linked, replaced and trimmed",
    async () => {
      const store = newStore();
      const program = fs.readFileSync(truth as string);
      const copy = (): string => makeTree({ "bin/truth": file(program, { mode: 0o755 }) });
      const [a, b] = [copy(), copy()];
      share(store, a);
      const [entry] = entriesOf(store);
      // 127: the entry is trimmed for a moment. Anything else, such as 126 for ETXTBSY, is a failure.
      const loop = `n=0; while [ ! -e "$1/stop" ]; do "$1/bin/truth" || exit 1; "$2/bin/truth" || exit 2
        "$3"; case $? in 0 | 127) ;; *) exit 3 ;; esac; n=$((n + 1)); done; echo $n`;
      const child = spawn("sh", ["-c", loop, "sh", a, b, entry], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      let started = "";
      child.stdout.on("data", (data) => (started += String(data)));
      const closed = once(child, "close");
      for (let round = 0; round < 4; round += 1) {
        share(store, b, "--no-state");
        expect(fs.statSync(`${b}/bin/truth`).ino).toBe(fs.statSync(entry).ino);
        expect(run(["unshare", "--quiet", "--no-state", a, b]).code).toBe(0);
        expect(storeCommand("trim", store, "--unused").code).toBe(0);
        share(store, a, "--no-state");
      }
      fs.writeFileSync(`${a}/stop`, "");
      expect(await closed).toEqual([0, null]);
      expect(Number(started)).toBeGreaterThan(0);
      expect(storeCommand("verify", store).code).toBe(0);
    },
  );
});

test("a run that cannot lock the store in time goes on without it, and says so", () => {
  const [store, tree] = [newStore(), makeTree({ "a/x.o": "x", "b/x.o": "x" })];
  share(store, makeTree({ "x.o": "x" }));
  const trim = tryLockStore(store, "exclusive");
  const done = run(["--hardlink", "--no-state", ...TRUST, "--store", store, tree]);
  if (typeof trim === "object") trim.release();
  expect(done.code).toBe(0);
  expect(done.stderr).toContain(
    "the store is not used in this run: another process is trimming it",
  );
  expect(fs.statSync(`${tree}/a/x.o`).ino).toBe(fs.statSync(`${tree}/b/x.o`).ino);
  expect(fs.statSync(`${tree}/a/x.o`).nlink).toBe(2);
}, 60_000);

test("a store in which some files cannot be put: that is a warning, and the tree is complete", () => {
  const [store, tree] = [newStore(), makeCopy()];
  share(store, makeTree({ "x.o": "x" }));
  // Nothing can be made in the directories of the entries.
  const dirs = fs.readdirSync(store).filter((name) => name.length === 2);
  const moved = path.join(emptyDir(), "moved");
  for (const dir of dirs.slice(0, 200)) fs.renameSync(path.join(store, dir), `${moved}-${dir}`);
  const added = share(store, tree).added;
  expect(added).toBeLessThan(FILES / 2);
  expect(wrongIn(tree)).toEqual([]);
});
