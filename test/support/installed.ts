import { spawnSync } from "node:child_process";

/** Whether all of these commands are there; what needs one that is not is skipped. */
export function installed(...commands: readonly string[]): boolean {
  return commands.every(
    (command) => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0,
  );
}
