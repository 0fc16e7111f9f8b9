import type { BytePath } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import type { LockCalls } from "../native/native.ts";

/** How much of a directory a run may change. The numbers are lock positions, relative to `FIRST_POSITION`. */
export const LockKind = {
  /** Everything in it, at any depth. */
  tree: 0,
  /** Files directly in it. */
  files: 1,
  /** Something in a directory below it. */
  below: 2,
} as const;
export type LockKind = (typeof LockKind)[keyof typeof LockKind];

/** How many kinds, counted from `tree`, a lock conflicts with if another run holds them. */
const CONFLICTS = { [LockKind.tree]: 3, [LockKind.files]: 2, [LockKind.below]: 1 } as const;
/** "dedupe" in ASCII: no other program is likely to lock this position, and it is recognisable in /proc/locks. */
const FIRST_POSITION = 0x646564757065;

/** The environment variable that tells the commands which a run starts that it has locked their directories. */
export const LOCK_HELD = "DEDUPE_LOCKED";

/** Locks on directories, held until they are released or the process ends. */
export interface HeldLocks {
  /** May be called more than once. */
  release(): void;
}

/**
 * Locks all of the directories or none. Skips directories that cannot be opened, and those on a file system without
 * locks.
 *
 * All locks are taken before any is checked for conflicts. If two runs conflict, at least one of them therefore sees the
 * other; if both do, both give up.
 *
 * @returns The path of a directory that another run has locked, if there is one.
 */
export function lockDirs(
  wanted: ReadonlyMap<BytePath, ReadonlySet<LockKind>>,
  calls: LockCalls,
): HeldLocks | BytePath {
  const opened = openDirs(wanted);
  const release = (): void => opened.splice(0).forEach(({ fd }) => disk.close(fd));
  for (const { fd, kinds } of opened)
    for (const kind of kinds) calls.lockShared(fd, FIRST_POSITION + kind);
  for (const { fd, kinds, path } of opened) {
    const conflicts = Math.max(...Array.from(kinds, (kind) => CONFLICTS[kind]));
    if (calls.isLocked(fd, FIRST_POSITION, conflicts) !== true) continue;
    release();
    return path;
  }
  return { release };
}

interface OpenDir {
  readonly fd: number;
  readonly path: BytePath;
  readonly kinds: Set<LockKind>;
}

/** Opens each directory once, even if several paths lead to it, as two descriptors would conflict with each other. */
function openDirs(wanted: ReadonlyMap<BytePath, ReadonlySet<LockKind>>): OpenDir[] {
  const opened = new Map<string, OpenDir>();
  for (const [path, kinds] of wanted) {
    const fd = tryErrno(() => disk.openDir(path));
    if (isErrno(fd)) continue;
    const stat = tryErrno(() => disk.fstat(fd));
    const identity = isErrno(stat) ? undefined : `${stat.dev}:${stat.ino}`;
    const known = identity === undefined ? undefined : opened.get(identity);
    for (const kind of kinds) known?.kinds.add(kind);
    if (identity === undefined || known !== undefined) disk.close(fd);
    else opened.set(identity, { fd, path, kinds: new Set(kinds) });
  }
  return [...opened.values()];
}
