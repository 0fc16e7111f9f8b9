import type { BytePath } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { firstRowsOf } from "./first-rows.ts";
import type { StateHome } from "./load-state.ts";
import type { Recollection } from "./recall.ts";
import { NEVER_REMADE, type RemadeCounts, StateBuilder } from "./state-builder.ts";
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
  /** It leads to an inode that was written in place. */
  written: 5,
} as const;

/** What is to be remembered about the rows of a table. */
export interface Notes {
  /** By row: a `Note`. */
  readonly what: Uint8Array;
  /** By row with `Note.linked`: a row of the inode that the path leads to now; -1 if that is the row's own. */
  readonly keepers: Int32Array;
  /** By row: how often the path was remade. */
  readonly counts: ReadonlyMap<number, RemadeCounts>;
  /** By row with `Note.linked`: `touchDigest`, where it is to be remembered. */
  readonly digests?: ReadonlyMap<number, bigint | undefined>;
}

const STATUS_OF: ReadonlyMap<number, number> = new Map([
  [Note.linked, Status.linked],
  [Note.apart, Status.apart],
  [Note.written, Status.written],
]);

/** An entry to be written, with its name: of a row of the table, or of the earlier state (`row` is -1 then). */
interface NamedItem {
  readonly name: BytePath;
  readonly row: number;
  readonly entry: number;
}

/** Makes the state of one home. */
export class RebuiltState {
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
  build(
    savedAt: bigint,
    others: State = this.#home.state,
    settled: Float64Array = this.#home.state.settled,
    linkLimits: Float64Array = this.#home.state.linkLimits,
  ): State {
    const { state, root, device, inode } = this.#home;
    const otherDirs = new Map(others.dirs.map((path, dir) => [path, dir]));
    const firstRows = firstRowsOf(this.#files);
    for (const path of inTableOrder([...this.#tableDirs.keys(), ...otherDirs.keys()])) {
      const tableDirs = this.#tableDirs.get(path);
      if (tableDirs !== undefined || others === state)
        this.#addDir(path, tableDirs ?? [], firstRows);
      else this.#builder.addDir(others, otherDirs.get(path) as number);
    }
    return this.#builder.build({ root, device, inode, savedAt }, settled, linkLimits);
  }

  /** Adds the entries of one directory in the order of their names. */
  #addDir(path: BytePath, tableDirs: readonly number[], firstRows: Uint32Array): void {
    const { what } = this.#notes;
    const rows: number[] = [];
    for (const dir of tableDirs)
      for (let row = firstRows[dir]; row < firstRows[dir + 1]; row += 1)
        if (what[row] !== Note.nothing) rows.push(row);
    const unsettled = this.#unsettled(path);
    if (rows.length + unsettled.length === 0) return;
    this.#builder.beginDir(path);
    if (unsettled.length === 0 && tableDirs.length === 1) {
      for (const row of rows) this.#addRow(row);
      return;
    }
    const named = rows.map((row) => ({ name: this.#files.name(row), row, entry: -1 }));
    for (const { row, entry } of [...named, ...unsettled].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (row < 0) this.#builder.addEntry(this.#home.state, entry);
      else this.#addRow(row);
    }
  }

  /** The entries of a directory that have no row, although their paths may exist. */
  #unsettled(path: BytePath): NamedItem[] {
    const dir = this.#stateDirs.get(path);
    if (dir === undefined) return [];
    const { state } = this.#home;
    const items: NamedItem[] = [];
    const [from, to] = entriesOf(state, dir);
    for (let entry = from; entry < to; entry += 1) {
      if (this.#settled[entry] === 0)
        items.push({ name: entryName(state.entries, entry), row: -1, entry });
    }
    return items;
  }

  #addRow(row: number): void {
    const { what, keepers, counts, digests } = this.#notes;
    const entry = what[row] === Note.same ? this.#recollection.entries[row] : -1;
    if (entry >= 0) this.#builder.addEntry(this.#home.state, entry);
    else if (what[row] === Note.inPlace) this.#builder.addInPlace(this.#files.name(row));
    else {
      const inode = keepers[row] < 0 ? row : keepers[row];
      const status = STATUS_OF.get(what[row]) ?? Status.none;
      const count = counts.get(row) ?? NEVER_REMADE;
      this.#builder.addRow(this.#files, row, inode, status, count, digests?.get(row));
    }
  }
}

/** Paths in the order of a file table's directories, each once, so that they are found in that order again. */
function inTableOrder(paths: readonly BytePath[]): BytePath[] {
  return Array.from(new Set(paths), (path) => path.replaceAll("/", "\0"))
    .sort()
    .map((key) => key.replaceAll("\0", "/"));
}
