import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explainDifference } from "../../src/explain/explain-difference.ts";
import { type ByteSource, sourceOf as inMemory } from "../../src/formats/byte-source.ts";
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
function counted(bytes: Uint8Array, open = sourceOf): { source: ByteSource; read: () => number } {
  const source = open(bytes);
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
    const ranges = rangedFormatOf(inMemory(bytes))?.ranges(inMemory(bytes)) ?? [];
    expectComplete(bytes.length, ranges);
    const copy = Buffer.from(bytes);
    copy[bytes.length - 1] ^= 1;
    const a = counted(bytes, inMemory);
    explainDifference("x", a.source, inMemory(copy));
    expect(a.read()).toBeLessThan(10 * bytes.length);
  });

  test("65,000 sections with the same name of 4 KiB", () => {
    const bytes = manySections(65_000, "x".repeat(4000));
    const copy = Buffer.from(bytes);
    copy[80] ^= 1;
    const { verdict } = explainDifference("x", inMemory(bytes), inMemory(copy));
    expect(verdict).toBe("contents differ");
  });

  // Otherwise, only the compression would differ.
  test("a zip file whose members unpack to 6 GiB is not unpacked", () => {
    const [a, b] = [1, 9].map((level) => zipBomb(400, level));
    const { verdict } = explainDifference("x.zip", inMemory(a), inMemory(b));
    expect(verdict).toBe("data differs");
  });

  test("an archive of 70,000 empty members is given up", () => {
    const header = `${"x.o/".padEnd(16)}${"0".padEnd(32)}${"0".padEnd(10)}\`\n`;
    const bytes = Buffer.from(`!<arch>\n${header.repeat(70_000)}`);
    expect(rangedFormatOf(inMemory(bytes))?.ranges(inMemory(bytes))).toBeUndefined();
  });
});

/** A zip file of members of 16 MiB that are almost empty. */
function zipBomb(count: number, level: number): Buffer {
  const contents = deflateRawSync(Buffer.alloc(16 * 1024 * 1024 - 1), { level });
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(8, 4); // the method
  fields.writeUInt32LE(1, 10); // the checksum
  fields.writeUInt32LE(contents.length, 14);
  fields.writeUInt32LE(16 * 1024 * 1024 - 1, 18);
  fields.writeUInt16LE(4, 22); // the length of the name
  const parts: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    const name = Buffer.from(String(1000 + i));
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields, name, contents]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    entries.push(Buffer.concat([Buffer.from("PK\x01\x02\0\0"), fields, rest, name]));
    parts.push(local);
    at += local.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...entries, end]);
}

/** An ELF file of sections that begin at 0. */
function manySections(count: number, name = ""): Buffer {
  const names = Buffer.from(`\0${name}\0`);
  const bytes = Buffer.concat([Buffer.alloc(64 + count * 64), name === "" ? NOTHING : names]);
  bytes.write("\x7fELF\x02\x01\x01", "latin1");
  bytes.writeUInt32LE(64, 40);
  bytes.writeUInt16LE(64, 52);
  bytes.writeUInt16LE(64, 58);
  bytes.writeUInt16LE(count, 60);
  for (let at = 64; at < 64 + count * 64; at += 64) {
    if (name !== "") bytes.writeUInt32LE(1, at);
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(bytes.length, at + 32);
  }
  if (name !== "") bytes.writeUInt32LE(64 + count * 64, 64 + 24); // the first one has the names
  return bytes;
}

const NOTHING = Buffer.alloc(0);

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
