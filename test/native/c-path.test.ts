import { describe, expect, it } from "vitest";
import { cPath } from "../../src/native/c-path.ts";

describe("cPath", () => {
  it.each(["", "a/b.o", "new\nline", "\u0001\u007f"])("leaves ASCII unchanged: %j", (path) => {
    expect(cPath(path)).toBe(path);
  });

  it("answers NUL-terminated bytes for anything else", () => {
    expect(cPath("\u00ff/\u0080")).toEqual(Buffer.from([0xff, 0x2f, 0x80, 0]));
  });

  it.each([
    ["a NUL: C would use the name before it", "a\0b"],
    ["a char above 255: its low byte is another name", "\u0161"],
  ])("refuses %s", (_, path) => {
    expect(() => cPath(path)).toThrow(TypeError);
  });
});
