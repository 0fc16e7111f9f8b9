import { fstatSync, statSync } from "node:fs";
import { devNull } from "node:os";

/** Whether a descriptor is a terminal. Node's module that tells takes 2 ms to load; files, pipes and the null device are told apart before. */
export function isTerminal(descriptor: number): boolean {
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isCharacterDevice() || stat.rdev === statSync(devNull).rdev) return false;
  } catch {
    // A system that cannot tell: the module decides.
  }
  return process.getBuiltinModule("node:tty").isatty(descriptor);
}
