import { expect, test } from "vitest";
import { decideLook } from "../../src/cli/terminal.ts";

const terminal = { stdoutIsTerminal: true, stderrIsTerminal: true };
const pipes = { stdoutIsTerminal: false, stderrIsTerminal: false };

test.each([
  { it: "a terminal", flags: {}, streams: terminal, env: {}, color: true, progress: true },
  { it: "pipes", flags: {}, streams: pipes, env: {}, color: false, progress: false },
  {
    it: "stdout in a pipe",
    flags: {},
    streams: { ...terminal, stdoutIsTerminal: false },
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
    flags: { quiet: true },
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
] as const)(
  "$it: colour $color, progress $progress",
  ({ flags, streams, env, color, progress }) => {
    expect(decideLook(flags, streams, env)).toEqual({ color, progress });
  },
);
