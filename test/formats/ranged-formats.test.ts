import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explainDifference } from "../../src/explain/explain-difference.ts";
import type { ByteSource } from "../../src/formats/byte-source.ts";
import { rangedFormatOf } from "../../src/formats/ranged-formats.ts";
import { type Range, completeRanges, overlayRanges } from "../../src/formats/ranges.ts";
import { formatSamples } from "../support/format-samples.ts";
import { sourceOf } from "../support/reused-buffer.ts";

const SAMPLES = formatSamples();
const NUMBERS = fc.oneof(
  fc.nat(0xff),
  fc.nat(0xffff_ffff),
  fc.constantFrom(0, 1, 0x7fff_ffff, 0xffff, 0xffff_ffff),
);

/** Fails unless the ranges cover each byte once, in order. */
function expectComplete(size: number, ranges: readonly Range[]): void {
  let end = 0;
  for (const { offset, length } of ranges) {
    if (offset !== end || length <= 0) expect.fail(`${length} bytes at ${offset}, not ${end}`);
    end += length;
  }
  expect(end).toBe(size);
}

/** A sample with some bytes replaced, and cut off. */
function damaged(bytes: Uint8Array): fc.Arbitrary<Buffer> {
  return fc
    .tuple(
      fc.array(fc.tuple(fc.nat(bytes.length - 4), NUMBERS, fc.constantFrom(1, 2, 4)), {
        maxLength: 6,
      }),
      fc.oneof(fc.constant(bytes.length), fc.nat(bytes.length)),
    )
    .map(([changes, length]) => {
      const copy = Buffer.from(bytes);
      for (const [at, value, width] of changes) copy.writeUIntLE(value % 256 ** width, at, width);
      return copy.subarray(0, length);
    });
}

/** Counts the bytes that are read. */
function counted(bytes: Uint8Array): { source: ByteSource; read: () => number } {
  const source = sourceOf(bytes);
  let total = 0;
  return {
    source: {
      size: source.size,
      read(at, length) {
        const found = source.read(at, length);
        total += found.length;
        return found;
      },
    },
    read: () => total,
  };
}

describe.for(SAMPLES)("$title", ({ format, bytes }) => {
  test("is recognized, and its ranges are complete, ordered and without overlap", () => {
    const found = rangedFormatOf(sourceOf(bytes));
    expect(found?.name).toBe(format);
    expectComplete(bytes.length, found?.ranges(sourceOf(bytes)) ?? []);
  });

  test("so they are if it is damaged", () => {
    fc.assert(
      fc.property(damaged(bytes), (copy) => {
        const ranges = rangedFormatOf(sourceOf(copy))?.ranges(sourceOf(copy));
        if (ranges !== undefined) expectComplete(copy.length, ranges);
      }),
      { numRuns: 1000 },
    );
  });

  test("the difference to a damaged copy is explained with bounded effort", () => {
    fc.assert(
      fc.property(damaged(bytes), (copy) => {
        if (copy.equals(bytes)) return;
        const [a, b] = [counted(bytes), counted(copy)];
        const { parts, verdict } = explainDifference("x", a.source, b.source);
        expect(verdict).not.toBe("");
        expect(parts.length).toBeLessThanOrEqual(101);
        for (const { label, bytes: different } of parts) {
          expect(label).not.toBe("");
          expect(different).toBeLessThanOrEqual(Math.max(bytes.length, copy.length));
        }
        // A zip file's end is searched in 64 KiB.
        expect(a.read() + b.read()).toBeLessThan(100_000 + 40 * (bytes.length + copy.length));
      }),
      { numRuns: 500 },
    );
  });

  test("a changed byte is in the part that is named", () => {
    const ranges = rangedFormatOf(sourceOf(bytes))?.ranges(sourceOf(bytes)) ?? [];
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (at) => {
        const copy = Buffer.from(bytes);
        copy[at] ^= 0x55;
        const range = ranges.find(({ offset, length }) => at < offset + length);
        const found = explainDifference("x", sourceOf(bytes), sourceOf(copy));
        expect(found.firstDifference).toBe(at);
        if (found.parts.length === 0 || range?.isMember === true || range?.derived !== undefined)
          return;
        if (range?.class === "code" || range?.class === "data")
          expect(["code", "data"]).toContain(found.class);
      }),
      { numRuns: 300 },
    );
  });
});

describe("hostile files", () => {
  test("random bytes behind the magic numbers", () => {
    const magic = fc.constantFrom(...SAMPLES.map(({ bytes }) => bytes.subarray(0, 24)));
    fc.assert(
      fc.property(magic, fc.uint8Array({ maxLength: 400 }), (head, tail) => {
        const bytes = Buffer.concat([head, tail]);
        const ranges = rangedFormatOf(sourceOf(bytes))?.ranges(sourceOf(bytes));
        if (ranges !== undefined) expectComplete(bytes.length, ranges);
      }),
      { numRuns: 3000 },
    );
  });

  test("65,000 sections that all cover the whole file", () => {
    const bytes = manySections(65_000);
    const ranges = rangedFormatOf(sourceOf(bytes))?.ranges(sourceOf(bytes)) ?? [];
    expectComplete(bytes.length, ranges);
    const copy = Buffer.from(bytes);
    copy[bytes.length - 1] ^= 1;
    const a = counted(bytes);
    explainDifference("x", a.source, sourceOf(copy));
    expect(a.read()).toBeLessThan(10 * bytes.length);
  });

  test("an archive of 70,000 empty members is given up", () => {
    const header = `${"x.o/".padEnd(16)}${"0".padEnd(32)}${"0".padEnd(10)}\`\n`;
    const bytes = Buffer.from(`!<arch>\n${header.repeat(70_000)}`);
    expect(rangedFormatOf(sourceOf(bytes))?.ranges(sourceOf(bytes))).toBeUndefined();
  });
});

/** An ELF file of sections that begin at 0, without names. */
function manySections(count: number): Buffer {
  const bytes = Buffer.alloc(64 + count * 64);
  bytes.write("\x7fELF\x02\x01\x01", "latin1");
  bytes.writeUInt32LE(64, 40);
  bytes.writeUInt16LE(64, 52);
  bytes.writeUInt16LE(64, 58);
  bytes.writeUInt16LE(count, 60);
  for (let at = 64; at < bytes.length; at += 64) {
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(bytes.length, at + 32);
  }
  return bytes;
}

describe("ranges", () => {
  const range = fc.record({
    offset: fc.integer({ min: -10, max: 120 }),
    length: fc.integer({ min: -10, max: 120 }),
    label: fc.constantFrom("a", "b"),
    class: fc.constant("data" as const),
  });

  test("are made complete, ordered and without overlap", () => {
    fc.assert(
      fc.property(fc.array(range), fc.array(range), fc.nat(100), (some, others, size) => {
        const complete = completeRanges(size, some);
        expectComplete(size, complete);
        const ordered = others
          .filter(({ offset, length }) => offset >= 0 && length > 0)
          .sort((a, b) => a.offset - b.offset);
        expectComplete(size, overlayRanges(complete, ordered));
      }),
    );
  });
});
