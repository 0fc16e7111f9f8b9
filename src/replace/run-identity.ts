import { hostname } from "node:os";
import type { BytePath } from "../core/byte-path.ts";
import { fnv1a } from "../core/fnv1a.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import {
  type FileIdentity,
  type RunIdentity,
  nameHash,
  temporaryPrefix,
  temporarySuffix,
} from "../core/temporary-name.ts";
import { disk } from "../fs/disk.ts";

let own: RunIdentity | undefined;

/** The identity of this process. */
export function ownIdentity(): RunIdentity {
  own ??= { place: readPlace(), pid: process.pid, start: readProcess(process.pid)?.start ?? "0" };
  return own;
}

/** Whether a process is alive; undefined if it ran on another machine, before a reboot, or in another container. */
export function isAlive({ place, pid, start }: RunIdentity): boolean | undefined {
  if (place !== ownIdentity().place) return undefined;
  const current = start === "0" ? undefined : readProcess(pid);
  if (current !== undefined) return current.start === start && !current.hasEnded;
  // Either there is no such process, or /proc does not show other users' processes (hidepid).
  const signalled = tryErrno(() => process.kill(pid, 0));
  return !isErrno(signalled) || signalled.code === "EPERM";
}

let prefix: string | undefined;
let lastNumber = Math.floor(Math.random() * 2 ** 29);

/** A new temporary name for a link to `keeper` that is to replace a name, which leads to `target`. */
export function makeTemporaryName(
  keeper: FileIdentity,
  target: FileIdentity,
  replaced: BytePath,
): BytePath {
  return makeName(keeper, target, replaced, false);
}

/** A new temporary name for a new file that is to replace a name: `PARTIAL` until it is complete, then that file. */
export function makeCopyName(
  copy: FileIdentity,
  target: FileIdentity,
  replaced: BytePath,
): BytePath {
  return makeName(copy, target, replaced, true);
}

function makeName(
  keeper: FileIdentity,
  target: FileIdentity,
  replaced: BytePath,
  isCopy: boolean,
): BytePath {
  prefix ??= temporaryPrefix(ownIdentity());
  lastNumber += 1;
  return (
    prefix + temporarySuffix({ keeper, target, replaces: nameHash(replaced), isCopy }, lastNumber)
  );
}

function readPlace(): string {
  const boot = tryErrno(() => readText("/proc/sys/kernel/random/boot_id"));
  const namespace = tryErrno(() => disk.readLink("/proc/self/ns/pid"));
  const parts = [hostname(), boot, namespace].map((part) => (isErrno(part) ? undefined : part));
  return fnv1a(parts.map(String).join("|")).toString(16).padStart(8, "0");
}

/**
 * What /proc/pid/stat tells about a process (proc(5)): its start time (field 22) in base 36, and whether all of its threads
 * have ended. The entry of a killed process stays (state Z) until its parent asks for its exit status; in a container,
 * that may be never.
 */
function readProcess(pid: number): { start: string; hasEnded: boolean } | undefined {
  const stat = tryErrno(() => readText(`/proc/${pid}/stat`));
  if (isErrno(stat)) return undefined;
  // Field 2 is the program's name in parentheses, which may contain spaces and parentheses. Field 3 is next.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  const threads = Number(fields[17]);
  const ticks = fields[19];
  if (ticks === undefined) return undefined;
  return {
    start: BigInt(ticks).toString(36),
    hasEnded: (state === "Z" || state === "X") && threads <= 1,
  };
}

function readText(path: string): string {
  return disk.readWhole(path).toString("latin1");
}
