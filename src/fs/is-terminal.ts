import { fstatSync, statSync } from "node:fs";
import { devNull } from "node:os";

/** Whether a descriptor is a terminal. Loads Node's `tty`, which takes 2 ms, only for character devices. */
export function isTerminal(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    if (!stat.isCharacterDevice() || stat.rdev === statSync(devNull).rdev) return false;
  } catch {
    // Let `tty` decide.
  }
  return process.getBuiltinModule("node:tty").isatty(fd);
}
