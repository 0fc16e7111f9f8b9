import { type BytePath, join } from "../core/byte-path.ts";
import { type Result, isErrno } from "../core/result.ts";
import type { FileStat } from "../fs/disk.ts";
import { type FileCalls, StatBuffer, fastFileCalls } from "../fs/file-calls.ts";
import { maxOpenDirs } from "../fs/open-limit.ts";
import type { InodeHints } from "./inode-hints.ts";
import {
  BUCKET_COUNT,
  type EntryName,
  MOST_GENERATIONS,
  bucketName,
  bucketOf,
  entryNameOf,
  formatEntryName,
  parseEntryName,
} from "./layout.ts";
import { type EntryAt, entryPath } from "./scan-store.ts";

/** Share of the descriptors that a process may have. */
const OPEN_SHARE = 1 / 4;
const TYPE_BITS = 0o170000;
const REGULAR_FILE = 0o100000;

/** An entry that may have the content of a file. */
export interface FoundEntry extends EntryAt {
  readonly stat: FileStat;
}

/** The content and name of a file that is looked up. */
export interface Wanted {
  readonly digest: string;
  /** The permission bits; those from before `--protect`. */
  readonly mode: number;
  readonly name: BytePath;
}

/**
 * Finds entries by their names, with one call of stat for a content that the store does not have. Only where the name
 * of a program is another one than that of the entry, the names in a directory of the store have to be listed.
 */
export class EntryFinder {
  /** Names in place of which there is something else than a file. */
  readonly strangers = new Set<BytePath>();
  readonly #store: BytePath;
  readonly #hints: InodeHints;
  readonly #everyMode: boolean;
  readonly #calls: FileCalls = fastFileCalls();
  readonly #stat = new StatBuffer();
  /** An inode number. */
  readonly #words = new Uint32Array(2);
  /** By directory: its descriptor; undefined if it was not opened or cannot be. */
  readonly #dirs: (number | undefined)[] = Array.from({ length: BUCKET_COUNT });
  #opened = 0;
  readonly #mostOpen = maxOpenDirs(1, OPEN_SHARE);
  readonly #listed = new Map<number, readonly BytePath[]>();

  /** @param everyMode Entries with other permission bits will do, too. */
  constructor(store: BytePath, hints: InodeHints, everyMode: boolean) {
    this.#store = store;
    this.#hints = hints;
    this.#everyMode = everyMode;
  }

  /** The entries that may have this content, in the order in which they are to be tried. */
  find(wanted: Wanted): FoundEntry[] {
    const found = this.#everyMode ? [] : this.#probe(wanted);
    const isMissing = found.length === 0 && this.#hints.knows(wanted.digest);
    return this.#everyMode || isMissing ? this.#list(wanted) : found;
  }

  /** Whether an inode is an entry with this content; `words` are those of a column, see `wordsOf`. */
  isEntry(wanted: Wanted, words: Uint32Array, row: number): boolean {
    const first = formatEntryName(entryNameOf(wanted.digest, wanted.mode, wanted.name));
    if (!isErrno(this.#fill(first, wanted.digest))) {
      this.#stat.putInode(this.#words, 0);
      if (this.#words[0] === words[2 * row] && this.#words[1] === words[2 * row + 1]) return true;
    }
    const inode = new BigUint64Array(this.#words.buffer);
    this.#words.set(words.subarray(2 * row, 2 * row + 2));
    return this.#isAmong(wanted, inode[0]);
  }

  #isAmong(wanted: Wanted, inode: bigint): boolean {
    return (
      this.#probe(wanted).some(({ stat }) => stat.ino === inode) ||
      this.#list(wanted).some(({ stat }) => stat.ino === inode)
    );
  }

  /** The attributes of an entry now; undefined if it is gone. */
  statAgain({ name }: FoundEntry): FileStat | undefined {
    return this.#statOf(name, name);
  }

  /** The first generation under whose name nothing exists; undefined if there is no room for another one. */
  freeGeneration(wanted: Wanted): EntryName | undefined {
    const first = entryNameOf(wanted.digest, wanted.mode, wanted.name);
    for (let generation = 0; generation < MOST_GENERATIONS; generation += 1) {
      const entry = { ...first, generation };
      if (this.#statOf(formatEntryName(entry), wanted.digest) === undefined) return entry;
    }
    return undefined;
  }

  /** Closes the directories; they are opened again when they are needed. */
  close(): void {
    for (const fd of this.#dirs) if (fd !== undefined) this.#calls.close(fd);
    this.#dirs.fill(undefined);
    this.#opened = 0;
  }

  #probe({ digest, mode, name }: Wanted): FoundEntry[] {
    const found: FoundEntry[] = [];
    const first = entryNameOf(digest, mode, name);
    for (let generation = 0; generation < MOST_GENERATIONS; generation += 1) {
      const entryName = formatEntryName({ ...first, generation });
      const stat = this.#statOf(entryName, digest);
      if (stat === undefined) break;
      this.#add(found, entryName, digest, stat);
      // Most contents have one entry. One that another run is just putting in beside it may be missed.
      if (found.length === 1 && this.#hints.recordsOf(digest) === 1) break;
    }
    return found;
  }

  #list({ digest, mode }: Wanted): FoundEntry[] {
    const found: FoundEntry[] = [];
    const names = this.#namesIn(bucketOf(digest));
    for (let i = firstWithPrefix(names, digest); i < names.length; i += 1) {
      if (!names[i].startsWith(digest)) break;
      const entry = parseEntryName(names[i]);
      if (entry === undefined || (entry.mode !== (mode & 0o7777) && !this.#everyMode)) continue;
      const stat = this.#statOf(names[i], digest);
      if (stat !== undefined) this.#add(found, names[i], digest, stat);
    }
    return found;
  }

  #add(found: FoundEntry[], name: BytePath, digest: string, stat: FileStat): void {
    const at = { bucket: bucketOf(digest), name };
    if ((stat.mode & TYPE_BITS) === REGULAR_FILE) found.push({ ...at, stat });
    else this.strangers.add(entryPath(this.#store, at));
  }

  #statOf(name: BytePath, digest: string): FileStat | undefined {
    return isErrno(this.#fill(name, digest)) ? undefined : this.#stat.toStat();
  }

  /** Reads the attributes of an entry into the buffer. */
  #fill(name: BytePath, digest: string): Result {
    const bucket = bucketOf(digest);
    const fd = this.#dirOf(bucket);
    const path = fd === undefined ? entryPath(this.#store, { bucket, name }) : name;
    return this.#calls.lstat(fd, path, this.#stat);
  }

  /** The descriptor of a directory; undefined if it cannot be opened or many are open: paths are used then. */
  #dirOf(bucket: number): number | undefined {
    const known = this.#dirs[bucket];
    if (known !== undefined || this.#opened >= this.#mostOpen) return known;
    const dir = this.#calls.openDir(join(this.#store, bucketName(bucket)));
    if (dir !== undefined) this.#opened += 1;
    this.#dirs[bucket] = dir;
    return dir;
  }

  /** The names in a directory, in byte order. */
  #namesIn(bucket: number): readonly BytePath[] {
    let names = this.#listed.get(bucket);
    if (names === undefined) {
      const dir = join(this.#store, bucketName(bucket));
      const entries = this.#calls.readDir(this.#dirOf(bucket), dir);
      names = isErrno(entries) ? [] : [...entries.files, ...entries.dirs].sort();
      this.#listed.set(bucket, names);
    }
    return names;
  }
}

function firstWithPrefix(names: readonly BytePath[], prefix: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (names[middle] < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}
