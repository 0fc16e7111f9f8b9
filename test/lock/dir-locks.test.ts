import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { errno } from "../../src/core/result.ts";
import { LockKind, lockDirs, type HeldLocks } from "../../src/lock/dir-locks.ts";
import { type LockCalls, native } from "../../src/native/native.ts";
import { emptyDir } from "../support/tree.ts";

const { whole, files, below } = LockKind;
const calls = process.platform === "linux" ? native() : undefined;

describe.skipIf(calls === undefined)("claims on one directory", () => {
  const lockShared = (wanted: readonly [string, readonly LockKind[]][], by = calls as LockCalls) =>
    lockDirs(new Map(wanted.map(([dir, claims]) => [dir, new Set(claims)])), by);
  const held = (answer: HeldLocks | string): HeldLocks => {
    if (typeof answer === "string") throw new Error(`${answer} is claimed`);
    return answer;
  };

  test.each([
    { one: [whole], other: [whole], meet: true },
    { one: [whole], other: [files], meet: true },
    { one: [whole], other: [below], meet: true },
    { one: [files], other: [files], meet: true },
    { one: [files], other: [below], meet: false },
    { one: [below], other: [below], meet: false },
    { one: [files, below], other: [below], meet: false },
    { one: [files, below], other: [files], meet: true },
    { one: [whole, below], other: [below], meet: true },
  ])("$one and $other: $meet", ({ one, other, meet }) => {
    const dir = emptyDir();
    for (const [first, second] of [
      [one, other],
      [other, one],
    ]) {
      const lockRoots = held(lockShared([[dir, first]]));
      const answer = lockShared([[dir, second]]);
      expect(answer === dir).toBe(meet);
      if (typeof answer !== "string") answer.release();
      lockRoots.release();
      held(lockShared([[dir, second]])).release();
    }
  });

  test("all or none: what was claimed before the directory that is another's is given back", () => {
    const [free, isSelected] = [emptyDir(), emptyDir()];
    const lockRoots = held(lockShared([[isSelected, [whole]]]));
    const both: [string, LockKind[]][] = [
      [free, [whole]],
      [isSelected, [whole]],
    ];
    expect(lockShared(both)).toBe(isSelected);
    held(lockShared([[free, [whole]]])).release();
    lockRoots.release();
    held(lockShared(both)).release();
  });

  test("a directory by two paths does not meet itself, and has the claims of both", () => {
    const dir = emptyDir();
    const lockRoots = held(
      lockShared([
        [dir, [below]],
        [`${dir}/.`, [whole]],
      ]),
    );
    expect(lockShared([[dir, [below]]])).toBe(dir);
    lockRoots.release();
  });

  test("what cannot be opened or marked is passed over", () => {
    const root = emptyDir();
    fs.writeFileSync(path.join(root, "file"), "");
    fs.symlinkSync(root, path.join(root, "link"));
    const unusable = ["missing", "file", "link"].map((name) => path.join(root, name));
    held(lockShared(unusable.map((dir) => [dir, [whole]]))).release();
    for (const why of ["ENOLCK", "EINVAL", "ENOSYS", "EOPNOTSUPP"].map(errno)) {
      const refusing: LockCalls = { lockShared: () => why, isLocked: () => why };
      held(lockShared([[root, [whole]]], refusing)).release();
    }
  });
});
