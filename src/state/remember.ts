import type { BytePath } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Problem, Warning } from "../core/report.ts";
import { isErrno } from "../core/result.ts";
import { firstRowsOf } from "./first-rows.ts";
import type { StateHome } from "./load-state.ts";
import { Fate, type Recollection } from "./recall.ts";
import { NEVER_REMADE, type RemadeCounts, StateBuilder } from "./state-builder.ts";
import { readState, savedAtOf, writeState } from "./state-files.ts";
import { type State, Status, entriesOf, entryName } from "./state.ts";

/** What is to be remembered about a row. */
export const Note = {
  nothing: 0,
  /** What is remembered already. */
  same: 1,
  /** It was linked, and leads to the inode of `Notes.inodes`. */
  linked: 2,
  /** It stays apart as long as it has its file. */
  apart: 3,
  /** It is written in place. */
  inPlace: 4,
} as const;

/** What is to be remembered about the rows of a table. */
export interface Notes {
  /** By row: a `Note`. */
  readonly what: Uint8Array;
  /** By row with `Note.linked`: a row of the inode that the path leads to now, if that was another one. */
  readonly inodes: ReadonlyMap<number, number>;
  /** By row: how often the path was remade. */
  readonly counts: ReadonlyMap<number, RemadeCounts>;
}

/** What could not be written. */
export interface Unsaved {
  /** About files in the cache directory. */
  readonly warnings: readonly Warning[];
  /** With files that the user has named. */
  readonly problems: readonly Problem[];
}

export const NOTHING_UNSAVED: Unsaved = { warnings: [], problems: [] };

/**
 * Writes the states that have changed.
 *
 * Entries of directories that are not in the table stay as they are. If another run has written them meanwhile, they
 * are taken from its state.
 *
 * @param files The table that the rows of the notes refer to; it has at least the rows that were recalled.
 */
export function remember(files: FileTable, recollection: Recollection, notes: Notes): Unsaved {
  const now = BigInt(Date.now()) * 1_000_000n;
  const unsaved = { warnings: [] as Warning[], problems: [] as Problem[] };
  for (const [i, home] of recollection.memory.homes.entries()) {
    if (!home.isUnsaved && !hasChanged(files, recollection, notes, i)) continue;
    const before = home.state.savedAt;
    const savedAt = now > before ? now : before + 1n;
    const state = new Rebuild(files, recollection, notes, i).build(savedAt, newerState(home));
    const failure = writeState(home.file, state, home.cache);
    if (!isErrno(failure)) continue;
    const { code } = failure;
    const path = home.file;
    const message = `what was linked is not remembered: ${describeErrno(code)}`;
    if (home.cache === undefined) unsaved.problems.push({ path, code, message });
    else unsaved.warnings.push({ code: "state", path, message });
  }
  return unsaved;
}

/** The state that another run has written since this one was read; undefined if there is none. */
function newerState({ file, state: { savedAt } }: StateHome): State | undefined {
  const writtenAt = savedAtOf(file);
  if (writtenAt === undefined || writtenAt <= savedAt) return undefined;
  const state = readState(file);
  return isErrno(state) ? undefined : state;
}

/** The homes with some paths as paths that are written in place. They are not saved yet. */
export function noteInPlace(
  files: FileTable,
  recollection: Recollection,
  paths: ReadonlySet<BytePath>,
): StateHome[] {
  const { memory, fates, entries, emptied } = recollection;
  const what = fates.map((fate, row) => {
    if (fate === Fate.written && paths.has(files.path(row))) return Note.inPlace;
    return entries[row] < 0 ? Note.nothing : Note.same;
  });
  for (const { path, home, entry } of emptied)
    if (paths.has(path)) memory.homes[home].state.entries.status[entry] = Status.inPlace;
  const notes = { what, inodes: new Map<number, number>(), counts: new Map() };
  return memory.homes.map((home, i) => {
    const state = new Rebuild(files, recollection, notes, i).build(home.state.savedAt);
    return { ...home, state, isUnsaved: true };
  });
}

function hasChanged(
  { columns: { dir } }: FileTable,
  { memory, settled }: Recollection,
  { what }: Notes,
  home: number,
): boolean {
  let same = 0;
  for (let row = 0; row < what.length; row += 1) {
    if (what[row] === Note.nothing || memory.homeOf(dir[row]) !== home) continue;
    if (what[row] !== Note.same) return true;
    same += 1;
  }
  let before = 0;
  for (const each of settled[home]) before += each;
  return same !== before;
}

/** An entry to be written: of a row of the table, or of the earlier state. */
interface Item {
  readonly name: BytePath;
  readonly row: number;
  readonly entry: number;
}

/** Makes the state of one home. */
class Rebuild {
  readonly #files: FileTable;
  readonly #recollection: Recollection;
  readonly #notes: Notes;
  readonly #home: StateHome;
  readonly #settled: Uint8Array;
  readonly #builder = new StateBuilder();
  /** By path in the home: the directories of the table. */
  readonly #tableDirs = new Map<BytePath, number[]>();
  /** By path in the home: the directory of the earlier state. */
  readonly #stateDirs: ReadonlyMap<BytePath, number>;

  constructor(files: FileTable, recollection: Recollection, notes: Notes, home: number) {
    const { memory, settled } = recollection;
    this.#files = files;
    this.#recollection = recollection;
    this.#notes = notes;
    this.#home = memory.homes[home];
    this.#settled = settled[home];
    for (let dir = 0; dir < files.dirCount; dir += 1) {
      if (memory.homeOf(dir) !== home) continue;
      const path = memory.pathInHome(dir);
      const known = this.#tableDirs.get(path);
      if (known === undefined) this.#tableDirs.set(path, [dir]);
      else known.push(dir);
    }
    this.#stateDirs = new Map(this.#home.state.dirs.map((path, dir) => [path, dir]));
  }

  /** @param others The state that directories which are not in the table are taken from. */
  build(savedAt: bigint, others: State = this.#home.state): State {
    const { state, root, device, inode } = this.#home;
    const otherDirs = new Map(others.dirs.map((path, dir) => [path, dir]));
    const firstRows = firstRowsOf(this.#files);
    for (const path of inTableOrder([...this.#tableDirs.keys(), ...otherDirs.keys()])) {
      const tableDirs = this.#tableDirs.get(path);
      if (tableDirs !== undefined) this.#addItems(path, this.#itemsOf(path, tableDirs, firstRows));
      else if (others === state) this.#addItems(path, this.#unsettled(path));
      else this.#builder.addDir(others, otherDirs.get(path) as number);
    }
    return this.#builder.build({ root, device, inode, savedAt });
  }

  #itemsOf(path: BytePath, tableDirs: readonly number[], firstRows: Uint32Array): Item[] {
    const { what } = this.#notes;
    const items: Item[] = [];
    for (const dir of tableDirs) {
      for (let row = firstRows[dir]; row < firstRows[dir + 1]; row += 1) {
        const entry = what[row] === Note.same ? this.#recollection.entries[row] : -1;
        if (what[row] !== Note.nothing) items.push({ name: this.#files.name(row), row, entry });
      }
    }
    const unsettled = this.#unsettled(path);
    if (unsettled.length === 0 && tableDirs.length === 1) return items;
    return [...items, ...unsettled].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The entries of a directory that have no row, although their paths may exist. */
  #unsettled(path: BytePath): Item[] {
    const dir = this.#stateDirs.get(path);
    if (dir === undefined) return [];
    const { state } = this.#home;
    const items: Item[] = [];
    const [from, to] = entriesOf(state, dir);
    for (let entry = from; entry < to; entry += 1) {
      if (this.#settled[entry] === 0)
        items.push({ name: entryName(state.entries, entry), row: -1, entry });
    }
    return items;
  }

  #addItems(path: BytePath, items: readonly Item[]): void {
    if (items.length > 0) this.#builder.beginDir(path);
    for (const item of items) this.#addItem(item);
  }

  #addItem({ name, row, entry }: Item): void {
    const { what, inodes, counts } = this.#notes;
    const builder = this.#builder;
    if (entry >= 0) builder.addEntry(this.#home.state, entry);
    else if (what[row] === Note.inPlace) builder.addInPlace(name);
    else {
      const status = what[row] === Note.linked ? Status.linked : Status.apart;
      const inode = inodes.get(row) ?? row;
      builder.addFile(name, this.#files, inode, status, counts.get(row) ?? NEVER_REMADE);
    }
  }
}

/** Paths in the order of a file table's directories, each once, so that they are found in that order again. */
function inTableOrder(paths: readonly BytePath[]): BytePath[] {
  return Array.from(new Set(paths), (path) => path.replaceAll("/", "\0"))
    .sort()
    .map((key) => key.replaceAll("\0", "/"));
}
