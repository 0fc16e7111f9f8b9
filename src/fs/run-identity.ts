import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { fnv1a } from "../core/fnv1a.ts";

/** Who made a temporary, so that a later run can tell whether its maker still lives. */
export interface RunIdentity {
  /** Machine, boot and process namespace, as 8 hex digits: within one, process numbers mean something. */
  readonly place: string;
  readonly pid: number;
  /** Start of the process in clock ticks since boot (proc(5), field 22): tells it from a later one of that number. */
  readonly start: string;
}

let own: RunIdentity | undefined;

export function ownIdentity(): RunIdentity {
  own ??= { place: placeOf(), pid: process.pid, start: startOf(process.pid) ?? "0" };
  return own;
}

/** Whether the process that made a temporary is alive; undefined where that cannot be known from here. */
export function isAlive({ place, pid, start }: RunIdentity): boolean | undefined {
  if (place !== ownIdentity().place) return undefined;
  const now = start === "0" ? undefined : startOf(pid);
  if (now !== undefined) return now === start;
  // No such process, or /proc does not show that of another user (hidepid).
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function placeOf(): string {
  const boot = tryRead(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1"));
  const processes = tryRead(() => readlinkSync("/proc/self/ns/pid"));
  return fnv1a(`${hostname()}|${boot}|${processes}`).toString(16).padStart(8, "0");
}

function startOf(pid: number): string | undefined {
  const stat = tryRead(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  // The second field is the program's name in parentheses, which may hold spaces and parentheses.
  const ticks = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return ticks === undefined ? undefined : BigInt(ticks).toString(36);
}

function tryRead(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined; // not Linux, or no /proc
  }
}
