import { constants } from "node:os";
import { describe, expect, it } from "vitest";
import { errnoName, isErrno } from "../../src/native/errno.ts";

describe("errnoName", () => {
  it.each(["ENOENT", "EXDEV", "EEXIST", "EMLINK", "EAGAIN", "ENOTSUP", "EINVAL"] as const)(
    "%s",
    (name) => {
      expect(errnoName(constants.errno[name])).toBe(name);
    },
  );

  it("gives a number that nobody knows as such", () => {
    expect(errnoName(4711)).toBe("E4711");
  });
});

describe("isErrno", () => {
  it.each([
    ["ENOENT", true],
    ["E117", true],
    ["", false],
    ["differs", false],
    [0, false],
    [[], false],
    [undefined, false],
  ])("%j: %s", (answer, expected) => {
    expect(isErrno(answer)).toBe(expected);
  });
});
