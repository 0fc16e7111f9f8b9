import type { AbortSignalLike } from "../core/events.ts";
import { LOCK_HELD, type HeldLocks, lockDirs } from "./dir-locks.ts";
import { native } from "../native/native.ts";
import type { Settings } from "../core/options.ts";
import { startTimer } from "../core/start-timer.ts";
import { lockSet } from "./lock-set.ts";
import { findRoots } from "../walk/roots.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";

/** All in milliseconds. */
interface Patience {
  /** From then on others are worked beside: a run that never ends must not stop all that come after it. */
  readonly most: number;
  /** When the listener is told that this run waits. */
  readonly silent: number;
}
const PATIENCE: Patience = { most: 10 * 60_000, silent: 1000 };
/** Milliseconds between two tries: at first, and at most. */
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 250;

/**
 * Keeps other runs that change something off the directories that this run works in, and waits until they
 * are done there. So what the walk sees stays until the plan is carried out, and several runs over trees
 * that overlap come to what they would come to one after the other.
 *
 * A run that changes nothing claims nothing; without native calls none does. `crew` is told of the wait, and ends it where it is to stop.
 *
 * @returns What gives the directories back.
 * @throws DedupeError where a root does not exist.
 */
export async function lockRoots(
  { paths, action, dryRun }: Settings,
  pool: WorkerPool,
  signal?: AbortSignalLike,
  { most, silent }: Patience = PATIENCE,
): Promise<HeldLocks> {
  if (action === "none" || dryRun || process.env[LOCK_HELD] === "1") return NOTHING;
  const calls = native();
  if (calls === undefined) return NOTHING;
  const seconds = startTimer();
  const dirs = lockSet(await findRoots(paths));
  let told = false;
  for (let pause = FIRST_PAUSE; !pool.stopped; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    const answer = lockDirs(dirs, calls);
    if (typeof answer !== "string") return answer;
    const waited = 1000 * seconds();
    if (waited >= most) {
      pool.emit({ type: "wait", path: answer, over: true });
      break;
    }
    if (!told && waited >= silent) {
      told = true;
      pool.emit({ type: "wait", path: answer, over: false });
    }
    // At random, since two runs that give way to each other must not meet again and again.
    await sleep(pause * (0.5 + Math.random() / 2), signal);
  }
  return NOTHING;
}

const NOTHING: HeldLocks = { release: () => undefined };

/** Ends early where the run is told to stop. */
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
