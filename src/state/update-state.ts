import type { BytePath } from "../core/byte-path.ts";
import { type Result, isErrno, tryErrno } from "../core/result.ts";
import { startTimer } from "../core/start-timer.ts";
import { disk } from "../fs/disk.ts";
import { native } from "../native/native.ts";
import type { StateHome } from "./load-state.ts";
import { readState, savedAtOf, writeState } from "./state-files.ts";
import type { State } from "./state.ts";

/** Milliseconds between two attempts. */
const PAUSE = 5;
/** Milliseconds after which a run writes without the lock: a run that hangs must not stop all later ones. */
const GIVE_UP = 10_000;
/** How often a file may appear and disappear again before a run overwrites it. */
const MOST_ATTEMPTS = 10;
/** The locked position of the file. */
const POSITION = 0;
const HELD_BY_OTHERS: ReadonlySet<string> = new Set(["EAGAIN", "EACCES", "EWOULDBLOCK"]);

/**
 * Replaces a state. Runs over different roots may share one: the file is locked meanwhile, so that none of them
 * overwrites what another one has written since `home` was loaded. Without the native calls, there is no lock.
 *
 * @param make Returns the new state, given the one that another run has written since; undefined to leave the file
 *   alone. Called again if another run creates the file at the same time.
 */
export function updateState(
  home: Pick<StateHome, "file" | "cache" | "root" | "state">,
  make: (newer: State | undefined) => State | undefined,
): Result {
  for (let attempt = 1; ; attempt += 1) {
    const lock = lockFile(home.file);
    try {
      const state = make(newerState(home));
      if (state === undefined) return undefined;
      const mustCreate = lock === "missing" && attempt < MOST_ATTEMPTS;
      const written = writeState(home.file, state, home.cache, mustCreate);
      if (!isErrno(written) || written.code !== "EEXIST" || !mustCreate) return written;
    } finally {
      if (typeof lock === "object") lock.release();
    }
  }
}

/** The state that another run has written since this one was read; undefined if there is none. */
function newerState({
  file,
  root,
  state: { savedAt },
}: Pick<StateHome, "file" | "root" | "state">): State | undefined {
  const writtenAt = savedAtOf(file);
  if (writtenAt === undefined || writtenAt <= savedAt) return undefined;
  const state = readState(file, root);
  return isErrno(state) || typeof state === "string" ? undefined : state;
}

/** Waits until no other run has the file locked. Undefined if locks cannot be taken here. */
function lockFile(path: BytePath): { release(): void } | "missing" | undefined {
  const calls = native();
  if (calls === undefined) return undefined;
  const seconds = startTimer();
  while (1000 * seconds() < GIVE_UP) {
    const fd = tryErrno(() => disk.openForWriting(path));
    if (isErrno(fd)) return fd.code === "ENOENT" ? "missing" : undefined;
    const locked = calls.lockExclusive(fd, POSITION);
    // The file that a run waits for is replaced meanwhile.
    if (!isErrno(locked) && leadsTo(path, fd)) return { release: () => disk.close(fd) };
    disk.close(fd);
    if (!isErrno(locked)) continue;
    if (!HELD_BY_OTHERS.has(locked.code)) return undefined;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
  }
  return undefined;
}

function leadsTo(path: BytePath, fd: number): boolean {
  const [there, open] = [tryErrno(() => disk.lstat(path)), tryErrno(() => disk.fstat(fd))];
  return !isErrno(there) && !isErrno(open) && there.ino === open.ino && there.dev === open.dev;
}
