import { describe, expect, test } from "vitest";
import {
  Rejection,
  type WalkRules,
  compileRules,
  entersDir,
  selectedKind,
} from "../../src/walk/walk-rules.ts";

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
  test.each<{ rules: Partial<WalkRules>; isSelected: string[]; left: string[] }>([
    {
      rules: {},
      isSelected: ["a.o", "x/y/a.so.1.2", "prog", "libx.a"],
      left: ["a.c", "README", "a.txt", "a.d", ".ninja_log"],
    },
    { rules: { all: true }, isSelected: ["a.o", "a.c", "README"], left: ["a.d", ".ninja_log"] },
    { rules: { include: ["*.o"] }, isSelected: ["a.o", "x/a.o"], left: ["a.so", "a.c"] },
    { rules: { include: ["x/*.o"] }, isSelected: ["x/a.o"], left: ["a.o", "x/y/a.o", "z/x/a.o"] },
    { rules: { include: ["x/**"] }, isSelected: ["x/a.o", "x/y/a.o"], left: ["a.o"] },
    { rules: { include: ["./x/a.o"] }, isSelected: ["x/a.o"], left: ["a.o"] },
    { rules: { include: ["a.d"] }, isSelected: ["a.d", "x/a.d"], left: ["b.d", "a.o"] },
    { rules: { include: ["**"] }, isSelected: ["a.o"], left: ["a.d", "a.c"] },
    { rules: { exclude: ["a.*"] }, isSelected: ["b.o"], left: ["a.o", "x/a.o"] },
    { rules: { exclude: ["x/**"], include: ["*.o"] }, isSelected: ["a.o"], left: ["x/a.o"] },
    { rules: { include: [".hidden/*.o"] }, isSelected: [".hidden/a.o"], left: ["a.o"] },
    { rules: { include: ["\u00e4.o"] }, isSelected: ["\xc3\xa4.o"], left: ["a.o"] },
  ])("$rules", ({ rules, isSelected, left }) => {
    const compiled = compileRules({ ...NONE, ...rules });
    const kindOf = (path: string): number =>
      selectedKind(compiled, nameOf(path), path.slice(0, path.lastIndexOf("/") + 1), false);
    expect(isSelected.filter((path) => kindOf(path) < 0)).toEqual([]);
    expect(left.filter((path) => kindOf(path) >= 0)).toEqual([]);
  });

  test("in a directory that is included every artifact is", () => {
    const compiled = compileRules({ ...NONE, include: ["x"] });
    expect(selectedKind(compiled, "a.o", "x/", true)).toBeGreaterThanOrEqual(0);
    expect(selectedKind(compiled, "a.c", "x/", true)).toBe(Rejection.noArtifact);
    expect(selectedKind(compiled, "a.o", "y/", false)).toBe(Rejection.include);
  });
});

describe("directories", () => {
  test.each<{ rules: Partial<WalkRules>; entered: string[]; left: string[] }>([
    { rules: {}, entered: ["build", ".libs", "node_modules"], left: [".git", "x/.git", ".svn"] },
    { rules: { include: [".git/**"] }, entered: [".git", "build"], left: [".svn"] },
    { rules: { exclude: ["build"] }, entered: ["x"], left: ["build", "x/build"] },
    { rules: { exclude: ["x/build/"] }, entered: ["build", "x"], left: ["x/build"] },
  ])("$rules", ({ rules, entered, left }) => {
    const compiled = compileRules({ ...NONE, ...rules });
    expect(entered.filter((path) => !entersDir(compiled, nameOf(path), path))).toEqual([]);
    expect(left.filter((path) => entersDir(compiled, nameOf(path), path))).toEqual([]);
  });
});
