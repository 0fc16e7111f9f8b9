import fs from "node:fs";
import { constants } from "node:os";
import { describe, expect, test } from "vitest";
import { errno, errnoByNumber, errnoOf, isErrno, tryErrno } from "../../src/core/result.ts";

test("there is one errno per code", () => {
  expect(errno("ENOENT")).toBe(errno("ENOENT"));
  expect(errno("ENOENT")).not.toBe(errno("EXDEV"));
  expect(errno("ENOENT").code).toBe("ENOENT");
});

describe("errnoByNumber", () => {
  test.each(["ENOENT", "EXDEV", "EEXIST", "EMLINK", "EAGAIN", "ENOTSUP", "EINVAL"] as const)(
    "%s",
    (code) => {
      expect(errnoByNumber(constants.errno[code])).toBe(errno(code));
    },
  );

  test("a number without a name", () => {
    expect(errnoByNumber(4711)).toBe(errno("E4711"));
  });
});

test.each(["ENOENT", "", 0, [], undefined, null, { code: "ENOENT" }])(
  "isErrno: %j is a value",
  (value) => {
    expect(isErrno(value)).toBe(false);
    expect(isErrno(errno("ENOENT"))).toBe(true);
  },
);

describe("errnoOf", () => {
  test("a failed system call", () => {
    const error = Object.assign(new Error("x"), { code: "ENOENT", syscall: "open" });
    expect(errnoOf(error)).toBe(errno("ENOENT"));
  });

  test("a number that Node has no name for", () => {
    const error = Object.assign(new Error("x"), {
      code: "Unknown system error -116",
      errno: -116,
      syscall: "open",
    });
    expect(errnoOf(error)).toBe(errnoByNumber(116));
  });

  test.each([new TypeError("x"), Object.assign(new Error("x"), { code: "ERR_INVALID_ARG_VALUE" })])(
    "%s is a bug and is thrown again",
    (error) => {
      expect(() => errnoOf(error)).toThrow(error);
    },
  );
});

test("tryErrno answers the value or the errno", () => {
  expect(tryErrno(() => 7)).toBe(7);
  expect(tryErrno(() => fs.readFileSync("/nonexistent"))).toBe(errno("ENOENT"));
});
