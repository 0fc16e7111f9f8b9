import fs from "node:fs";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { FileSource } from "../../src/diff/file-source.ts";
import { errno } from "../../src/core/result.ts";
import { sourceOf } from "../../src/formats/byte-source.ts";
import { nodeFileCalls } from "../../src/fs/file-calls.ts";
import { noise } from "../support/contents.ts";
import { makeTree } from "../support/tree.ts";

const SIZE = 300_000;
const content = noise(SIZE);
const descriptor = fs.openSync(`${makeTree({ file: content })}/file`, "r");
afterAll(() => fs.closeSync(descriptor));

describe("the bytes of a file", () => {
  const at = fc.oneof(fc.integer({ min: -10, max: SIZE + 10 }), fc.double());
  const length = fc.oneof(fc.integer({ min: -10, max: 200_000 }), fc.integer({ max: 100 }));

  test("are those of the file in memory, in any order of reads", () => {
    const reads = fc.array(fc.tuple(at, length), { maxLength: 20 });
    fc.assert(
      fc.property(reads, (ranges) => {
        const source = new FileSource(nodeFileCalls, descriptor, SIZE);
        const memory = sourceOf(content);
        for (const range of ranges) {
          const bytes = Buffer.from(source.read(...range));
          expect(bytes.equals(memory.read(...range))).toBe(true);
        }
        expect(source.failure).toBeUndefined();
      }),
    );
  });

  test("are read once if they are read in order, but for pieces across two windows", () => {
    const source = new FileSource(nodeFileCalls, descriptor, SIZE);
    for (let position = 0; position < SIZE; position += 1000) source.read(position, 1000);
    expect(source.bytesRead).toBeLessThan(SIZE + 5 * 1000);
  });

  test("are none if the file cannot be read, or is shorter by now", () => {
    const failing = { ...nodeFileCalls, read: () => errno("EIO") };
    const failed = new FileSource(failing, descriptor, SIZE);
    expect(failed.read(0, 10)).toHaveLength(0);
    expect(failed.failure?.code).toBe("EIO");
    const short = new FileSource(nodeFileCalls, descriptor, SIZE + 100);
    expect(short.read(SIZE - 5, 10)).toHaveLength(5);
    expect(short.read(SIZE + 5, 10)).toHaveLength(0);
  });
});
