import { constants } from "node:os";
import { expect, test } from "vitest";
import { describeErrno } from "../../src/core/errno-messages.ts";
import { errnoOf } from "../../src/core/errors.ts";

test.each([
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOSPC",
  "EMLINK",
  "EXDEV",
  "ENOENT",
  "ETXTBSY",
  "EEXIST",
  "ELOOP",
  "EISDIR",
])("%s has words of its own, on one line", (code) => {
  expect(describeErrno(code)).not.toContain(code);
  expect(describeErrno(code)).toMatch(/^[^\n]{5,}$/);
});

test("every errno of the system is told somehow", () => {
  for (const code of Object.keys(constants.errno)) expect(describeErrno(code)).toBeTruthy();
});

test("what is no system error is a defect, and is thrown on", () => {
  expect(errnoOf(Object.assign(new Error("x"), { code: "ENOENT", syscall: "open" }))).toBe(
    "ENOENT",
  );
  for (const error of [
    new TypeError("x"),
    Object.assign(new Error("x"), { code: "ERR_INVALID_ARG_VALUE" }),
  ]) {
    expect(() => errnoOf(error)).toThrow(error);
  }
});
