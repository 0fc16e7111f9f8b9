import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elfComments, elfSections } from "../../src/formats/elf.ts";
import { elf } from "../support/contents.ts";
import { sourceOf } from "../support/reused-buffer.ts";

const file = elf("object", "code", { comments: ["GCC: (x) 1", "mold 2"], sections: [".a", ".b"] });
const sectionsIn = (bytes: Uint8Array, isWanted: (name: string) => boolean = () => true) =>
  elfSections(sourceOf(bytes), isWanted);

describe("ELF", () => {
  test("sections, as far as they are wanted", () => {
    expect(sectionsIn(file).map(({ name }) => name)).toEqual([".shstrtab", ".comment", ".a", ".b"]);
    expect(sectionsIn(file, (name) => name === ".b")).toHaveLength(1);
  });

  test("the strings of a comment", () => {
    const [comment] = sectionsIn(file, (name) => name === ".comment");
    expect(elfComments(sourceOf(file), comment)).toEqual(["GCC: (x) 1", "mold 2"]);
  });

  test("a real program", () => {
    const names = sectionsIn(readFileSync(process.execPath)).map(({ name }) => name);
    if (process.platform === "linux") expect(names).toContain(".text");
  });

  test.each([
    ["an empty file", Buffer.alloc(0)],
    ["another format", Buffer.alloc(100, "x")],
    ["only the header", file.subarray(0, 64)],
    ["no section table", file.subarray(0, file.length - 1)],
  ])("%s has no sections", (_, bytes) => expect(sectionsIn(bytes)).toEqual([]));
});

describe("on hostile input", () => {
  const numbers = fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, 1, 0xffff, 0xffff_ffff));

  test("changed bytes never fail, and are read within bounds", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(file.length - 4), numbers), { maxLength: 6 }),
        fc.nat(file.length),
        (changes, length) => {
          const bytes = Buffer.from(file);
          for (const [at, value] of changes) bytes.writeUInt32LE(value, at);
          const cut = bytes.subarray(0, length);
          for (const section of sectionsIn(cut)) {
            for (const text of elfComments(sourceOf(cut), section))
              expect(text.length).toBeLessThanOrEqual(cut.length);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("so do random bytes after the magic number", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        sectionsIn(Buffer.concat([file.subarray(0, 4), bytes]));
      }),
      { numRuns: 2000 },
    );
  });
});
