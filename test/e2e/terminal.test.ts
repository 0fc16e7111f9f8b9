/** The built command on a terminal, which the `pty` module of Python provides. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { installed } from "../support/installed.ts";
import { CLI } from "../support/paths.ts";
import { TRUST } from "../support/run.ts";
import { makeTree } from "../support/tree.ts";

test.skipIf(!installed("python3")).each([
  { env: {}, colored: true },
  { env: { NO_COLOR: "1" }, colored: false },
])("a terminal, $env: colour $colored", ({ env, colored }) => {
  const root = makeTree({ "O0/a.o": "same", "O2/a.o": "same" });
  const { CI: _, ...others } = process.env;
  const done = spawnSync(
    "python3",
    ["-c", "import pty, sys; pty.spawn(sys.argv[1:])", process.execPath, CLI, ...TRUST, root],
    {
      encoding: "utf8",
      env: { ...others, TERM: "xterm", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  expect(done.stdout).toContain("link possible");
  expect(done.stdout.includes("\u001b[1m") || done.stdout.includes("\u001b[3")).toBe(colored);
});
