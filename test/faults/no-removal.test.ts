import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { whyNot } from "../native/helpers.ts";
import { CLI } from "../support/paths.ts";
import { TRUST, runTrusting } from "../support/run.ts";
import { NOBODY, isRoot, link, makeTree } from "../support/tree.ts";

const names = (dir: string): string[] => fs.readdirSync(dir).sort();
const chattr = (flag: string, dir: string): boolean =>
  spawnSync("chattr", [flag, dir], { stdio: "ignore" }).status === 0;

const probe = makeTree({ "x.o": "x" });
const hasAppendOnly = isRoot && whyNot === undefined && chattr("+a", probe) && chattr("-a", probe);

const rows = [
  { command: "--hardlink", tree: { "a/x.o": "same", "b/x.o": "same", "b/y.o": "same" } },
  { command: "unshare", tree: { "a/x.o": "same", "b/x.o": link("a/x.o"), "b/y.o": "other" } },
] as const;

describe.skipIf(!hasAppendOnly)("an append-only directory (needs root, chattr and koffi)", () => {
  let root: string | undefined;
  beforeEach(() => {
    root = undefined;
  });
  afterEach(() => {
    if (root !== undefined) chattr("-a", path.join(root, "b"));
  });

  test.each(rows)("$command leaves nothing behind and says why", ({ command, tree }) => {
    root = makeTree(tree);
    const dir = path.join(root, "b");
    chattr("+a", dir);
    for (let round = 0; round < 2; round += 1) {
      const done = runTrusting([command, root]);
      expect(done.code).toBe(3);
      expect(done.stderr).toContain("its directory is append-only");
      expect(names(dir)).toEqual(["x.o", "y.o"]);
    }
  });
});

test.skipIf(!isRoot)("a sticky directory with files of another user", () => {
  const root = makeTree({ "b/x.o": "same", "b/y.o": "same" });
  const dir = path.join(root, "b");
  for (const name of names(dir)) fs.chmodSync(path.join(dir, name), 0o666);
  fs.chmodSync(dir, 0o1777);
  const done = spawnSync(process.execPath, [CLI, ...TRUST, "--hardlink", root], {
    encoding: "utf8",
    uid: NOBODY,
    gid: NOBODY,
    env: { PATH: process.env["PATH"], HOME: "/nonexistent" },
  });
  expect({ status: done.status, stderr: done.stderr }).toMatchObject({
    status: 3,
    stderr: expect.stringContaining("its directory is sticky"),
  });
  expect(names(dir)).toEqual(["x.o", "y.o"]);
});
