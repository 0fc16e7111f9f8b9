import { describe, expect, test } from "vitest";
import { type WalkRules, compileRules, entersFolder, takenKind } from "../../src/walking/rules.ts";

const NONE: WalkRules = {
  all: false,
  kinds: undefined,
  include: [],
  exclude: [],
  minSize: 1,
  maxSize: Number.POSITIVE_INFINITY,
  oneFileSystem: false,
  followSymlinks: false,
};
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

describe("files", () => {
  test.each<{ rules: Partial<WalkRules>; taken: string[]; left: string[] }>([
    {
      rules: {},
      taken: ["a.o", "x/y/a.so.1.2", "prog", "libx.a"],
      left: ["a.c", "README", "a.txt", "a.d", ".ninja_log"],
    },
    { rules: { all: true }, taken: ["a.o", "a.c", "README"], left: ["a.d", ".ninja_log"] },
    { rules: { include: ["*.o"] }, taken: ["a.o", "x/a.o"], left: ["a.so", "a.c"] },
    { rules: { include: ["x/*.o"] }, taken: ["x/a.o"], left: ["a.o", "x/y/a.o", "z/x/a.o"] },
    { rules: { include: ["x/**"] }, taken: ["x/a.o", "x/y/a.o"], left: ["a.o"] },
    { rules: { include: ["./x/a.o"] }, taken: ["x/a.o"], left: ["a.o"] },
    { rules: { include: ["a.d"] }, taken: ["a.d", "x/a.d"], left: ["b.d", "a.o"] },
    { rules: { include: ["**"] }, taken: ["a.o"], left: ["a.d", "a.c"] },
    { rules: { exclude: ["a.*"] }, taken: ["b.o"], left: ["a.o", "x/a.o"] },
    { rules: { exclude: ["x/**"], include: ["*.o"] }, taken: ["a.o"], left: ["x/a.o"] },
    { rules: { include: [".hidden/*.o"] }, taken: [".hidden/a.o"], left: ["a.o"] },
    { rules: { include: ["\u00e4.o"] }, taken: ["\xc3\xa4.o"], left: ["a.o"] },
  ])("$rules", async ({ rules, taken, left }) => {
    const compiled = await compileRules({ ...NONE, ...rules });
    const kindOf = (path: string): number =>
      takenKind(compiled, nameOf(path), path.slice(0, path.lastIndexOf("/") + 1), false);
    expect(taken.filter((path) => kindOf(path) < 0)).toEqual([]);
    expect(left.filter((path) => kindOf(path) >= 0)).toEqual([]);
  });

  test("in a folder that is included every artifact is", async () => {
    const compiled = await compileRules({ ...NONE, include: ["x"] });
    expect(takenKind(compiled, "a.o", "x/", true)).toBeGreaterThanOrEqual(0);
    expect(takenKind(compiled, "a.c", "x/", true)).toBe(-1);
    expect(takenKind(compiled, "a.o", "y/", false)).toBe(-1);
  });
});

describe("folders", () => {
  test.each<{ rules: Partial<WalkRules>; entered: string[]; left: string[] }>([
    { rules: {}, entered: ["build", ".libs", "node_modules"], left: [".git", "x/.git", ".svn"] },
    { rules: { include: [".git/**"] }, entered: [".git", "build"], left: [".svn"] },
    { rules: { exclude: ["build"] }, entered: ["x"], left: ["build", "x/build"] },
    { rules: { exclude: ["x/build/"] }, entered: ["build", "x"], left: ["x/build"] },
  ])("$rules", async ({ rules, entered, left }) => {
    const compiled = await compileRules({ ...NONE, ...rules });
    expect(entered.filter((path) => !entersFolder(compiled, nameOf(path), path))).toEqual([]);
    expect(left.filter((path) => entersFolder(compiled, nameOf(path), path))).toEqual([]);
  });
});
