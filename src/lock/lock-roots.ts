import type { AbortSignalLike } from "../core/events.ts";
import { LOCK_HELD, type HeldLocks, lockDirs } from "./dir-locks.ts";
import { native } from "../native/native.ts";
import { startTimer } from "../core/start-timer.ts";
import { lockSet } from "./lock-set.ts";
import { type GivenPaths, findRoots } from "../walk/roots.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";

/** Waiting times in milliseconds. */
interface Timeouts {
  /** After this time the run continues without locks: a run that hangs must not stop all later ones. */
  readonly giveUp: number;
  /** After this time the run emits an event. */
  readonly report: number;
}
const TIMEOUTS: Timeouts = { giveUp: 10 * 60_000, report: 1000 };
/** Milliseconds between two attempts. */
const FIRST_PAUSE = 10;
const MAX_PAUSE = 250;

const NO_LOCKS: HeldLocks = { release: () => undefined };

/**
 * Locks the directories in which this run may change something, and waits for other runs that hold conflicting locks.
 * What the walk sees is therefore not changed by other runs before the plan is executed, and runs over overlapping
 * trees have the same result as one after the other.
 *
 * A run that changes nothing takes no locks; without the native calls, no run does. The wait ends early if the pool is
 * stopped.
 *
 * @throws DedupeError if a root does not exist.
 */
export async function lockRoots(
  { changesDisk, ...given }: GivenPaths & { readonly changesDisk: boolean },
  pool: WorkerPool,
  signal?: AbortSignalLike,
  timeouts: Timeouts = TIMEOUTS,
): Promise<HeldLocks> {
  if (!changesDisk || process.env[LOCK_HELD] === "1") return NO_LOCKS;
  const calls = native();
  if (calls === undefined) return NO_LOCKS;
  const seconds = startTimer();
  const dirs = lockSet(await findRoots(given));
  let reported = false;
  for (let pause = FIRST_PAUSE; !pool.stopped; pause = Math.min(2 * pause, MAX_PAUSE)) {
    const locked = lockDirs(dirs, calls);
    if (typeof locked === "object") return locked;
    const waited = 1000 * seconds();
    if (waited >= timeouts.giveUp) {
      pool.emit({ type: "wait", path: locked, over: true });
      break;
    }
    if (!reported && waited >= timeouts.report) {
      reported = true;
      pool.emit({ type: "wait", path: locked, over: false });
    }
    // Randomised, so that two runs that give way to each other do not do so again and again.
    await sleep(pause * (0.5 + Math.random() / 2), signal);
  }
  return NO_LOCKS;
}

/** Resolves after a time, or when the signal aborts. */
function sleep(milliseconds: number, signal: AbortSignalLike | undefined): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    signal?.addEventListener("abort", wake);
  });
}
