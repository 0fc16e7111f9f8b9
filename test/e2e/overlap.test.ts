import fs from "node:fs";
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { runTrusting as run, runTrustingJson as runJson } from "../support/run.ts";
import { linked } from "../support/snapshot.ts";
import { type Spec, at, file, isRoot, link, makeTree, symlink } from "../support/tree.ts";

const SAME = "the same bytes";

/** Roots that overlap: each file is processed once. */
describe("a file that is reached twice is processed once", () => {
  const tree: Spec = {
    "build/O2/x.o": SAME,
    "build/O3/x.o": SAME,
    "build/notes.txt": "no artifact",
    "build/again": symlink("O2"),
    "build/O3/up": symlink("../.."),
    alias: symlink("build"),
    "links/a.o": symlink("../build/O3/x.o"),
    "links/b.o": symlink("../build/O3/x.o"),
    "links/O3": symlink("../build/O3"),
  };

  test.each([
    { paths: ["build"], files: 3 },
    { paths: ["build", "build"], files: 3 },
    { paths: ["build", "./build/", "build//"], files: 3 },
    { paths: ["build", "build/O2", "build/O2/x.o", "./build/"], files: 3 },
    { paths: ["build/O2/x.o", "build/O3", "build"], files: 3 },
    { paths: ["build/O2", "build/O3/x.o"], files: 2 },
    { paths: ["build/O2/x.o", "build/O3/x.o", "./build/O3/x.o", "build/O3/../O3/x.o"], files: 2 },
    { paths: ["alias", "build"], files: 3 },
    { paths: ["alias/O2/x.o", "build/O2/x.o", "build/O3"], files: 2 },
    { paths: ["links/a.o", "links/b.o", "build/O2"], files: 2 },
    { paths: ["-L", "build"], files: 3 },
    { paths: ["-L", "."], files: 3 },
    { paths: ["-L", "links", "build"], files: 3 },
    { paths: ["-L", "links", "build/O2"], files: 3 },
    { paths: ["-L", "links/a.o", "links", "build/O2"], files: 3 },
    { paths: ["-L", "links/a.o", "build/O2/x.o", "."], files: 3 },
  ])("$paths", ({ paths, files }) => {
    const root = makeTree(tree);
    const wanted = { files, artifacts: 2, inodes: 2, sets: 1, duplicates: 1, replaced: 1 };
    const foreseen = runJson(["--hardlink", "-n", ...paths], { cwd: root });
    expect(foreseen.totals).toMatchObject(wanted);
    expect(foreseen.sets[0].names).toHaveLength(2);
    const done = runJson(["--hardlink", ...paths], { cwd: root });
    expect({ ...done.totals, seconds: 0 }).toEqual({ ...foreseen.totals, seconds: 0 });
    expect(linked(root)).toEqual([["build/O2/x.o", "build/O3/x.o"]]);
  });
});

describe("overlaps that must not hide files", () => {
  test("a symbolic link to a directory that contains a root is followed", () => {
    const root = makeTree({ "b/x.o": SAME, "b/y.o": SAME, "o/l": symlink("../b") });
    run(["--hardlink", "-L", "b/x.o", "o"], { cwd: root });
    expect(linked(root)).toEqual([["b/x.o", "b/y.o"]]);
  });

  test("a file excluded below one root is included as part of another", () => {
    const root = makeTree({ "b/O2/x.o": SAME, "b/O3/x.o": SAME });
    run(["--hardlink", "-x", "O2", "b", "b/O2"], { cwd: root });
    expect(linked(root)).toEqual([["b/O2/x.o", "b/O3/x.o"]]);
  });

  test("a path given twice does not count twice in the savings", () => {
    const root = makeTree({
      "b/x.o": file(SAME, { mtime: at(-1) }),
      "b/y.o": SAME,
      "other/y": link("b/y.o"),
    });
    const report = runJson(["--hardlink", "b/x.o", "b/y.o", "./b/y.o", "b/../b/y.o"], {
      cwd: root,
    });
    // y.o has two links; its blocks are freed only if both are replaced.
    expect(report.totals).toMatchObject({ replaced: 1, savedBytes: 0 });
  });

  test("loops of symbolic links end", () => {
    const root = makeTree({
      "a/x.o": SAME,
      "a/b/y.o": SAME,
      "a/b/up": symlink("../.."),
      "a/self": symlink("."),
      "a/b/pair1": symlink("pair2"),
      "a/b/pair2": symlink("pair1"),
    });
    const report = runJson(["--hardlink", "-L", "a"], { cwd: root });
    expect(report.totals).toMatchObject({ artifacts: 2, replaced: 1 });
    expect(linked(root)).toEqual([["a/b/y.o", "a/x.o"]]);
  });
});

describe("mount points", () => {
  test.skipIf(!isRoot)(
    "--one-file-system stays on the root's file system (needs root)",
    (context) => {
      const root = makeTree({ "a/x.o": SAME, "a/mnt/.keep": "", "b/x.o": SAME });
      try {
        execFileSync("mount", ["-t", "tmpfs", "tmpfs", `${root}/a/mnt`], { stdio: "ignore" });
      } catch {
        context.skip("tmpfs cannot be mounted here");
      }
      try {
        fs.writeFileSync(`${root}/a/mnt/x.o`, SAME);
        fs.writeFileSync(`${root}/a/mnt/y.o`, SAME);
        // Files of different file systems are never in one set.
        expect(runJson(["a", "b"], { cwd: root }).totals).toMatchObject({
          artifacts: 4,
          sets: 2,
          duplicates: 2,
        });
        expect(runJson(["--one-file-system", "a", "b"], { cwd: root }).totals).toMatchObject({
          artifacts: 2,
          sets: 1,
        });
        // A mount point given as a root is walked even with --one-file-system.
        expect(runJson(["--one-file-system", "a/mnt"], { cwd: root }).totals).toMatchObject({
          artifacts: 2,
          sets: 1,
        });
      } finally {
        execFileSync("umount", [`${root}/a/mnt`]);
      }
    },
  );
});
