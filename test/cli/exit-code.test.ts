import { expect, test } from "vitest";
import { exitCodeOf } from "../../src/cli/exit-code.ts";
import type { Report } from "../../src/core/report.ts";

const report = (failed: number, replaceable: number): Report =>
  ({ totals: { failed, replaceable } }) as Report;

test.each([
  { failed: 0, replaceable: 0, check: false, signal: undefined, code: 0 },
  { failed: 0, replaceable: 5, check: false, signal: undefined, code: 0 },
  { failed: 0, replaceable: 5, check: true, signal: undefined, code: 1 },
  { failed: 0, replaceable: 0, check: true, signal: undefined, code: 0 },
  { failed: 1, replaceable: 5, check: false, signal: undefined, code: 3 },
  { failed: 1, replaceable: 5, check: true, signal: undefined, code: 3 },
  { failed: 1, replaceable: 5, check: true, signal: "SIGINT", code: 130 },
  { failed: 0, replaceable: 0, check: false, signal: "SIGTERM", code: 143 },
] as const)(
  "$failed failed, $replaceable left, check $check, $signal: $code",
  ({ failed, replaceable, check, signal, code }) => {
    expect(exitCodeOf(report(failed, replaceable), check, signal)).toBe(code);
  },
);
