import { expect, test } from "vitest";
import { decideOutputStyle } from "../../src/cli/output-style.ts";

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
])("$it: colour $color, progress $progress", ({ flags, streams, env, color, progress }) => {
  const given = { color: undefined, progress: undefined, quiet: false, ...flags };
  expect(decideOutputStyle(given, (descriptor) => streams.includes(descriptor), env)).toEqual({
    color,
    progress,
  });
});
