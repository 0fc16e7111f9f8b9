import { type BytePath, join } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import type { Problem } from "../core/report.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { isTemporaryName } from "../core/temporary-name.ts";
import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { type FileStat, disk } from "../fs/disk.ts";
import { HintRecords, writeHints } from "./inode-hints.ts";
import { bucketOf } from "./layout.ts";
import type { Store } from "./open-store.ts";
import { entryPath, scanStore } from "./scan-store.ts";
import { TEMPORARY_DIR } from "./temporaries.ts";
import { noteTrim } from "./trim-times.ts";

const DAY = 24 * 3600 * 1000;
/** Milliseconds without use after which an entry is removed, as in the build cache of Go. */
export const MAX_AGE = 5 * DAY;
/** Milliseconds after which a temporary in the store's own directory belongs to no run that is alive. */
const ABANDONED = DAY;
/** Removed entries between two yields to the event loop. */
const STEP = 500;
const FIRST_SIZE = 1024;
const DIGEST_LENGTH = 64;

export interface TrimOptions {
  /** Milliseconds without use after which an entry is removed. */
  readonly maxAge: number;
  /** Bytes on the disk that unused entries may take together; undefined: any. */
  readonly maxSize?: number | undefined;
  readonly dryRun: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Trimmed {
  /** Entries that were removed; in a dry run, that would be. */
  readonly removed: number;
  /** Their bytes on the disk. */
  readonly removedBytes: number;
  /** Entries that stay. */
  readonly kept: number;
  readonly problems: readonly Problem[];
}

/**
 * Removes entries that no tree uses: those with a single link, whose last tree has let go of them `maxAge` ago. That is
 * what their change time says, which a link and its removal set. The longest unused ones go first.
 *
 * The caller holds the exclusive lock of the store. Each entry is looked at again right before it is removed. A program
 * that runs from an entry goes on running.
 */
export async function trimStore(
  store: Store,
  options: TrimOptions,
  stopped: () => boolean = () => false,
): Promise<Trimmed> {
  const problems: Problem[] = [];
  const unused = new UnusedEntries();
  /** The entries that stay. */
  const hints = new HintRecords();
  let entries = 0;
  await scanStore(
    store.path,
    {
      entry({ digest }, { name }, stat) {
        entries += 1;
        if (stat.links === 1) unused.add(name, stat.toStat());
        else hints.add(digest, stat.inode);
      },
      stranger: () => undefined,
    },
    stopped,
  );
  const { chosen, others, bytes } = unused.choose(options);
  if (options.dryRun)
    return { removed: chosen.length, removedBytes: bytes, kept: entries - chosen.length, problems };
  let removed = 0;
  let removedBytes = 0;
  for (const [i, entry] of chosen.entries()) {
    if (i % STEP === STEP - 1) await yieldToEventLoop();
    if (stopped()) break;
    const name = unused.names[entry];
    const digest = name.slice(0, DIGEST_LENGTH);
    const freed = removeUnused(entryPath(store.path, { bucket: bucketOf(digest), name }));
    if (typeof freed === "object") problems.push(freed);
    if (typeof freed !== "number") {
      hints.add(digest, unused.inode(entry));
      continue;
    }
    removed += 1;
    removedBytes += freed;
  }
  for (const entry of others)
    hints.add(unused.names[entry].slice(0, DIGEST_LENGTH), unused.inode(entry));
  if (!stopped()) tidy(store.path, hints, options.now, problems);
  return { removed, removedBytes, kept: entries - removed, problems };
}

/** The unused entries of a store, as columns: there may be a million. */
class UnusedEntries {
  readonly names: BytePath[] = [];
  #count = 0;
  #inodes = new BigUint64Array(FIRST_SIZE);
  /** Milliseconds since 1970. */
  #since = new Float64Array(FIRST_SIZE);
  /** On the disk. */
  #bytes = new Float64Array(FIRST_SIZE);

  add(name: BytePath, { ino, ctimeNs, blocks }: FileStat): void {
    if (this.#count === this.#since.length) this.#grow();
    this.names.push(name);
    this.#inodes[this.#count] = ino;
    this.#since[this.#count] = Number(ctimeNs / 1_000_000n);
    this.#bytes[this.#count] = blocks * 512;
    this.#count += 1;
  }

  inode(entry: number): bigint {
    return this.#inodes[entry];
  }

  /** The numbers of those to be removed, the longest unused ones first, those of the others, and the bytes of the first. */
  choose({ maxAge, maxSize = Number.POSITIVE_INFINITY, now }: TrimOptions): {
    readonly chosen: Uint32Array;
    readonly others: Uint32Array;
    readonly bytes: number;
  } {
    const since = this.#since;
    const order = Uint32Array.from({ length: this.#count }, (_, entry) => entry).sort(
      (a, b) => since[a] - since[b] || (this.names[a] < this.names[b] ? -1 : 1),
    );
    const all = this.#bytes.reduce((sum, bytes) => sum + bytes, 0);
    let left = all;
    let count = 0;
    for (const entry of order) {
      if (now - since[entry] < maxAge && left <= maxSize) break;
      left -= this.#bytes[entry];
      count += 1;
    }
    return { chosen: order.subarray(0, count), others: order.subarray(count), bytes: all - left };
  }

  #grow(): void {
    const size = 2 * this.#count;
    const [inodes, since, bytes] = [this.#inodes, this.#since, this.#bytes];
    this.#inodes = new BigUint64Array(size);
    this.#inodes.set(inodes);
    this.#since = new Float64Array(size);
    this.#since.set(since);
    this.#bytes = new Float64Array(size);
    this.#bytes.set(bytes);
  }
}

/** Removes an entry that still has a single link; the bytes that this frees, undefined if it is in use or gone. */
function removeUnused(path: BytePath): number | Problem | undefined {
  const freed = tryErrno(() => {
    const { nlink, blocks } = disk.lstat(path);
    if (nlink !== 1n) return undefined;
    disk.unlink(path);
    return Number(blocks) * 512;
  });
  if (!isErrno(freed)) return freed;
  if (freed.code === "ENOENT") return undefined;
  return { path, code: freed.code, message: `it is not removed: ${describeErrno(freed.code)}` };
}

/** Removes what killed runs have left, writes the hints anew, and notes the time of the trim. */
function tidy(store: BytePath, hints: HintRecords, now: number, problems: Problem[]): void {
  removeTemporaries(join(store, TEMPORARY_DIR), () => true);
  removeTemporaries(
    store,
    (path, name) => isTemporaryName(name) && now - Number(disk.lstat(path).mtimeMs) > ABANDONED,
  );
  writeHints(store, hints.bytes()); // without them, the next run reads more
  const noted = noteTrim(store, now);
  if (noted !== undefined) problems.push(noted);
}

function removeTemporaries(
  dir: BytePath,
  isLeft: (path: BytePath, name: BytePath) => boolean,
): void {
  const entries = tryErrno(() => disk.readDir(dir));
  for (const { name } of isErrno(entries) ? [] : entries) {
    const path = join(dir, name);
    tryErrno(() => {
      if (isLeft(path, name)) disk.unlink(path);
    });
  }
}
