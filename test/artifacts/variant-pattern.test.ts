import { describe, expect, test } from "vitest";
import { compileVariantPattern } from "../../src/artifacts/variants.ts";

const MATCHES: readonly (readonly [
  pattern: string,
  path: string,
  unit: string,
  variant: string,
])[] = [
  ["{variant}/**", "O2/lib/x.o", "lib/x.o", "O2"],
  ["{variant}/**", "fast/x.o", "x.o", "fast"],
  ["**/*.{variant}.o", "a/b/x.fast.o", "a/b/x.o", "fast"],
  ["**/*.{variant}.o", "x.fast.o", "x.o", "fast"],
  ["build/{variant}/**", "build/fast/x.o", "build/x.o", "fast"],
  ["build-{variant}/**", "build-fast/a/x.o", "build/a/x.o", "fast"],
  ["{variant}-build/**", "fast-build/x.o", "build/x.o", "fast"],
  ["**/lib*_{variant}.{a,so}", "x/libfoo_fast.so", "x/libfoo.so", "fast"],
  ["**/lib*_{variant}.{a,so}", "x/libfoo_fast.a", "x/libfoo.a", "fast"],
  ["obj/?/{variant}/*.o", "obj/1/fast/x.o", "obj/1/x.o", "fast"],
  ["obj/[!0-9]*/{variant}/*", "obj/x1/fast/x.o", "obj/x1/x.o", "fast"],
  ["a.b/{variant}/*", "a.b/fast/x", "a.b/x", "fast"],
  ["**/{variant}.o", "a/fast.o", "a/.o", "fast"],
  ["\\*/{variant}/x", "*/fast/x", "*/x", "fast"],
  ["{variant}/**", "a\nb/x", "x", "a\nb"],
];

const MISSES: readonly (readonly [pattern: string, path: string])[] = [
  ["{variant}/**", "x.o"],
  ["**/*.{variant}.o", "x.o"],
  ["build/{variant}/*", "build/fast/deep/x.o"],
  ["build/{variant}/**", "my/build/fast/x.o"],
  ["a.b/{variant}/*", "axb/fast/x"],
  ["obj/[!0-9]*/{variant}/*", "obj/1/fast/x.o"],
];

const WRONG: readonly (readonly [pattern: string, message: RegExp])[] = [
  ["**/*.o", /'\*\*\/\*\.o' has no \{variant\}/],
  ["{variant}/{variant}/x", /more than one \{variant\}/],
  ["/{variant}/x", /absolute/],
  ["{variant}/[x", /\[ without its \]/],
  ["{variant}/{a,b", /\{ without its \}/],
  ["", /has no \{variant\}/],
];

describe("compileVariantPattern", () => {
  test.each(MATCHES)("%s matches %s", (pattern, path, unit, variant) => {
    expect(compileVariantPattern(pattern)(path)).toEqual({ dir: "", name: unit, variant });
  });
  test.each(MISSES)("%s does not match %s", (pattern, path) => {
    expect(compileVariantPattern(pattern)(path)).toBeUndefined();
  });
  test.each(WRONG)("%j is rejected", (pattern, message) => {
    expect(() => compileVariantPattern(pattern)).toThrow(message);
  });
});
