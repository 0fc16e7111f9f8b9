import type { BytePath } from "../byte-path.ts";
import { errnoOf } from "../errors.ts";
import { disk } from "./disk.ts";
import type { MarkCalls } from "./native/native.ts";

/**
 * How much of a folder a run works on; each meets the ones up to itself in the others' claims, see `MEETS`.
 * The numbers are positions from `FIRST` on.
 */
export const Claim = {
  /** All that is below it. */
  whole: 0,
  /** Single files in it. */
  files: 1,
  /** Something in a folder further down. */
  below: 2,
} as const;
export type Claim = (typeof Claim)[keyof typeof Claim];

/** "dedupe" in ASCII: a position that nobody else happens to mark, and that is known again in /proc/locks. */
const FIRST = 0x646564757065;
/** Claims of others, counted from `whole` on, that one claim cannot stand beside. */
const MEETS = { [Claim.whole]: 3, [Claim.files]: 2, [Claim.below]: 1 } as const;

/** Set for the commands that a run starts: what works in its folders on its behalf does not wait for it. */
export const CLAIMED = "DEDUPE_CLAIMED";

/** Folders that carry this run's claims, until they are released or the process ends. */
export interface MarkedFolders {
  /** May be called again. */
  release(): void;
}

/**
 * Claims folders, all or none: the claims as held, or the path of a folder that another run has claimed.
 * A folder that cannot be opened, or whose file system takes no marks, is passed over.
 *
 * Every claim is announced before the first one is looked for. So of two runs whose claims meet one sees
 * the other in any case; where both do, both give way.
 */
export function markFolders(
  wanted: ReadonlyMap<BytePath, ReadonlySet<Claim>>,
  calls: MarkCalls,
): MarkedFolders | BytePath {
  const held = openEach(wanted);
  const release = (): void => held.splice(0).forEach(({ fd }) => disk.close(fd));
  for (const { fd, claims } of held) for (const claim of claims) calls.mark(fd, FIRST + claim);
  for (const { fd, claims, path } of held) {
    const met = Math.max(...[...claims].map((claim) => MEETS[claim]));
    if (calls.hasMark(fd, FIRST, met) !== true) continue;
    release();
    return path;
  }
  return { release };
}

interface Held {
  readonly fd: number;
  readonly path: BytePath;
  readonly claims: Set<Claim>;
}

/** Each folder is opened once, however many paths lead to it: a mark is seen by every other descriptor. */
function openEach(wanted: ReadonlyMap<BytePath, ReadonlySet<Claim>>): Held[] {
  const held = new Map<string, Held>();
  for (const [path, claims] of wanted) {
    let fd = -1;
    try {
      fd = disk.openFolder(path);
      const { dev, ino } = disk.fstat(fd);
      const known = held.get(`${dev}:${ino}`);
      if (known === undefined) {
        held.set(`${dev}:${ino}`, { fd, path, claims: new Set(claims) });
        continue;
      }
      for (const claim of claims) known.claims.add(claim);
    } catch (error) {
      errnoOf(error);
    }
    if (fd >= 0) disk.close(fd);
  }
  return [...held.values()];
}
