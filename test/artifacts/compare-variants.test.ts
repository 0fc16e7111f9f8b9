import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareVariants } from "../../src/artifacts/variants.ts";

const ORDERS: readonly string[] = [
  ",0,1,2",
  "9,10",
  "O0,O1,O2,O3,Os,Oz,Og,Ofast",
  "debug,release,relwithdebinfo,minsizerel",
  "O2,O2+asan,O2+pic,O3",
  "fastbuild,opt",
  "v1,v2,v10",
  "x86-64-v2,x86-64-v3,x86-64-v4",
  ",O0,debug,pic,unknown",
  "0,O0,debug,freeDebug",
  "a1b2,a1b10,a2",
  "a01,a1",
];

describe("compareVariants", () => {
  test.each(ORDERS)("%s", (order) => {
    const names = order.split(",");
    expect(names.toReversed().toSorted(compareVariants)).toEqual(names);
  });

  const word = fc.oneof(
    fc.constantFrom(
      "0",
      "1",
      "02",
      "10",
      "O0",
      "O2",
      "Ofast",
      "debug",
      "release",
      "pic",
      "v2",
      "v10",
      "v010",
      "",
    ),
    fc.string({ maxLength: 4 }),
  );
  const variant = fc.array(word, { maxLength: 3 }).map((words) => words.join("+"));

  test("is antisymmetric, and 0 for equal names only", () => {
    fc.assert(
      fc.property(variant, variant, (a, b) => {
        expect(Math.sign(compareVariants(a, b)) + Math.sign(compareVariants(b, a))).toBe(0);
        expect(compareVariants(a, b) === 0).toBe(a === b);
      }),
    );
  });

  test("is transitive", () => {
    fc.assert(
      fc.property(variant, variant, variant, (a, b, c) => {
        const [x, y, z] = [a, b, c].toSorted(compareVariants);
        expect(compareVariants(x, z)).toBeLessThanOrEqual(0);
        expect(compareVariants(x, y)).toBeLessThanOrEqual(0);
        expect(compareVariants(y, z)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });
});
