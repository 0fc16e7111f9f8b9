import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { describeWhere, mount } from "../native/helpers.ts";
import { attributesOf, hasAttributes } from "../support/attributes.ts";
import {
  type Json,
  runTrusting as run,
  runTrustingJson as runJson,
  unshareJson,
} from "../support/run.ts";
import { elf } from "../support/contents.ts";
import { contents, everything, linked, snapshot } from "../support/snapshot.ts";
import { NOBODY, type Spec, addToTree, at, file, isRoot, link, makeTree } from "../support/tree.ts";

const COPIES: Spec = {
  "a.o": file("same", { mtime: at(1), mode: 0o664 }),
  "b.o": file("same", { mtime: at(2), mode: 0o664 }),
  "c.o": "alone",
  "old1.o": file("linked before", { mode: 0o755 }),
  "old2.o": link("old1.o"),
  "notes1.txt": "text",
  "notes2.txt": link("notes1.txt"),
};

function modes(root: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(snapshot(root), ([name, { mode }]) => [name, (mode & 0o7777).toString(8)]),
  );
}

const protect = (root: string, ...args: string[]) =>
  runJson(["--hardlink", "--protect", ...args, root]);

describe("--protect", () => {
  test("removes write permission from every artifact with several links, and changes nothing else", () => {
    const root = makeTree(COPIES);
    const before = snapshot(root);
    const report = protect(root);
    expect(report.totals).toMatchObject({ replaced: 1, protected: 2, failed: 0 });
    expect(modes(root)).toEqual({
      "a.o": "444",
      "b.o": "444",
      "c.o": "644",
      "old1.o": "555",
      "old2.o": "555",
      "notes1.txt": "644",
      "notes2.txt": "644",
    });
    expect(snapshot(root).get("b.o")).toMatchObject({
      mtime: before.get("a.o")?.mtime,
      hash: before.get("b.o")?.hash,
    });
  });

  test("a program that was linked before, and that only its first bytes tell", () => {
    const program = file(elf("executable", "code"), { mode: 0o755 });
    const tree = { "bin/a": program, "bin/b": link("bin/a"), text: "text", copy: link("text") };
    const root = makeTree(tree);
    expect(protect(root, "-n").totals["protected"]).toBe(1);
    expect(protect(root).totals).toMatchObject({ replaced: 0, protected: 1 });
    expect(modes(root)).toEqual({ "bin/a": "555", "bin/b": "555", text: "644", copy: "644" });
    expect(unshareJson(root).totals).toMatchObject({ failed: 0 });
    expect(modes(root)).toMatchObject({ "bin/a": "755", "bin/b": "755" });
  });

  test("a dry run reports the same and changes nothing", () => {
    const root = makeTree(COPIES);
    const before = everything(root);
    const foreseen = protect(root, "-n");
    expect(everything(root)).toEqual(before);
    expect(foreseen.totals["protected"]).toBe(protect(root).totals["protected"]);
  });

  test("a second run does nothing", () => {
    const root = makeTree(COPIES);
    protect(root);
    const before = everything(root);
    expect(protect(root).totals).toMatchObject({ replaced: 0, protected: 0, skipped: 0 });
    expect(everything(root)).toEqual(before);
  });

  test.each([
    { it: "a newer copy", mtime: at(9) },
    { it: "an older copy, which becomes the keeper", mtime: at(-9) },
  ])("$it of a protected file is linked to it", ({ mtime }) => {
    const root = makeTree(COPIES);
    protect(root);
    addToTree(root, { "d.o": file("same", { mtime, mode: 0o664 }) });
    const report = protect(root);
    expect(report.skipped).toEqual([]);
    expect(linked(root)).toContainEqual(["a.o", "b.o", "d.o"]);
    expect(modes(root)).toMatchObject({ "a.o": "444", "b.o": "444", "d.o": "444" });
    unshareJson(root);
    expect(modes(root)).toMatchObject({ "a.o": "664", "b.o": "664", "d.o": "664" });
  });

  test("a copy with another mode than the original one is not linked, with and without --protect", () => {
    const root = makeTree(COPIES);
    protect(root);
    addToTree(root, {
      "d.o": file("same", { mtime: at(8), mode: 0o600 }),
      "e.o": file("same", { mtime: at(9), mode: 0o444 }),
    });
    expect(
      protect(root).skipped.map(({ path, reason }) => `${path.slice(root.length + 1)} ${reason}`),
    ).toEqual(["d.o mode", "e.o mode"]);
    fs.chmodSync(`${root}/d.o`, 0o664);
    expect(runJson(["--hardlink", root]).skipped.map(({ reason }) => reason)).toContain("mode");
  });

  test("--respect-xattrs ignores the recorded mode", () => {
    const root = makeTree(COPIES);
    protect(root);
    addToTree(root, { "d.o": file("same", { mtime: at(9), mode: 0o664 }) });
    protect(root, "--respect-xattrs");
    expect(linked(root)).toContainEqual(["a.o", "b.o", "d.o"]);
  });

  test.runIf(isRoot)("a tool that writes in place fails, except as root", () => {
    const root = makeTree({
      "a.o": file("same", { owner: NOBODY }),
      "b.o": file("same", { owner: NOBODY }),
    });
    fs.chownSync(root, NOBODY, NOBODY);
    const write = () =>
      spawnSync("sh", ["-c", `echo new > ${root}/b.o`], {
        uid: NOBODY,
        gid: NOBODY,
        encoding: "utf8",
      });
    protect(root);
    expect(write()).toMatchObject({
      status: expect.toSatisfy((status) => status !== 0),
      stderr: expect.stringContaining("ermission denied"),
    });
    expect(fs.readFileSync(`${root}/a.o`, "utf8")).toBe("same");
    unshareJson(root);
    expect(write().status).toBe(0);
    expect(fs.readFileSync(`${root}/a.o`, "utf8")).toBe("same");
  });

  test.runIf(isRoot)("works, and can be undone, as an unprivileged user", () => {
    const root = makeTree({
      "a.o": file("same", { owner: NOBODY }),
      "b.o": file("same", { owner: NOBODY }),
    });
    fs.chownSync(root, NOBODY, NOBODY);
    const user = { uid: NOBODY, gid: NOBODY };
    const done = run(["--hardlink", "--protect", "--json", root], user);
    if (done.code === null || /EACCES/.test(done.stderr)) return; // the user cannot read the project
    expect(modes(root)).toEqual({ "a.o": "444", "b.o": "444" });
    unshareJson(root, user);
    expect(modes(root)).toEqual({ "a.o": "644", "b.o": "644" });
    if (hasAttributes) expect([`${root}/a.o`, `${root}/b.o`].flatMap(attributesOf)).toEqual([]);
  });
});

describe("dedupe unshare restores write permission", () => {
  test("exactly as before, and removes the recorded mode", () => {
    const root = makeTree(COPIES);
    const before = { modes: modes(root), contents: contents(root) };
    protect(root);
    const report = unshareJson(root);
    expect(report.totals).toMatchObject({ shared: 2, unshared: 2, restored: 4 });
    expect({ modes: modes(root), contents: contents(root) }).toEqual(before);
    if (!hasAttributes) return;
    const notes = Object.keys(before.contents).flatMap((name) => attributesOf(`${root}/${name}`));
    expect(notes).toEqual([]);
  });

  test("-n reports it", () => {
    const root = makeTree(COPIES);
    protect(root);
    const before = everything(root);
    expect(unshareJson("-n", root).totals).toMatchObject({ unshared: 2, restored: 4 });
    expect(everything(root)).toEqual(before);
  });

  test("of a file whose other links are gone", () => {
    const root = makeTree({ "a.o": "same", "b.o": "same" });
    protect(root);
    fs.unlinkSync(`${root}/b.o`);
    expect(unshareJson(root).totals).toMatchObject({ shared: 0, unshared: 0, restored: 1 });
    expect(modes(root)).toEqual({ "a.o": "644" });
  });

  test("but not of a file that was read-only before", () => {
    const root = makeTree({
      "a.o": file("same", { mode: 0o444 }),
      "b.o": file("same", { mode: 0o444 }),
    });
    expect(protect(root).totals).toMatchObject({ replaced: 1, protected: 0 });
    unshareJson(root);
    expect(linked(root)).toEqual([]);
    expect(modes(root)).toEqual({ "a.o": "444", "b.o": "444" });
  });

  test("of files inside the tree; a protected file with a link outside stays protected", () => {
    const root = makeTree({ "in/a.o": "same", "in/b.o": "same" });
    protect(root);
    fs.mkdirSync(`${root}/out`);
    fs.linkSync(`${root}/in/a.o`, `${root}/out/c.o`);
    unshareJson(`${root}/in`);
    expect(modes(root)).toEqual({ "in/a.o": "644", "in/b.o": "644", "out/c.o": "444" });
  });
});

describe("the original mode survives", () => {
  const READ_ONLY = file("same", { mode: 0o444, mtime: at(-9) });

  test.each([
    { it: "later runs without --protect", args: [] },
    { it: "later runs with --protect", args: ["--protect"] },
  ])("$it: a file that was always read-only stays apart", ({ args }) => {
    const root = makeTree({ "a.o": "same", "b.o": "same" });
    protect(root);
    addToTree(root, { "c.o": READ_ONLY, "d.o": READ_ONLY });
    const { skipped } = runJson(["--hardlink", ...args, root]);
    expect(skipped.map(({ detail }) => detail)).toEqual(
      Array.from({ length: 2 }, () =>
        expect.stringContaining("--protect made only one of them read-only"),
      ),
    );
    expect(linked(root)).toEqual([
      ["a.o", "b.o"],
      ["c.o", "d.o"],
    ]);
    unshareJson(root);
    expect(modes(root)).toEqual({ "a.o": "644", "b.o": "644", "c.o": "444", "d.o": "444" });
  });

  test("protected files that are linked to each other without --protect", () => {
    const root = makeTree({
      "p/a.o": "same",
      "p/b.o": link("p/a.o"),
      "q/c.o": "same",
      "q/d.o": link("q/c.o"),
    });
    for (const dir of ["p", "q"]) protect(`${root}/${dir}`);
    runJson(["--hardlink", root]);
    expect(linked(root)).toEqual([["p/a.o", "p/b.o", "q/c.o", "q/d.o"]]);
    unshareJson(root);
    expect(modes(root)).toEqual({
      "p/a.o": "644",
      "p/b.o": "644",
      "q/c.o": "644",
      "q/d.o": "644",
    });
  });
});

test.each([
  { it: "an artifact", outside: "out/x.o" },
  { it: "a name that is no artifact's", outside: "in/x.txt" },
])("an inode with a further name, $it, stays writable and is named", ({ outside }) => {
  const root = makeTree({ "in/a.o": "same", "in/b.o": "same", [outside]: link("in/a.o") });
  for (const args of [["-n"], []]) {
    const report = protect(`${root}/in`, ...args);
    expect(report.totals).toMatchObject({ replaced: 1, protected: 0, failed: 0 });
    expect(report.warnings).toEqual([
      {
        code: "linked-outside",
        path: `${root}/in/a.o`,
        message: expect.stringContaining("it has another name that the run did not find"),
      },
    ]);
  }
  expect(modes(root)).toEqual({ "in/a.o": "644", "in/b.o": "644", [outside]: "644" });
});

describe("if the mode cannot be recorded", () => {
  const UNWRITABLE: Spec = {
    "a.o": file("same", { mode: 0o664 }),
    "b.o": file("same", { mode: 0o664 }),
    "c.o": "other",
    "d.o": link("c.o"),
    "old1.o": file("always", { mode: 0o444 }),
    "old2.o": link("old1.o"),
  };
  const BEFORE = {
    "a.o": "664",
    "b.o": "664",
    "c.o": "644",
    "d.o": "644",
    "old1.o": "444",
    "old2.o": "444",
  };

  test("without native calls: --protect says so and unshare keeps each mode", () => {
    const plain = { env: { DEDUPE_NO_NATIVE: "1" } };
    const root = makeTree(UNWRITABLE);
    const done = run(["--hardlink", "--protect", "--json", root], plain);
    expect(done.code).toBe(3);
    const report = JSON.parse(done.stdout) as Json;
    expect(report.totals).toMatchObject({ replaced: 1, protected: 0, failed: 1 });
    expect(report.problems).toMatchObject([
      { path: `${root}/a.o`, code: "ENOSYS", message: expect.stringContaining("native calls") },
    ]);
    expect(modes(root)).toEqual(BEFORE);
    expect(unshareJson(root, plain).warnings).toMatchObject([
      { message: expect.stringContaining("read-only files stay read-only") },
    ]);
    expect(modes(root)).toEqual(BEFORE);
  });

  test("unshare without native calls leaves a protected file read-only, and says so", () => {
    const root = makeTree({ "a.o": "same", "b.o": "same" });
    protect(root);
    fs.unlinkSync(`${root}/b.o`);
    const { warnings } = unshareJson(root, { env: { DEDUPE_NO_NATIVE: "1" } });
    expect(warnings).toMatchObject([{ code: "no-native" }]);
    expect(modes(root)).toEqual({ "a.o": "444" });
    unshareJson(root);
    expect(modes(root)).toEqual({ "a.o": "644" });
  });

  const vfatLike = mount(() => ["-t", "ramfs", "ramfs"]);
  describeWhere("ramfs", vfatLike.why, () => {
    test("--protect says so and unshare keeps each mode", () => {
      const root = `${vfatLike.dir}/t`;
      fs.mkdirSync(root);
      addToTree(root, UNWRITABLE);
      const done = run(["--hardlink", "--protect", root]);
      expect(done.code).toBe(3);
      expect(done.stderr).toMatch(/a\.o: no file here is made read-only: .*no extended attributes/);
      expect(modes(root)).toEqual(BEFORE);
      unshareJson(root);
      expect(modes(root)).toEqual(BEFORE);
    });
  });
});
