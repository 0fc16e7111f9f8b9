import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import { afterEach, expect, test } from "vitest";
import { isAlive, ownIdentity } from "../../src/replace/run-identity.ts";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Starts a shell command that prints a process id. */
async function pidFrom(script: string): Promise<number> {
  const child = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  const [line] = await new Promise<Buffer[]>((resolve) => {
    child.stdout.once("data", (...data: Buffer[]) => resolve(data));
  });
  return Number(line.toString());
}

const statOf = (pid: number): string[] =>
  fs.readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1].split(" ");
const startOf = (pid: number): string => BigInt(statOf(pid)[19]).toString(36);

test("a process that works is alive, and one that started at another time is another one", async () => {
  const pid = await pidFrom("echo $$; exec sleep 60");
  const { place } = ownIdentity();
  expect(isAlive({ place, pid, start: startOf(pid) })).toBe(true);
  expect(isAlive({ place, pid, start: "1" })).toBe(false);
  expect(isAlive({ place: "0badcafe", pid, start: startOf(pid) })).toBe(undefined);
});

test("a killed process is dead, even if its parent never asks for its exit status", async () => {
  // The second sleep takes the place of the shell, and knows nothing of its child.
  const pid = await pidFrom("sleep 60 & echo $!; exec sleep 60");
  const start = startOf(pid);
  process.kill(pid, "SIGKILL");
  await expect.poll(() => statOf(pid)[0]).toBe("Z");
  expect(isAlive({ place: ownIdentity().place, pid, start })).toBe(false);
});
