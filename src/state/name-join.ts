import type { FileTable } from "../core/file-table.ts";
import { type Entries, nameStart } from "./state.ts";

export type Range = readonly [from: number, to: number];

/** Finds the rows of a table and the entries of a state that have the same name in the same directory. */
export class NameJoin {
  readonly #files: FileTable;
  readonly #entries: Entries;
  readonly #rowNames: Buffer;
  readonly #entryNames: Buffer;

  constructor(files: FileTable, entries: Entries) {
    this.#files = files;
    this.#entries = entries;
    this.#rowNames = asBuffer(files.columns.names);
    this.#entryNames = asBuffer(entries.names);
  }

  /**
   * Joins one directory. Rows and entries are ordered by the bytes of their names; entries of a state that somebody has
   * tampered with may be in disorder, and are not found then.
   *
   * @param entryOfRow Gets the entry of each row that has one.
   */
  joinDir(rows: Range, entries: Range, entryOfRow: Int32Array): void {
    let [row, entry] = [rows[0], entries[0]];
    if (this.#haveSameNames(rows, entries)) {
      for (; row < rows[1]; row += 1, entry += 1) entryOfRow[row] = entry;
      return;
    }
    while (row < rows[1] && entry < entries[1]) {
      const order = this.#compare(row, entry);
      if (order === 0) entryOfRow[row] = entry;
      if (order <= 0) row += 1;
      if (order >= 0) entry += 1;
    }
  }

  /** Whether every row has an entry and every entry a row. Where all files of a directory are linked, this is fastest. */
  #haveSameNames(rows: Range, entries: Range): boolean {
    if (rows[1] - rows[0] !== entries[1] - entries[0]) return false;
    const { nameEnds } = this.#files.columns;
    const ends = this.#entries.nameEnds;
    const rowStart = nameStart(nameEnds, rows[0]);
    const start = nameStart(ends, entries[0]);
    for (let row = rows[0], entry = entries[0]; row < rows[1]; row += 1, entry += 1)
      if (nameEnds[row] - rowStart !== ends[entry] - start) return false;
    const rowEnd = nameStart(nameEnds, rows[1]);
    const end = nameStart(ends, entries[1]);
    return this.#rowNames.compare(this.#entryNames, start, end, rowStart, rowEnd) === 0;
  }

  #compare(row: number, entry: number): number {
    const rowStart = nameStart(this.#files.columns.nameEnds, row);
    const start = nameStart(this.#entries.nameEnds, entry);
    const rowLength = this.#files.columns.nameEnds[row] - rowStart;
    const length = this.#entries.nameEnds[entry] - start;
    const names = this.#rowNames;
    const others = this.#entryNames;
    for (let i = 0; i < rowLength && i < length; i += 1) {
      const difference = names[rowStart + i] - others[start + i];
      if (difference !== 0) return difference;
    }
    return rowLength - length;
  }
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
