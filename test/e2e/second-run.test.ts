import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { type Run, runTrusting } from "../support/run.ts";
import { everything, linked } from "../support/snapshot.ts";
import { at, emptyDir, file, makeTree } from "../support/tree.ts";

/** Files of one size: two pairs of duplicates, and others that differ. */
const SPEC = {
  "build/a/x.o": file("\x7fELF content 1"),
  "build/b/x.o": file("\x7fELF content 1"),
  "build/a/y.o": file("\x7fELF content 2"),
  "build/b/y.o": file("\x7fELF content 2"),
  "build/a/z.o": file("\x7fELF content 3"),
  "build/b/w.o": file("\x7fELF content 5"),
  "build/a/tool": file("\x7fELF content 4", { mode: 0o755 }),
};
const LINKED = [
  ["build/a/x.o", "build/b/x.o"],
  ["build/a/y.o", "build/b/y.o"],
];

describe("a second run over a tree that has not changed", () => {
  let root = "";
  let cache = "";
  const dedupe = (...args: string[]): Run =>
    runTrusting(["--json", ...args], { cwd: root, env: { XDG_CACHE_HOME: cache } });
  const bytesRead = (...args: string[]): number => {
    const { json, code } = dedupe(...args);
    expect(code).toBe(0);
    return json.totals["bytesRead"];
  };
  const path = (name: string): string => `${root}/build/${name}`;

  beforeEach(() => {
    cache = emptyDir();
    root = makeTree(SPEC);
    expect(bytesRead("--hardlink", "build")).toBeGreaterThan(0);
    expect(linked(root)).toEqual(LINKED);
  });

  test.each([
    { it: "the same run", args: ["--hardlink", "build"] },
    { it: "a dry run", args: ["--hardlink", "-n", "build"] },
    { it: "--check", args: ["--check", "build"] },
    { it: "a report", args: ["build"] },
    { it: "the root by another path", args: ["--hardlink", "build/../build/"] },
  ])("$it reads nothing, and leaves the state alone", ({ args }) => {
    const before = everything(cache);
    expect(bytesRead(...args)).toBe(0);
    expect(everything(cache)).toEqual(before);
    expect(linked(root)).toEqual(LINKED);
  });

  test.each([
    { it: "another selection", args: ["--hardlink", "-x", "tool", "build"] },
    { it: "every file", args: ["--hardlink", "-a", "build"] },
    { it: "a kind", args: ["--hardlink", "-k", "object", "build"] },
    { it: "no memory", args: ["--hardlink", "--no-state", "build"] },
  ])("$it reads the files again", ({ args }) => {
    expect(bytesRead(...args)).toBeGreaterThan(0);
  });

  test("a run over a part does not make the next run over the tree read again", () => {
    expect(bytesRead("--hardlink", "build/a")).toBeGreaterThan(0);
    expect(bytesRead("--hardlink", "build/a")).toBe(0);
    expect(bytesRead("--hardlink", "build")).toBe(0);
  });

  /** Replaces the content of z.o by that of x.o, and its times as `touch -r` does. */
  const overwrite = (keepTime: boolean): void => {
    const { atime, mtime } = fs.statSync(path("a/z.o"));
    fs.writeFileSync(path("a/z.o"), "\x7fELF content 1");
    if (keepTime) fs.utimesSync(path("a/z.o"), atime, mtime);
  };
  test.each<{ it: string; change: () => void; finds: string }>([
    { it: "has new content", change: () => overwrite(false), finds: "build/a/z.o" },
    {
      it: "has new content and its old time",
      change: () => overwrite(true),
      finds: "build/a/z.o",
    },
    {
      it: "is new",
      change: () => fs.copyFileSync(path("a/x.o"), path("a/new.o")),
      finds: "build/a/new.o",
    },
    {
      it: "was replaced by one of the same time",
      change: () => {
        const { atime, mtime } = fs.statSync(path("a/z.o"));
        fs.copyFileSync(path("a/x.o"), path("a/z.o.tmp"));
        fs.utimesSync(path("a/z.o.tmp"), atime, mtime);
        fs.renameSync(path("a/z.o.tmp"), path("a/z.o"));
      },
      finds: "build/a/z.o",
    },
  ])("a file that $it is looked at again", ({ change, finds }) => {
    change();
    const { json, code } = dedupe("--hardlink", "build");
    expect(code).toBe(0);
    expect(json.totals["bytesRead"]).toBeGreaterThan(0);
    expect(linked(root).flat()).toContain(finds);
    expect(bytesRead("--hardlink", "build")).toBe(0);
  });

  test("what is left alone is compared again, so that the report says why", () => {
    fs.copyFileSync(path("a/x.o"), path("a/mode.o"));
    fs.chmodSync(path("a/mode.o"), 0o600);
    for (let round = 0; round < 3; round += 1) {
      const { json } = dedupe("--hardlink", "build");
      expect(json.skipped).toMatchObject([{ path: "build/a/mode.o", reason: "mode" }]);
    }
    fs.chmodSync(path("a/mode.o"), 0o644);
    expect(dedupe("--hardlink", "build").json.totals["replaced"]).toBe(1);
  });

  test("after unshare, the copies are compared", () => {
    const env = { XDG_CACHE_HOME: cache };
    expect(runTrusting(["unshare", "build"], { cwd: root, env }).code).toBe(0);
    expect(dedupe("--hardlink", "build").json.totals["replaced"]).toBe(2);
  });

  test("a copy of the tree and its state is compared", () => {
    expect(bytesRead("--hardlink", "--state", "build/state", "build")).toBeGreaterThan(0);
    fs.rmSync(path("b/x.o"));
    fs.copyFileSync(path("a/x.o"), path("b/x.o"));
    dedupe("--hardlink", "--state", "build/state", "build");
    expect(bytesRead("--hardlink", "--state", "build/state", "build")).toBe(0);
    const copy = emptyDir();
    spawnSync("cp", ["-r", "--preserve=mode,timestamps", `${root}/build`, copy]);
    root = copy;
    const { json } = dedupe("--hardlink", "--state", "build/state", "build");
    expect(json.totals["replaced"]).toBe(2);
  });

  test("a tree without duplicates has no state", () => {
    cache = emptyDir();
    root = makeTree({
      "build/x.o": file("\x7fELF content 1", { mtime: at(0) }),
      "build/y.o": file("\x7fELF content 2", { mtime: at(0) }),
    });
    expect(bytesRead("--hardlink", "build")).toBeGreaterThan(0);
    expect(fs.existsSync(`${cache}/dedupe`)).toBe(false);
  });
});
