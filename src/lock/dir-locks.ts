import type { BytePath } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import type { LockCalls } from "../native/native.ts";

/**
 * How much of a directory a run works on; each meets the ones up to itself in the others' claims, see `MEETS`.
 * The numbers are positions from `FIRST` on.
 */
export const LockKind = {
  /** All that is below it. */
  whole: 0,
  /** Single files in it. */
  files: 1,
  /** Something in a directory further down. */
  below: 2,
} as const;
export type LockKind = (typeof LockKind)[keyof typeof LockKind];

/** "dedupe" in ASCII: a position that nobody else happens to mark, and that is known again in /proc/locks. */
const FIRST = 0x646564757065;
/** Claims of others, counted from `whole` on, that one claim cannot stand beside. */
const MEETS = { [LockKind.whole]: 3, [LockKind.files]: 2, [LockKind.below]: 1 } as const;

/** Set for the commands that a run starts: what works in its directories on its behalf does not wait for it. */
export const LOCK_HELD = "DEDUPE_LOCKED";

/** Directories that carry this run's claims, until they are released or the process ends. */
export interface HeldLocks {
  /** May be called again. */
  release(): void;
}

/**
 * Claims directories, all or none: the claims as held, or the path of a directory that another run has claimed.
 * A directory that cannot be opened, or whose file system takes no marks, is passed over.
 *
 * Every claim is announced before the first one is looked for. So of two runs whose claims meet one sees
 * the other in any case; where both do, both give way.
 */
export function lockDirs(
  wanted: ReadonlyMap<BytePath, ReadonlySet<LockKind>>,
  calls: LockCalls,
): HeldLocks | BytePath {
  const held = openEach(wanted);
  const release = (): void => held.splice(0).forEach(({ fd }) => disk.close(fd));
  for (const { fd, claims } of held) for (const kind of claims) calls.lockShared(fd, FIRST + kind);
  for (const { fd, claims, path } of held) {
    const met = Math.max(...[...claims].map((kind) => MEETS[kind]));
    if (calls.isLocked(fd, FIRST, met) !== true) continue;
    release();
    return path;
  }
  return { release };
}

interface Held {
  readonly fd: number;
  readonly path: BytePath;
  readonly claims: Set<LockKind>;
}

/** Each directory is opened once, however many paths lead to it: a mark is seen by every other descriptor. */
function openEach(wanted: ReadonlyMap<BytePath, ReadonlySet<LockKind>>): Held[] {
  const held = new Map<string, Held>();
  for (const [path, claims] of wanted) {
    let fd = -1;
    const identity = tryErrno(() => {
      fd = disk.openDir(path);
      const { dev, ino } = disk.fstat(fd);
      return `${dev}:${ino}`;
    });
    const known = isErrno(identity) ? undefined : held.get(identity);
    if (!isErrno(identity) && known === undefined) {
      held.set(identity, { fd, path, claims: new Set(claims) });
      continue;
    }
    for (const kind of claims) known?.claims.add(kind);
    if (fd >= 0) disk.close(fd);
  }
  return [...held.values()];
}
