import { type BytePath, absolutePath, join } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { NameJoin, type Range } from "./name-join.ts";
import type { Memory, StateHome } from "./load-state.ts";
import { firstRowsOf } from "./first-rows.ts";
import { Status, entriesOf, entryCount, entryName, wordsOf } from "./state.ts";

/** What became of a path since it was remembered. */
export const Fate = {
  /** Nothing is remembered about it. */
  unknown: 0,
  /** It leads to the inode that it was linked to, as the last run left it. */
  linked: 1,
  /** It leads to the file that the last run left apart. */
  apart: 2,
  /** It is known to be written in place. */
  inPlace: 3,
  /** It was linked, and leads to another file now. */
  remade: 4,
  /** It stood apart, and leads to another file now. */
  lifted: 5,
  /** It leads to an inode that was written in place since a run linked it. */
  written: 6,
} as const;

/** What a table has in common with what is remembered. */
export interface Recollection {
  readonly memory: Memory;
  /** By row of the table: a `Fate`. */
  readonly fates: Uint8Array;
  /** By row: the entry in the state of its home, or -1. */
  readonly entries: Int32Array;
  /** By home, by entry: 1 if it has a row, or its path is gone. Other entries stay as they are. */
  readonly settled: readonly Uint8Array[];
  /** Paths whose inode was emptied since a run linked it; the table has no rows for empty files. */
  readonly emptied: readonly EmptiedPath[];
}

export interface EmptiedPath {
  readonly path: BytePath;
  readonly home: number;
  readonly entry: number;
}

/** Which files a table has. */
export interface TableRules {
  /** The roots, as given by the user. */
  readonly paths: readonly BytePath[];
  readonly kinds: readonly number[] | undefined;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Bytes. */
  readonly minSize: number;
  readonly maxSize: number;
  readonly oneFileSystem: boolean;
}

/**
 * Compares the rows of a table with what is remembered about their paths. The walk has collected all that this takes;
 * only an inode that looks changed, and a path that has disappeared from the table, cost a system call.
 */
export function recall(files: FileTable, memory: Memory, rules: TableRules): Recollection {
  const { homes, homeOf, pathInHome } = memory;
  const fates = new Uint8Array(files.count);
  const entries = new Int32Array(files.count).fill(-1);
  const recallers = homes.map((home) => new HomeRecaller(files, home));
  const settled = recallers.map((recaller) => recaller.settled);
  const recollection = { memory, fates, entries, settled };
  if (settled.every(({ length }) => length === 0)) return { ...recollection, emptied: [] };
  const firstRows = firstRowsOf(files);
  for (let dir = 0; dir < files.dirCount; dir += 1) {
    const home = homeOf(dir);
    if (home < 0) continue;
    const rows = [firstRows[dir], firstRows[dir + 1]] as const;
    if (recallers[home].findEntries(pathInHome(dir), dir, rows, entries))
      recallers[home].recallRows(rows, entries, fates);
  }
  if (fates.includes(Fate.written)) markOtherLinks(files, fates);
  const emptied = isComplete(memory, rules)
    ? recallers.flatMap((recaller, home) =>
        recaller.settleMissing().map((found) => ({ ...found, home })),
      )
    : [];
  return { ...recollection, emptied };
}

/** Whether a table has every file below its roots that runs link, so that a path without a row is gone or empty. */
export function isComplete({ realRoot }: Memory, rules: TableRules): boolean {
  const { paths, kinds, include, exclude, minSize, maxSize, oneFileSystem } = rules;
  if (kinds !== undefined || include.length + exclude.length > 0 || oneFileSystem) return false;
  if (minSize > 1 || maxSize !== Number.POSITIVE_INFINITY) return false;
  // The table has a single file below the path of its directory.
  return paths.every((path) => realRoot(path) !== undefined);
}

/** Finds directories by their paths, which are asked for in nearly the same order. */
class DirIndex {
  readonly #paths: readonly BytePath[];
  #next = 0;
  #byPath: ReadonlyMap<BytePath, number> | undefined;

  constructor(paths: readonly BytePath[]) {
    this.#paths = paths;
  }

  find(path: BytePath): number | undefined {
    let found: number | undefined = this.#next;
    if (this.#paths[found] !== path) {
      this.#byPath ??= new Map(this.#paths.map((each, dir) => [each, dir]));
      found = this.#byPath.get(path);
    }
    if (found !== undefined) this.#next = found + 1;
    return found;
  }
}

/** Whether a name from a state, which anybody may have written, leads to nothing outside of its directory. */
function isFileName(name: BytePath): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name);
}

/** All links of an inode share what was written into it, also those that no run has made. */
function markOtherLinks({ columns: { inode, device } }: FileTable, fates: Uint8Array): void {
  const written = new Set<string>();
  fates.forEach((fate, row) => {
    if (fate === Fate.written) written.add(`${device[row]}:${inode[row]}`);
  });
  fates.forEach((_, row) => {
    if (written.has(`${device[row]}:${inode[row]}`)) fates[row] = Fate.written;
  });
}

/** Compares a table with the state of one home. */
class HomeRecaller {
  /** By entry: 1 if it has a row, or its path is gone. */
  readonly settled: Uint8Array;
  readonly #files: FileTable;
  readonly #home: StateHome;
  readonly #names: NameJoin;
  readonly #dirs: DirIndex;
  /** By directory of the state: the directory of the table. */
  readonly #tableDirs = new Map<number, number>();
  /** By device of the state: the index of the same device in the table, or -1. */
  readonly #devices: readonly number[];
  readonly #words: { readonly inode: Uint32Array; readonly mtime: Uint32Array };
  /** By inode: whether it was born after the state was made, and has the number of one that is gone. */
  readonly #isNew = new Map<bigint, boolean>();

  constructor(files: FileTable, home: StateHome) {
    const { dirs, devices, entries } = home.state;
    this.settled = new Uint8Array(entryCount(home.state));
    this.#files = files;
    this.#home = home;
    this.#names = new NameJoin(files, entries);
    this.#dirs = new DirIndex(dirs);
    this.#devices = devices.map((device) => files.devices.indexOf(device));
    this.#words = { inode: wordsOf(entries.inode), mtime: wordsOf(entries.mtime) };
  }

  /** Finds the entries of the rows of a directory. Answers whether the state has any for the directory. */
  findEntries(path: BytePath, tableDir: number, rows: Range, entryOfRow: Int32Array): boolean {
    const dir = this.#dirs.find(path);
    if (dir === undefined) return false;
    this.#tableDirs.set(dir, tableDir);
    this.#names.joinDir(rows, entriesOf(this.#home.state, dir), entryOfRow);
    return true;
  }

  /** Finds the fates of rows. It is one loop without calls, because V8 runs code slowly until it has compiled it. */
  recallRows([from, to]: Range, entryOfRow: Int32Array, fates: Uint8Array): void {
    const { columns, words } = this.#files;
    const { state, isSameTree } = this.#home;
    const { status, device, size } = state.entries;
    const { inode, mtime } = this.#words;
    const devices = this.#devices;
    const { settled } = this;
    for (let row = from; row < to; row += 1) {
      const entry = entryOfRow[row];
      if (entry < 0) continue;
      settled[entry] = 1;
      if (status[entry] === Status.inPlace) {
        fates[row] = Fate.inPlace;
        continue;
      }
      if (!isSameTree || status[entry] === Status.none) continue;
      const isSameInode =
        words.inode[2 * row] === inode[2 * entry] &&
        words.inode[2 * row + 1] === inode[2 * entry + 1] &&
        columns.device[row] === devices[device[entry]];
      const isSameFile =
        isSameInode &&
        columns.size[row] === size[entry] &&
        words.mtime[2 * row] === mtime[2 * entry] &&
        words.mtime[2 * row + 1] === mtime[2 * entry + 1];
      if (status[entry] === Status.apart) fates[row] = isSameFile ? Fate.apart : Fate.lifted;
      else if (isSameFile) fates[row] = Fate.linked;
      else fates[row] = isSameInode && !this.#isNewInode(row, entry) ? Fate.written : Fate.remade;
    }
  }

  /**
   * Settles the entries whose paths are gone.
   *
   * @returns Paths that lead to the inode that they were linked to, which is empty now.
   */
  settleMissing(): Omit<EmptiedPath, "home">[] {
    const { state, root } = this.#home;
    const emptied: Omit<EmptiedPath, "home">[] = [];
    if (!this.settled.includes(0)) return emptied;
    for (const [dir, path] of state.dirs.entries()) {
      const [from, to] = entriesOf(state, dir);
      if (!this.settled.subarray(from, to).includes(0)) continue;
      const tableDir = this.#tableDirs.get(dir);
      if (tableDir === undefined) {
        // Entries of a directory that exists, but is not in the table, stay as they are.
        if (!disk.exists(absolutePath(root, path))) this.#settleWithoutDir(from, to);
        continue;
      }
      for (let entry = from; entry < to; entry += 1) {
        if (this.settled[entry] === 1 || state.entries.status[entry] === Status.inPlace) continue;
        const name = entryName(state.entries, entry);
        const file = join(this.#files.dirPath(tableDir), name);
        if (!isFileName(name)) this.settled[entry] = 1;
        else if (this.#isEmptied(file, entry)) emptied.push({ path: file, entry });
      }
    }
    return emptied;
  }

  /** What is written in place now will be when it is made again, so that is not forgotten. */
  #settleWithoutDir(from: number, to: number): void {
    const { status } = this.#home.state.entries;
    for (let entry = from; entry < to; entry += 1)
      if (status[entry] !== Status.inPlace) this.settled[entry] = 1;
  }

  /** Whether a path without a row leads to the inode that it was linked to, which is empty now. Settles it if it is gone. */
  #isEmptied(path: BytePath, entry: number): boolean {
    const { state, isSameTree } = this.#home;
    const stat = tryErrno(() => disk.lstat(path));
    if (isErrno(stat)) this.settled[entry] = 1;
    return (
      isSameTree &&
      !isErrno(stat) &&
      stat.size === 0n &&
      stat.ino === state.entries.inode[entry] &&
      stat.birthtimeNs <= state.entries.ctime[entry]
    );
  }

  /**
   * File systems give the number of a removed inode to new files. Where they do not record when an inode was born,
   * only one with several links counts as the old one.
   */
  #isNewInode(row: number, entry: number): boolean {
    const { inode, links } = this.#files.columns;
    let isNew = this.#isNew.get(inode[row]);
    if (isNew === undefined) {
      const stat = tryErrno(() => disk.lstat(this.#files.path(row)));
      const born = isErrno(stat) ? 0n : stat.birthtimeNs;
      isNew = born === 0n ? links[row] < 2 : born > this.#home.state.entries.ctime[entry];
      this.#isNew.set(inode[row], isNew);
    }
    return isNew;
  }
}
