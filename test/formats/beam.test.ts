import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { beamSource } from "../../src/formats/beam.ts";
import { sourceOf } from "../support/reused-buffer.ts";
import { beam } from "../support/contents.ts";

describe("Erlang modules", () => {
  test.each([
    ["x.erl", beam("/src/x.erl")],
    ["an empty path", beam("")],
  ])("the source: %s", (_, bytes) => {
    expect(beamSource(sourceOf(bytes))).toBe(bytes === undefined ? "" : sourceIn(bytes));
  });

  test.each([
    ["another format", Buffer.alloc(100, "x")],
    ["an empty file", Buffer.alloc(0)],
    ["a truncated file", beam("/src/x.erl").subarray(0, 30)],
    ["no compiler's information", beam(undefined)],
  ])("%s names no source", (_, bytes) => expect(beamSource(sourceOf(bytes))).toBeUndefined());

  test("changed bytes never fail", () => {
    const file = beam("/src/x.erl");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(file.length),
        (changes, length) => {
          const bytes = Buffer.from(file);
          for (const [at, value] of changes) bytes[at] = value;
          const source = beamSource(sourceOf(bytes.subarray(0, length)));
          expect(source?.length ?? 0).toBeLessThanOrEqual(length);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function sourceIn(bytes: Buffer): string {
  return bytes.includes("/src/x.erl") ? "/src/x.erl" : "";
}
