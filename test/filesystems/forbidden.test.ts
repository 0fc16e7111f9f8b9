import type { SpawnSyncOptions } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runTrusting as run } from "../support/run.ts";
import { NOBODY, emptyDir, isRoot } from "../support/tree.ts";
import { command } from "./volumes.ts";

/** Files and directories that may not be changed or linked: the rest of the set is linked anyway. */
let root: string;
const at = (name: string): string => path.join(root, name);
const inode = (name: string): number => fs.statSync(at(name)).ino;
const immutable: string[] = [];

beforeEach(() => {
  root = emptyDir();
  for (const [i, name] of ["a.o", "b.o", "c.o", "sub/d.o", "sub/e.o"].entries()) {
    fs.mkdirSync(path.dirname(at(name)), { recursive: true });
    fs.writeFileSync(at(name), "the same bytes");
    fs.utimesSync(at(name), 1.7e9 + i, 1.7e9 + i);
  }
});
afterEach(() => {
  for (const file of immutable.splice(0)) command("chattr", "-i", "-a", file);
});

function canBeImmutable(): boolean {
  if (!isRoot) return false;
  try {
    const probe = path.join(emptyDir(), "probe");
    fs.writeFileSync(probe, "");
    command("chattr", "+i", probe);
    command("chattr", "-i", probe);
    return true;
  } catch {
    return false;
  }
}

function makeImmutable(name: string, flag = "+i"): void {
  command("chattr", flag, at(name));
  immutable.push(at(name));
}

const expectIntact = (): void => {
  for (const name of ["a.o", "b.o", "c.o", "sub/d.o", "sub/e.o"])
    expect(fs.readFileSync(at(name), "utf8")).toBe("the same bytes");
  expect(
    fs
      .readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((name) => name.includes(".dedupe-")),
  ).toEqual([]);
};

const UNREADABLE = /^dedupe: c\.o: permission denied \(EACCES\)\n$/;
const NO_KEEPER = /^dedupe: a\.o: the others cannot be linked to it: .*\(EPERM\)\n$/;
const NO_DUPLICATE = /^dedupe: b\.o: .*\(EPERM\)\n$/;
const SUB_READ_ONLY = /^(?:dedupe: sub\/[de]\.o: permission denied \(EACCES\)\n){2}$/;

/** Runs `dedupe --hardlink`, which must link these files and report others. Returns its messages, without the root. */
function linkOnly(
  linked: readonly string[],
  options: SpawnSyncOptions,
  ...flags: string[]
): string {
  return linkWith(3, linked, options, ...flags);
}

/** As `linkOnly`, where other files are left alone without being a failure. */
function linkWith(
  status: number,
  linked: readonly string[],
  options: SpawnSyncOptions,
  ...flags: string[]
): string {
  const { code, stderr } = run(["--hardlink", ...flags, root], options);
  expect(code).toBe(status);
  expect(new Set(linked.map(inode)).size).toBe(1);
  expectIntact();
  return stderr.replaceAll(`${root}/`, "");
}

describe.skipIf(!canBeImmutable()).each([
  { method: "exchange", env: {} },
  { method: "rename", env: { DEDUPE_NO_NATIVE: "1" } },
])("immutable, by $method", ({ env }) => {
  test.each(["+i", "+a"])(
    "the file to keep (%s): reported, and the next one is kept instead",
    (flag) => {
      makeImmutable("a.o", flag);
      expect(linkOnly(["b.o", "c.o", "sub/d.o", "sub/e.o"], { env })).toMatch(NO_KEEPER);
    },
  );

  test("a duplicate: reported, the others are linked", () => {
    makeImmutable("b.o");
    expect(linkOnly(["a.o", "c.o", "sub/d.o", "sub/e.o"], { env })).toMatch(NO_DUPLICATE);
  });

  test("a directory: its files are left alone, the others are linked", () => {
    makeImmutable("sub");
    expect(linkWith(0, ["a.o", "b.o", "c.o"], { env })).toBe("");
    expect(inode("sub/d.o")).not.toBe(inode("sub/e.o"));
  });
});

const protectedLinks =
  fs.existsSync("/proc/sys/fs/protected_hardlinks") &&
  fs.readFileSync("/proc/sys/fs/protected_hardlinks", "utf8").trim() === "1";
const asNobody = { uid: NOBODY, gid: NOBODY };

describe.skipIf(!isRoot)("as an unprivileged user", () => {
  const give = (owner: number, ...names: string[]): void => {
    for (const name of names) fs.chownSync(at(name), owner, owner);
  };

  test.skipIf(!protectedLinks)(
    "a file of another owner cannot be kept: the first own file is kept instead",
    () => {
      give(NOBODY, "", "b.o", "c.o", "sub", "sub/d.o", "sub/e.o");
      const own = ["b.o", "c.o", "sub/d.o", "sub/e.o"];
      expect(linkOnly(own, asNobody, "--ignore-owner")).toMatch(NO_KEEPER);
    },
  );

  test("a directory without write permission: its files are reported, the others are linked", () => {
    give(NOBODY, "", "a.o", "b.o", "c.o", "sub/d.o", "sub/e.o");
    expect(linkOnly(["a.o", "b.o", "c.o"], asNobody)).toMatch(SUB_READ_ONLY);
  });

  test("a sticky directory: files of other owners are not replaced", () => {
    give(NOBODY, "", "a.o", "b.o", "c.o");
    fs.chmodSync(at("sub"), 0o1777);
    for (const name of ["sub/d.o", "sub/e.o"]) fs.chmodSync(at(name), 0o644);
    expect(linkWith(0, ["a.o", "b.o", "c.o"], asNobody, "--ignore-owner")).toBe("");
    expect(inode("sub/d.o")).not.toBe(inode("sub/e.o"));
  });

  test("an unreadable file is reported, the others are linked", () => {
    give(NOBODY, "", "a.o", "b.o", "sub", "sub/d.o", "sub/e.o");
    fs.chmodSync(at("c.o"), 0o600);
    expect(linkOnly(["a.o", "b.o", "sub/d.o", "sub/e.o"], asNobody)).toMatch(UNREADABLE);
  });
});
