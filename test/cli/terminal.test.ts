import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import { describe, expect, test } from "vitest";
import { installed } from "../support/installed.ts";
import { CLI } from "../support/paths.ts";
import { makeTree } from "../support/tree.ts";
import { decideOutputStyle } from "../../src/cli/terminal.ts";
import { isTerminal } from "../../src/fs/is-terminal.ts";

const terminal = [1, 2];
const pipes: number[] = [];

test.each([
  { it: "a terminal", flags: {}, streams: terminal, env: {}, color: true, progress: true },
  { it: "pipes", flags: {}, streams: pipes, env: {}, color: false, progress: false },
  {
    it: "stdout in a pipe",
    flags: {},
    streams: [2],
    env: {},
    color: false,
    progress: true,
  },
  {
    it: "NO_COLOR",
    flags: {},
    streams: terminal,
    env: { NO_COLOR: "1" },
    color: false,
    progress: true,
  },
  {
    it: "an empty NO_COLOR",
    flags: {},
    streams: terminal,
    env: { NO_COLOR: "" },
    color: true,
    progress: true,
  },
  { it: "CI", flags: {}, streams: terminal, env: { CI: "true" }, color: false, progress: false },
  {
    it: "a dumb terminal",
    flags: {},
    streams: terminal,
    env: { TERM: "dumb" },
    color: false,
    progress: false,
  },
  {
    it: "--quiet",
    flags: { quiet: true as const },
    streams: terminal,
    env: {},
    color: true,
    progress: false,
  },
  {
    it: "--color and --progress in pipes",
    flags: { color: true, progress: true },
    streams: pipes,
    env: { CI: "1", NO_COLOR: "1" },
    color: true,
    progress: true,
  },
  {
    it: "--no-color and --no-progress",
    flags: { color: false, progress: false },
    streams: terminal,
    env: {},
    color: false,
    progress: false,
  },
])("$it: colour $color, progress $progress", ({ flags, streams, env, color, progress }) => {
  expect(decideOutputStyle(flags, (descriptor) => streams.includes(descriptor), env)).toEqual({
    color,
    progress,
  });
});

describe("isTerminal", () => {
  test.each([devNull, "/dev/zero", import.meta.filename])("%s is none", (path) => {
    const descriptor = openSync(path, "r");
    expect(isTerminal(descriptor)).toBe(false);
    closeSync(descriptor);
  });

  test("a closed descriptor is none", () => {
    expect(isTerminal(9999)).toBe(false);
  });

  // Python's pty makes a real one.
  test.skipIf(!installed("python3")).each([
    { env: {}, colored: true },
    { env: { NO_COLOR: "1" }, colored: false },
  ])("a terminal, $env: colour $colored", ({ env, colored }) => {
    const root = makeTree({ "O0/a.o": "same", "O2/a.o": "same" });
    const { CI: _, ...others } = process.env;
    const done = spawnSync(
      "python3",
      ["-c", "import pty, sys; pty.spawn(sys.argv[1:])", process.execPath, CLI, root],
      {
        encoding: "utf8",
        env: { ...others, TERM: "xterm", ...env },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    expect(done.stdout).toContain("duplicate sets");
    expect(done.stdout.includes("\u001b[1m") || done.stdout.includes("\u001b[3")).toBe(colored);
  });
});
