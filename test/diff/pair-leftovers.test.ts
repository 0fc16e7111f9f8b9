import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Leftover, type PathMap, pairLeftovers } from "../../src/diff/pair-leftovers.ts";

/** `path` or `path @variant unit`. */
function leftover(text: string): Leftover {
  const [path, variant] = text.split(" @");
  return { path, variant };
}

function mapOf(text: string): PathMap {
  const [from, to] = text.split("=");
  return { from, to };
}

describe("what has no counterpart under its own path is paired", () => {
  test.each([
    {
      it: "by unit and variant",
      a: ["O2/x.o @O2 x.o", "O3/x.o @O3 x.o"],
      b: ["x.O3.o @O3 x.o", "x.O2.o @O2 x.o"],
      pairs: ["O2/x.o x.O2.o", "O3/x.o x.O3.o"],
    },
    {
      it: "not by a unit that occurs twice in one tree",
      a: ["O2/x.o @O2 x.o"],
      b: ["x.O2.o @O2 x.o", "out/x.o @O2 x.o"],
      pairs: [],
    },
    { it: "not if the path names no variant", a: ["x.o"], b: ["y.o"], pairs: [] },
    {
      it: "by a map of directories",
      a: ["O2/x.o", "O2/sub/y.o", "O22/x.o"],
      b: ["out/x.o", "out/sub/y.o", "out2/x.o"],
      maps: ["O2=out"],
      pairs: ["O2/x.o out/x.o", "O2/sub/y.o out/sub/y.o"],
    },
    { it: "by a map of files", a: ["x.o"], b: ["y.o"], maps: ["x.o=y.o"], pairs: ["x.o y.o"] },
    {
      it: "by a map into the tree itself",
      a: ["build/x.o"],
      b: ["x.o"],
      maps: ["build="],
      pairs: ["build/x.o x.o"],
    },
    {
      it: "by a map from the tree itself",
      a: ["x.o"],
      b: ["build/x.o"],
      maps: ["=build"],
      pairs: ["x.o build/x.o"],
    },
    {
      it: "by unit and variant rather than by a map",
      a: ["O2/x.o @O2 x.o"],
      b: ["x.O2.o @O2 x.o", "out/x.o"],
      maps: ["O2=out"],
      pairs: ["O2/x.o x.O2.o"],
    },
    {
      it: "by no map if several lead to different files",
      a: ["a/x.o"],
      b: ["b/x.o", "c/x.o"],
      maps: ["a=b", "a=c"],
      pairs: [],
    },
    {
      it: "by no map if it leads from several files to one",
      a: ["a/x.o", "b/x.o"],
      b: ["c/x.o"],
      maps: ["a=c", "b=c"],
      pairs: [],
    },
    {
      it: "by two maps that agree",
      a: ["a/x.o"],
      b: ["b/x.o"],
      maps: ["a=b", "a/x.o=b/x.o"],
      pairs: ["a/x.o b/x.o"],
    },
  ])("$it", ({ a, b, maps = [], pairs }) => {
    const [listA, listB] = [a.map(leftover), b.map(leftover)];
    const found = pairLeftovers(listA, listB, maps.map(mapOf)).pairs;
    expect(found.map(([one, other]) => `${listA[one].path} ${listB[other].path}`)).toEqual(pairs);
  });

  test("a map that names no two paths is reported as unused", () => {
    const { usedMaps } = pairLeftovers(
      [leftover("a/x.o")],
      [leftover("b/x.o")],
      ["a=c", "a=b", "d=b"].map(mapOf),
    );
    expect([...usedMaps]).toEqual([1]);
  });
});

describe("whatever the trees are", () => {
  const name = fc.constantFrom("x", "y", "z", "a/x", "a/y", "b/x", "b/c/x", "\xff");
  const variant = fc.option(fc.constantFrom("O2 x", "O3 x", "O2 y"), { nil: undefined });
  const tree = fc.uniqueArray(fc.record({ path: name, variant }), {
    selector: ({ path }) => path,
  });
  const part = fc.constantFrom("", "a", "b", "b/c", "x", "y");
  const maps = fc.array(fc.record({ from: part, to: part }), { maxLength: 4 });

  test("no file is in two pairs, and the same pairs are found from the other side", () => {
    fc.assert(
      fc.property(tree, tree, maps, (a, b, pathMaps) => {
        const { pairs } = pairLeftovers(a, b, pathMaps);
        expect(new Set(pairs.map(([one]) => one)).size).toBe(pairs.length);
        expect(new Set(pairs.map(([, other]) => other)).size).toBe(pairs.length);
        const back = pathMaps.map(({ from, to }) => ({ from: to, to: from }));
        const mirrored = pairLeftovers(b, a, back).pairs.map(([other, one]) => `${one} ${other}`);
        expect(mirrored.sort()).toEqual(pairs.map(([one, other]) => `${one} ${other}`).sort());
      }),
    );
  });

  test("the order of files and of maps changes nothing", () => {
    const shuffled = fc
      .tuple(tree, tree, maps)
      .chain(([a, b, pathMaps]) =>
        fc.tuple(
          fc.constant([a, b, pathMaps] as const),
          fc.shuffledSubarray(a, { minLength: a.length }),
          fc.shuffledSubarray(b, { minLength: b.length }),
          fc.shuffledSubarray(pathMaps, { minLength: pathMaps.length }),
        ),
      );
    const pathsOf = (a: readonly Leftover[], b: readonly Leftover[], m: readonly PathMap[]) =>
      pairLeftovers(a, b, m)
        .pairs.map(([one, other]) => `${a[one].path} ${b[other].path}`)
        .sort();
    fc.assert(
      fc.property(shuffled, ([[a, b, pathMaps], otherA, otherB, otherMaps]) => {
        expect(pathsOf(otherA, otherB, otherMaps)).toEqual(pathsOf(a, b, pathMaps));
      }),
    );
  });

  test("each pair has a reason: one unit and variant, or a map", () => {
    fc.assert(
      fc.property(tree, tree, maps, (a, b, pathMaps) => {
        for (const [one, other] of pairLeftovers(a, b, pathMaps).pairs) {
          const { path, variant: key } = a[one];
          const isVariant = key !== undefined && key === b[other].variant;
          const isMapped = pathMaps.some(
            ({ from, to }) =>
              (path === from && b[other].path === to) ||
              withSlash(from, path) === withSlash(to, b[other].path),
          );
          expect(isVariant || isMapped).toBe(true);
        }
      }),
    );
  });

  /** The rest of a path below a directory; different for each path that is not below it. */
  function withSlash(dir: string, path: string): string {
    const prefix = dir === "" ? "" : `${dir}/`;
    return path.startsWith(prefix) ? path.slice(prefix.length) : `${dir} not above ${path}`;
  }
});
