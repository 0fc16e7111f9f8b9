import { constants } from "node:os";
import { expect, test } from "vitest";
import { describeErrno } from "../../src/core/errno-messages.ts";

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
