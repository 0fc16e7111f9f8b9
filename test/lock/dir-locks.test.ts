import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { errno } from "../../src/core/result.ts";
import { LockKind, lockDirs, type HeldLocks } from "../../src/lock/dir-locks.ts";
import { type LockCalls, native } from "../../src/native/native.ts";
import { emptyDir } from "../support/tree.ts";

const { tree, files, below } = LockKind;
const calls = process.platform === "linux" ? native() : undefined;

describe.skipIf(calls === undefined)("lockDirs", () => {
  const lock = (wanted: readonly [string, readonly LockKind[]][], by = calls as LockCalls) =>
    lockDirs(new Map(wanted.map(([dir, kinds]) => [dir, new Set(kinds)])), by);
  const held = (answer: HeldLocks | string): HeldLocks => {
    if (typeof answer === "string") throw new Error(`${answer} is locked`);
    return answer;
  };

  test.each([
    { one: [tree], other: [tree], conflict: true },
    { one: [tree], other: [files], conflict: true },
    { one: [tree], other: [below], conflict: true },
    { one: [files], other: [files], conflict: true },
    { one: [files], other: [below], conflict: false },
    { one: [below], other: [below], conflict: false },
    { one: [files, below], other: [below], conflict: false },
    { one: [files, below], other: [files], conflict: true },
    { one: [tree, below], other: [below], conflict: true },
  ])("$one and $other conflict: $conflict", ({ one, other, conflict }) => {
    const dir = emptyDir();
    for (const [first, second] of [
      [one, other],
      [other, one],
    ]) {
      const locks = held(lock([[dir, first]]));
      const answer = lock([[dir, second]]);
      expect(answer === dir).toBe(conflict);
      if (typeof answer !== "string") answer.release();
      locks.release();
      held(lock([[dir, second]])).release();
    }
  });

  test("locks all or none: releases the others if one is locked by another run", () => {
    const [free, taken] = [emptyDir(), emptyDir()];
    const locks = held(lock([[taken, [tree]]]));
    const both: [string, LockKind[]][] = [
      [free, [tree]],
      [taken, [tree]],
    ];
    expect(lock(both)).toBe(taken);
    held(lock([[free, [tree]]])).release();
    locks.release();
    held(lock(both)).release();
  });

  test("a directory by two paths does not conflict with itself, and has the locks of both", () => {
    const dir = emptyDir();
    const locks = held(
      lock([
        [dir, [below]],
        [`${dir}/.`, [tree]],
      ]),
    );
    expect(lock([[dir, [below]]])).toBe(dir);
    locks.release();
  });

  test("skips directories that cannot be opened or locked", () => {
    const root = emptyDir();
    fs.writeFileSync(path.join(root, "file"), "");
    fs.symlinkSync(root, path.join(root, "link"));
    const unusable = ["missing", "file", "link"].map((name) => path.join(root, name));
    held(lock(unusable.map((dir) => [dir, [tree]]))).release();
    for (const why of ["ENOLCK", "EINVAL", "ENOSYS", "EOPNOTSUPP"].map(errno)) {
      const refusing: LockCalls = {
        lockExclusive: () => errno("EBADF"),
        lockShared: () => why,
        isLocked: () => why,
      };
      held(lock([[root, [tree]]], refusing)).release();
    }
  });
});
