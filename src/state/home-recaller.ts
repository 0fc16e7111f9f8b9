import { type BytePath, absolutePath, join } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { Fate } from "./fate.ts";
import type { StateHome } from "./load-state.ts";
import { NameJoin, type Range } from "./name-join.ts";
import { touchDigest } from "./touch-digest.ts";
import { Status, entriesOf, entryCount, entryName, wordsOf } from "./state.ts";

/** A path without a row whose inode was written in place since a run linked it. */
export interface UnlistedEntry {
  readonly path: BytePath;
  readonly entry: number;
  /** Bytes that it has now. */
  readonly size: number;
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

/** Compares a table with the state of one home. */
export class HomeRecaller {
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
      if (status[entry] === Status.none) continue;
      const isSameInode =
        isSameTree &&
        words.inode[2 * row] === inode[2 * entry] &&
        words.inode[2 * row + 1] === inode[2 * entry + 1] &&
        columns.device[row] === devices[device[entry]];
      const isSameFile =
        isSameInode &&
        columns.size[row] === size[entry] &&
        words.mtime[2 * row] === mtime[2 * entry] &&
        words.mtime[2 * row + 1] === mtime[2 * entry + 1];
      // Of an inode without further links, nobody can say whether a tool wrote through a link.
      const isWritten = isSameInode && columns.links[row] > 1;
      if (status[entry] === Status.inPlace) fates[row] = Fate.inPlace;
      else if (status[entry] === Status.written)
        fates[row] = isSameInode ? Fate.written : Fate.inPlace;
      else if (!isSameTree) continue;
      else if (status[entry] === Status.apart) fates[row] = isSameFile ? Fate.apart : Fate.lifted;
      else if (isSameFile) fates[row] = Fate.linked;
      else if (isWritten) fates[row] = Fate.written;
      else if (!isSameInode) fates[row] = Fate.remade;
    }
  }

  /**
   * Settles the entries whose paths are gone.
   *
   * @param isComplete Whether a directory that is not in the table is not below its roots.
   * @returns Paths without a row that lead to the inode that they were linked to, which has changed.
   */
  settleMissing(isComplete: boolean): UnlistedEntry[] {
    const { state, root } = this.#home;
    const unlisted: UnlistedEntry[] = [];
    if (!this.settled.includes(0)) return unlisted;
    for (const [dir, path] of state.dirs.entries()) {
      const [from, to] = entriesOf(state, dir);
      if (!this.settled.subarray(from, to).includes(0)) continue;
      const tableDir = this.#tableDirs.get(dir);
      if (tableDir === undefined) {
        // Entries of a directory that exists, but is not in the table, stay as they are.
        if (isComplete && !disk.exists(absolutePath(root, path))) this.#settleGone(from, to);
        continue;
      }
      for (let entry = from; entry < to; entry += 1) {
        const status = state.entries.status[entry];
        if (this.settled[entry] === 1 || status === Status.inPlace) continue;
        const name = entryName(state.entries, entry);
        const file = join(this.#files.dirPath(tableDir), name);
        const size = isFileName(name) ? this.#sizeIfWritten(file, entry) : undefined;
        if (!isFileName(name)) this.settled[entry] = 1;
        else if (size !== undefined) unlisted.push({ path: file, entry, size });
      }
    }
    return unlisted;
  }

  /** What is written in place now will be when it is made again, so that is not forgotten. */
  #settleGone(from: number, to: number): void {
    const { status } = this.#home.state.entries;
    for (let entry = from; entry < to; entry += 1) {
      if (status[entry] === Status.written) status[entry] = Status.inPlace;
      if (status[entry] !== Status.inPlace) this.settled[entry] = 1;
    }
  }

  /** The size of a path without a row, if it leads to the inode that it was linked to, which has changed. */
  #sizeIfWritten(path: BytePath, entry: number): number | undefined {
    const { state, isSameTree } = this.#home;
    const { status, inode, device, size, mtime, ctime } = state.entries;
    const stat = tryErrno(() => disk.lstat(path));
    if (isErrno(stat)) {
      if (stat.code === "ENOENT") this.#settleGone(entry, entry + 1);
      return undefined;
    }
    const isWritten = status[entry] === Status.written;
    const isSameInode =
      isSameTree &&
      stat.ino === inode[entry] &&
      stat.dev === state.devices[device[entry]] &&
      stat.birthtimeNs <= ctime[entry];
    const hasChanged = Number(stat.size) !== size[entry] || stat.mtimeNs !== mtime[entry];
    if (!isSameInode || !(isWritten || (hasChanged && stat.nlink > 1n))) return undefined;
    const digest = isWritten ? undefined : state.digests.get(entry);
    if (digest !== undefined) {
      const now = { inode: stat.ino, size: size[entry], mtime: stat.mtimeNs };
      if (touchDigest(path, now) === digest) return undefined;
    }
    return isWritten || status[entry] === Status.linked ? Number(stat.size) : undefined;
  }
}
