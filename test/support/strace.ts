/** Injects faults into the system calls of the built command with strace. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { CLI } from "./paths.ts";

export const hasStrace = spawnSync("strace", ["-V"]).error === undefined;

/**
 * The parameters of strace that run `dedupe <args>` with a fault at each of these calls, such as
 * `delay_enter=2000` (microseconds) or `signal=KILL:when=3`.
 */
export function withFault(calls: string, fault: string, args: readonly string[]): string[] {
  const command = [process.execPath, CLI, ...args];
  const quiet = ["-f", "-qq", "-o", "/dev/null"];
  return [...quiet, "-e", `trace=${calls}`, "-e", `inject=${calls}:${fault}`, ...command];
}

/** The process that strace runs. */
export function tracedBy(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return Number(children.trim().split(" ")[0]);
}
