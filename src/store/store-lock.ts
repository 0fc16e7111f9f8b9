import { type BytePath, join } from "../core/byte-path.ts";
import { startTimer } from "../core/start-timer.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { native } from "../native/native.ts";

/** The store's lock, held until it is released or the process ends. */
export interface StoreLock {
  /** May be called more than once. */
  release(): void;
}

/** Why there is no lock: another process holds a conflicting one, or locks cannot be taken here. */
export type NoLock = "busy" | "unsupported";

const LOCK_FILE = "lock";
/** The locked position of the file. */
const POSITION = 0;
const HELD_BY_OTHERS: ReadonlySet<string> = new Set(["EAGAIN", "EACCES", "EWOULDBLOCK"]);

/**
 * Locks a store without waiting: shared to look entries up and put some in, exclusively to trim. So a trim finds every
 * link of a run either made or not yet looked for.
 */
export function tryLockStore(store: BytePath, kind: "shared" | "exclusive"): StoreLock | NoLock {
  const calls = native();
  if (calls === undefined) return "unsupported";
  const fd = tryErrno(() => disk.openLockFile(join(store, LOCK_FILE)));
  if (isErrno(fd)) return "unsupported";
  const locked =
    kind === "shared" ? calls.lockShared(fd, POSITION) : calls.lockExclusive(fd, POSITION);
  let isOpen = true;
  const release = (): void => {
    if (isOpen) disk.close(fd);
    isOpen = false;
  };
  if (!isErrno(locked)) return { release };
  release();
  return HELD_BY_OTHERS.has(locked.code) ? "busy" : "unsupported";
}

/** Milliseconds between two attempts. */
const PAUSE = 25;
/** Milliseconds after which a run goes on without the store. A trim of a million entries takes some 10 s. */
const GIVE_UP = 20_000;

/** Locks a store shared, and waits for a trim to end. */
export async function lockStoreShared(
  store: BytePath,
  stopped: () => boolean,
  giveUp = GIVE_UP,
): Promise<StoreLock | NoLock> {
  const seconds = startTimer();
  for (;;) {
    const lock = tryLockStore(store, "shared");
    if (lock !== "busy" || stopped() || 1000 * seconds() >= giveUp) return lock;
    await new Promise((resolve) => {
      setTimeout(resolve, PAUSE);
    });
  }
}
