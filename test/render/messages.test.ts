import { expect, test } from "vitest";
import { renderProblem, renderWait, renderWarning } from "../../src/render/messages.ts";

const PATH = "a\nb\xff.o";
const SHOWN = "a\\nb\\xff.o";

test.each([
  [
    renderProblem({ path: PATH, code: "EACCES", message: "permission denied" }),
    `dedupe: ${SHOWN}: permission denied (EACCES)`,
  ],
  [
    renderWarning({ code: "archive", path: PATH, message: "written in place by \u001b" }),
    `dedupe: warning: ${SHOWN}: written in place by \\x1b`,
  ],
  [
    renderWait({ type: "wait", path: PATH, over: false }),
    `dedupe: waiting for another dedupe that is working on ${SHOWN}`,
  ],
  [
    renderWait({ type: "wait", path: PATH, over: true }),
    `dedupe: another dedupe is still working on ${SHOWN}; continuing anyway, run this again when it has ended`,
  ],
])("%j", (line, expected) => {
  expect(line).toBe(expected);
});
