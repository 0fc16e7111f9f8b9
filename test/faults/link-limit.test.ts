import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { CLI } from "../support/paths.ts";
import { TRUST } from "../support/run.ts";
import { hasStrace } from "../support/strace.ts";
import { cacheHome, makeTree } from "../support/tree.ts";

/** Runs the command where nothing tells the type of the file system, and where the calls of `faults` fail. */
function run(args: readonly string[], faults: readonly string[] = []): number | null {
  const hidden = ["-e", "trace=linkat,statfs", "-e", "inject=statfs:error=ENOSYS"];
  const injected = faults.flatMap((fault) => ["-e", `inject=${fault}`]);
  const command = [process.execPath, CLI, ...TRUST, "--jobs", "1", ...args];
  const env = { ...process.env, XDG_CACHE_HOME: cacheHome() };
  const options = { encoding: "utf8", env } as const;
  return spawnSync(
    "strace",
    ["-f", "-qq", "-o", "/dev/null", ...hidden, ...injected, ...command],
    options,
  ).status;
}

describe.skipIf(!hasStrace)("a file system whose link limit is unknown (needs strace)", () => {
  test.each([
    { count: 6, limit: 3 },
    { count: 600, limit: 300 },
  ])("$count equal files, $limit links at most: --check passes after a run", ({ count, limit }) => {
    const root = makeTree(
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`${1000 + i}.o`, "same"])),
    );
    const state = ["--state", `${makeTree({})}/state`];
    expect(run([...state, "--check", root])).toBe(1);
    expect(run([...state, "--hardlink", root], [`linkat:error=EMLINK:when=${limit}`])).toBe(0);
    expect(fs.statSync(`${root}/1000.o`).nlink).toBe(limit);
    expect(fs.statSync(`${root}/${999 + count}.o`).nlink).toBe(count - limit);
    expect(run([...state, "--check", root])).toBe(0);
    // Without a memory, it is not known.
    expect(run(["--no-state", "--check", root])).toBe(1);
    // A run that makes links tries again.
    expect(run([...state, "--hardlink", root])).toBe(0);
    expect(fs.statSync(`${root}/1000.o`).nlink).toBe(count);
  });
});
