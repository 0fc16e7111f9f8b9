import { attempt } from "./attempt.ts";
import { disk } from "./disk.ts";

/** Where the system does not tell: what macOS gives. */
const COMMON = 256;
let known: number | undefined;

/** Files that this process may have open at once (RLIMIT_NOFILE, which Node raises as far as it may). */
export function mostOpenFiles(): number {
  known ??= ask();
  return known;
}

/** proc_pid_limits(5). */
function ask(): number {
  const limits = attempt(() => ({ text: disk.readWhole("/proc/self/limits").toString("latin1") }));
  const found = typeof limits === "string" ? null : /^Max open files +(\d+)/m.exec(limits.text);
  return found === null ? COMMON : Number(found[1]);
}
