/** @module-tag slow */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runCommand } from "../../src/verify/run-command.ts";
import { emptyDir } from "../support/tree.ts";

/** Whether a process exists and is not a zombie. */
function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 100 && !condition(); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return condition();
}

describe.skipIf(process.platform !== "linux")("the command of --verify", () => {
  test.each([
    { command: "echo out; echo err >&2; exit 3", code: 3, output: "out\nerr\n" },
    { command: "true", code: 0, output: "" },
    { command: "no-such-command-here", code: 127, output: undefined },
    { command: "kill -9 $$", code: 137, output: "" },
    { command: "(sleep 0.05; echo late) & wait; echo end", code: 0, output: "late\nend\n" },
  ])("$command", async ({ command, code, output }) => {
    const result = await runCommand(command, undefined);
    expect(result.stopped).toBe(false);
    // A shell that a signal ends reports no code of its own to Node.
    expect([code, 128]).toContain(result.code);
    if (output !== undefined) expect(result.output).toBe(output);
  });

  test.each([
    { it: "that holds its output", command: "sleep 60 & echo $! > pid; echo done" },
    {
      it: "that ignores SIGTERM",
      command: `(trap '' TERM; sleep 60) & echo $! > pid; echo done`,
    },
  ])("ends with its shell; a background process $it is terminated", async ({ command }) => {
    const dir = emptyDir();
    const result = await runCommand(`cd ${dir}; ${command}`, undefined);
    expect([result.code, result.output]).toEqual([0, "done\n"]);
    const pid = Number(readFileSync(`${dir}/pid`, "utf8"));
    expect(await until(() => !isRunning(pid))).toBe(true);
  });

  test.each([
    { it: "a command", command: "echo $$ > pid; exec sleep 60" },
    {
      it: "a command that ignores SIGTERM",
      command: "echo $$ > pid; trap '' TERM; while :; do sleep 1; done",
    },
  ])("a signal ends $it", async ({ command }) => {
    const dir = emptyDir();
    const controller = new AbortController();
    const running = runCommand(`cd ${dir}; ${command}`, controller.signal);
    const pidOf = (): number => {
      try {
        return Number(readFileSync(`${dir}/pid`, "utf8"));
      } catch {
        return 0;
      }
    };
    expect(await until(() => pidOf() > 0)).toBe(true);
    controller.abort();
    expect((await running).stopped).toBe(true);
    expect(await until(() => !isRunning(pidOf()))).toBe(true);
  });
});
