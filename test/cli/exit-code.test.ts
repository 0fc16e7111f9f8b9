import { expect, test } from "vitest";
import { exitCodeOf } from "../../src/cli/exit-code.ts";

test.each([
  { failures: 0, findings: false, signal: undefined, code: 0 },
  { failures: 0, findings: true, signal: undefined, code: 1 },
  { failures: 1, findings: false, signal: undefined, code: 3 },
  { failures: 1, findings: true, signal: undefined, code: 3 },
  { failures: 1, findings: true, signal: "SIGINT", code: 130 },
  { failures: 0, findings: false, signal: "SIGTERM", code: 143 },
] as const)("$failures failures, findings: $findings, $signal: $code", ({ code, ...run }) => {
  expect(exitCodeOf(run)).toBe(code);
});
