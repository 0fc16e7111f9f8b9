import { spawnSync } from "node:child_process";

/** Whether all of these commands are installed. Tests that need a missing one are skipped. */
export function installed(...commands: readonly string[]): boolean {
  return commands.every(
    (command) => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0,
  );
}
