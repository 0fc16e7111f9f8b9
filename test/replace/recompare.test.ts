import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { errno, isErrno } from "../../src/core/result.ts";
import { recompare } from "../../src/replace/recompare.ts";
import { IMPLEMENTATIONS, type Script, scripted } from "../faults/scene.ts";
import { at, file, makeTree } from "../support/tree.ts";

/** Waits longer than a tick of the kernel's clock, so that a change shows in the ctime. */
const tick = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 15);

/** Writes without changing size and modification time. */
const forge = (dir: string, name: string): void => {
  tick();
  const { atime, mtime } = fs.statSync(`${dir}/${name}`);
  fs.writeFileSync(`${dir}/${name}`, "SAME");
  fs.utimesSync(`${dir}/${name}`, atime, mtime);
};

describe.each(IMPLEMENTATIONS)("recompare by $by", ({ calls }) => {
  test.each<{ what: string; script?: Script; b?: string; expected: unknown }>([
    { what: "equal files", expected: undefined },
    { what: "different files", b: "SAME", expected: expect.stringContaining("content changed") },
    { what: "files of different sizes", b: "more", expected: expect.stringContaining("content") },
    {
      what: "a file that cannot be read",
      script: { "at compare 1": () => "EIO" },
      expected: errno("EIO"),
    },
    ...["a.o", "b.o"].flatMap((name) => [
      {
        what: `${name} is written to during the comparison, with its time reset`,
        script: { "after compare 1": (dir: string) => forge(dir, name) },
        expected: "it is being changed",
      },
      {
        what: `${name} gets another mode during the comparison`,
        script: {
          "after compare 1": (dir: string) => {
            tick();
            fs.chmodSync(`${dir}/${name}`, 0o600);
          },
        },
        expected: "it is being changed",
      },
      {
        what: `${name} is replaced during the comparison`,
        script: {
          "after compare 1": (dir: string) => {
            fs.writeFileSync(`${dir}/new`, "same");
            fs.renameSync(`${dir}/new`, `${dir}/${name}`);
          },
        },
        expected: "it is being changed",
      },
      {
        what: `${name} is removed during the comparison`,
        script: { "after compare 1": (dir: string) => fs.rmSync(`${dir}/${name}`) },
        expected: "it is being changed",
      },
    ]),
  ])("$what", ({ script = {}, b = "same", expected }) => {
    const root = makeTree({
      "a.o": file("same", { mtime: at(1) }),
      "b.o": file(b, { mtime: at(1) }),
    });
    const dir = calls.openBase(root);
    if (isErrno(dir)) throw new Error(dir.code);
    const stats = ["a.o", "b.o"].map((name) => {
      const stat = calls.stat(dir, name);
      if (isErrno(stat)) throw new Error(stat.code);
      return stat;
    });
    const answer = recompare(
      scripted(calls, script, root),
      dir,
      ["a.o", "b.o"],
      [stats[0], stats[1]],
    );
    expect(answer).toEqual(expected);
    calls.close(dir);
  });
});
