import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { isErrno } from "../../src/core/result.ts";
import { IMPLEMENTATIONS } from "../faults/scene.ts";
import { makeTree, symlink } from "../support/tree.ts";

const openFiles = (): number =>
  fs.existsSync("/proc/self/fd") ? fs.readdirSync("/proc/self/fd").length : 0;

describe.each(IMPLEMENTATIONS)("openBelow by $by", ({ calls }) => {
  test.each([
    ["a/b/c", undefined],
    ["a", undefined],
    ["a/b/none", "ENOENT"],
    ["a/none/c", "ENOENT"],
    ["a/b/c/file.o", "ENOTDIR"],
    ["a/link/c", expect.stringMatching(/^(ELOOP|ENOTDIR)$/)],
  ])("%s: %s, and no descriptor stays open", (path, code) => {
    const root = makeTree({ "a/b/c/file.o": "x", "a/link": symlink("b") });
    const before = openFiles();
    const base = calls.openBase(root);
    if (isErrno(base)) throw new Error(base.code);
    const opened = calls.openBelow(base, path);
    if (!isErrno(opened)) {
      expect(calls.stat(opened, ".")).toMatchObject({
        ino: fs.statSync(`${root}/${path}`, { bigint: true }).ino,
      });
      calls.close(opened);
    }
    calls.close(base);
    expect(isErrno(opened) ? opened.code : undefined).toEqual(code);
    expect(openFiles()).toBe(before);
  });
});
