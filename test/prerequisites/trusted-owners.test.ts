import { chmodSync, chownSync, lchownSync, symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BuildFileReader } from "../../src/prerequisites/build-file-reader.ts";
import { NOBODY, type Spec, dir, file, isRoot, makeTree } from "../support/tree.ts";

const OTHER = 12_345;

/** The contents of a build file, and what was reported about it. */
function read(root: string, path: string): [string | undefined, string[]] {
  const faults: string[] = [];
  const reader = new BuildFileReader(new Set([`${root}/tree`]), (at, fault, isForeign) =>
    faults.push(`${at.slice(root.length + 1)}: ${fault}${isForeign ? " (foreign)" : ""}`),
  );
  return [reader.parseText(`${root}/${path}`, 1000, (text) => text), faults];
}

describe.runIf(isRoot)("owners of build files", () => {
  const TREE: Spec = { "tree/x": "", Makefile: "text", "tree/Makefile": "text" };
  const IGNORED = (path: string): unknown => [
    undefined,
    [`${path}: it belongs to another user (foreign)`],
  ];

  test.each<[about: string, spec: Spec, path: string, read: boolean]>([
    ["the caller's", {}, "Makefile", true],
    ["another's, above the root", { Makefile: file("text", { owner: OTHER }) }, "Makefile", false],
    [
      "that of the root's owner",
      { Makefile: file("text", { owner: OTHER }), tree: dir({ owner: OTHER }) },
      "Makefile",
      true,
    ],
    [
      "that of the owner of the directory",
      { ".": dir({ owner: OTHER }), Makefile: file("text", { owner: OTHER }) },
      "Makefile",
      true,
    ],
    [
      "another's, in the tree",
      { "tree/Makefile": file("text", { owner: OTHER }) },
      "tree/Makefile",
      true,
    ],
    [
      "another's, where everybody may write",
      { "tree/Makefile": file("text", { owner: OTHER }), tree: dir({ mode: 0o1777 }) },
      "tree/Makefile",
      false,
    ],
  ])("%s", (_, spec, path, isRead) => {
    const root = makeTree({ ...TREE, ...spec });
    expect(read(root, path)).toEqual(isRead ? ["text", []] : IGNORED(path));
  });

  test("a symbolic link counts as well as its target", () => {
    const root = makeTree({ ...TREE, target: "text", foreign: "text" });
    chownSync(`${root}/foreign`, OTHER, OTHER);
    chmodSync(root, 0o1777);
    for (const name of ["own", "planted"]) symlinkSync("target", `${root}/${name}`);
    symlinkSync("foreign", `${root}/to-foreign`);
    symlinkSync("nothing", `${root}/dangling`);
    lchownSync(`${root}/planted`, NOBODY, NOBODY);
    expect(read(root, "own")).toEqual(["text", []]);
    expect(read(root, "planted")).toEqual(IGNORED("planted"));
    expect(read(root, "to-foreign")).toEqual(IGNORED("to-foreign"));
    expect(read(root, "dangling")).toEqual([undefined, []]);
  });
});
