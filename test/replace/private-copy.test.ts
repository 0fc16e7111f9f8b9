import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { isErrno } from "../../src/core/result.ts";
import type { DirCalls } from "../../src/fs/dir-calls.ts";
import { dirCalls } from "../../src/fs/native-dir-calls.ts";
import { type PrivateCopyRequest, breakLink } from "../../src/replace/private-copy.ts";
import type { FileRef } from "../../src/replace/file-ref.ts";
import { describeWhere, mountImage, whyNot } from "../native/helpers.ts";
import { commonBlocksOf } from "../support/blocks.ts";
import { noise } from "../support/contents.ts";
import { at, addToTree, emptyDir, file, link, makeTree } from "../support/tree.ts";

const BIG = noise(200_000);

/** A reference to an entry, with its current attributes as the snapshot. */
function refTo(calls: DirCalls, root: string, name: string): FileRef {
  const dir = calls.openBase(root);
  if (isErrno(dir)) throw new Error(dir.code);
  const stat = calls.stat(dir, name);
  if (isErrno(stat)) throw new Error(stat.code);
  return { dir, name, path: `${root}/${name}`, snapshot: stat };
}

function requestFor(
  calls: DirCalls,
  root: string,
  name: string,
  more: Partial<PrivateCopyRequest> = {},
): PrivateCopyRequest {
  const target = refTo(calls, root, name);
  return { source: target, target, method: "clone-or-copy", changedByUs: new Set(), ...more };
}

const namesIn = (root: string): string[] => fs.readdirSync(root).sort();

describe("breakLink while other programs change the same names", () => {
  const tree = (): string => makeTree({ "a.o": file(BIG, { mtime: at(1) }), "b.o": link("a.o") });

  /** The calls, with an action right before one of them. */
  const disturbed = (
    call: "exchange" | "rename" | "stat",
    when: number,
    what: () => void,
  ): DirCalls => {
    const calls = dirCalls();
    let count = 0;
    const original = calls[call] as (...parameters: never[]) => never;
    const hooked = (...parameters: never[]): never => {
      count += 1;
      if (count === when) what();
      return original(...parameters);
    };
    return { ...calls, [call]: hooked };
  };

  test.skipIf(whyNot !== undefined).each([
    { call: "rename", when: 1 },
    { call: "stat", when: 1 },
    { call: "exchange", when: 1 },
  ] as const)(
    "a compiler replaces the name before $call $when: its file stays",
    ({ call, when }) => {
      const root = tree();
      const calls = disturbed(call, when, () => {
        fs.writeFileSync(`${root}/new`, "new");
        fs.renameSync(`${root}/new`, `${root}/b.o`);
      });
      expect(breakLink(calls, requestFor(dirCalls(), root, "b.o"))).toMatchObject({
        type: "changed",
      });
      expect(fs.readFileSync(`${root}/b.o`, "utf8")).toBe("new");
      expect(namesIn(root)).toEqual(["a.o", "b.o"]);
    },
  );

  test.skipIf(whyNot !== undefined).each([
    { call: "rename", when: 1 },
    { call: "exchange", when: 1 },
  ] as const)("a tool writes in place before $call $when: nothing is lost", ({ call, when }) => {
    const root = tree();
    const calls = disturbed(call, when, () => fs.appendFileSync(`${root}/a.o`, "more"));
    expect(breakLink(calls, requestFor(dirCalls(), root, "b.o"))).toMatchObject({
      type: "changed",
    });
    expect(fs.statSync(`${root}/b.o`).size).toBe(BIG.length + 4);
    expect(fs.statSync(`${root}/b.o`).ino).toBe(fs.statSync(`${root}/a.o`).ino);
    expect(namesIn(root)).toEqual(["a.o", "b.o"]);
  });

  test("a name that was removed", () => {
    const root = tree();
    const request = requestFor(dirCalls(), root, "b.o");
    fs.unlinkSync(`${root}/b.o`);
    expect(breakLink(dirCalls(), request)).toEqual({ type: "vanished" });
    expect(namesIn(root)).toEqual(["a.o"]);
  });

  test.skipIf(whyNot !== undefined)("a program has it open for writing", () => {
    const root = tree();
    const fd = fs.openSync(`${root}/a.o`, "r+");
    expect(breakLink(dirCalls(), requestFor(dirCalls(), root, "b.o"))).toMatchObject({
      type: "changed",
    });
    fs.closeSync(fd);
    expect(namesIn(root)).toEqual(["a.o", "b.o"]);
  });

  test("a name of 255 bytes", () => {
    const long = "x".repeat(253) + ".o";
    const root = makeTree({ "a.o": BIG, [long]: link("a.o") });
    expect(breakLink(dirCalls(), requestFor(dirCalls(), root, long))).toMatchObject({
      type: "placed",
    });
    expect(fs.statSync(`${root}/${long}`).nlink).toBe(1);
  });
});

describe.each(["btrfs", "xfs"] as const)("a clone of another file on %s", (type) => {
  const { dir, why } = mountImage(type);
  describeWhere("FICLONE", why, () => {
    let round = 0;
    const tree = (): string => {
      const root = `${dir}/${(round += 1)}`;
      fs.mkdirSync(root);
      addToTree(root, {
        "a.o": BIG,
        "b.o": file(BIG, { mode: 0o751, owner: 12, mtime: at(5) + 987_654_321n }),
      });
      return root;
    };

    test("shares its blocks and keeps the metadata of the name", () => {
      const root = tree();
      const calls = dirCalls();
      const request = requestFor(calls, root, "b.o", {
        source: refTo(calls, root, "a.o"),
        method: "clone",
      });
      expect(breakLink(calls, request)).toMatchObject({ type: "placed", method: "clone" });
      expect(commonBlocksOf(`${root}/a.o`, `${root}/b.o`)).toBe("same");
      const stat = fs.statSync(`${root}/b.o`, { bigint: true });
      expect([stat.mode & 0o7777n, stat.uid, stat.mtimeNs]).toEqual([
        0o751n,
        12n,
        at(5) + 987_654_321n,
      ]);
    });

    test("fails for a file that was written to, with its time reset", () => {
      const root = tree();
      const calls = dirCalls();
      const request = requestFor(calls, root, "b.o", {
        source: refTo(calls, root, "a.o"),
        method: "clone",
      });
      const { atime, mtime } = fs.statSync(`${root}/a.o`);
      const fd = fs.openSync(`${root}/a.o`, "r+");
      fs.writeSync(fd, "changed", 0);
      fs.closeSync(fd);
      fs.utimesSync(`${root}/a.o`, atime, mtime);
      expect(breakLink(calls, request)).toMatchObject({ type: "changed" });
      expect(fs.readFileSync(`${root}/b.o`).equals(BIG)).toBe(true);
      expect(namesIn(root)).toEqual(["a.o", "b.o"]);
    });
  });
});

test("on a file system that cannot clone: an errno, and nothing is left", () => {
  const root = emptyDir();
  addToTree(root, { "a.o": BIG, "b.o": BIG });
  const calls = dirCalls();
  const request = requestFor(calls, root, "b.o", {
    source: refTo(calls, root, "a.o"),
    method: "clone",
  });
  const outcome = breakLink(calls, request);
  if (outcome.type === "placed") return; // this file system clones
  expect(outcome.type).toBe("failed");
  expect(namesIn(root)).toEqual(["a.o", "b.o"]);
});
