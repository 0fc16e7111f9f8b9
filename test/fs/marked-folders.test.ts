import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { Claim, markFolders, type MarkedFolders } from "../../src/fs/marked-folders.ts";
import { type MarkCalls, native } from "../../src/fs/native/native.ts";
import { emptyFolder } from "../support/tree.ts";

const { whole, files, below } = Claim;
const calls = process.platform === "linux" ? native() : undefined;

describe.skipIf(calls === undefined)("claims on one folder", () => {
  const mark = (wanted: readonly [string, readonly Claim[]][], by = calls as MarkCalls) =>
    markFolders(new Map(wanted.map(([folder, claims]) => [folder, new Set(claims)])), by);
  const held = (answer: MarkedFolders | string): MarkedFolders => {
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
    const folder = emptyFolder();
    for (const [first, second] of [
      [one, other],
      [other, one],
    ]) {
      const claim = held(mark([[folder, first]]));
      const answer = mark([[folder, second]]);
      expect(answer === folder).toBe(meet);
      if (typeof answer !== "string") answer.release();
      claim.release();
      held(mark([[folder, second]])).release();
    }
  });

  test("all or none: what was claimed before the folder that is another's is given back", () => {
    const [free, taken] = [emptyFolder(), emptyFolder()];
    const claim = held(mark([[taken, [whole]]]));
    const both: [string, Claim[]][] = [
      [free, [whole]],
      [taken, [whole]],
    ];
    expect(mark(both)).toBe(taken);
    held(mark([[free, [whole]]])).release();
    claim.release();
    held(mark(both)).release();
  });

  test("a folder by two paths does not meet itself, and has the claims of both", () => {
    const folder = emptyFolder();
    const claim = held(
      mark([
        [folder, [below]],
        [`${folder}/.`, [whole]],
      ]),
    );
    expect(mark([[folder, [below]]])).toBe(folder);
    claim.release();
  });

  test("what cannot be opened or marked is passed over", () => {
    const root = emptyFolder();
    fs.writeFileSync(path.join(root, "file"), "");
    fs.symlinkSync(root, path.join(root, "link"));
    const unusable = ["missing", "file", "link"].map((name) => path.join(root, name));
    held(mark(unusable.map((folder) => [folder, [whole]]))).release();
    for (const errno of ["ENOLCK", "EINVAL", "ENOSYS", "EOPNOTSUPP"] as const) {
      const refusing: MarkCalls = { mark: () => errno, hasMark: () => errno };
      held(mark([[root, [whole]]], refusing)).release();
    }
  });
});
