import type { FileTable } from "../core/file-table.ts";
import { attributesOf } from "../fs/attributes.ts";
import type { FileReader } from "./file-reader.ts";

/** Reads the extended attributes of equal files while these are open, which is faster than by path. */
export class AttributeCache {
  readonly #files: FileTable;
  readonly #reader: FileReader;
  readonly #every: boolean;
  readonly #known = new Map<number, string>();

  constructor(files: FileTable, reader: FileReader, every: boolean) {
    this.#files = files;
    this.#reader = reader;
    this.#every = every;
  }

  /** Reads the attributes of a file that is about to be closed. */
  read(file: number): void {
    const descriptor = this.#reader.descriptorOf(file);
    if (descriptor !== undefined) this.#known.set(file, this.#query(file, descriptor));
  }

  /** The attributes that must agree, as one string; "" if there are none. */
  of(file: number): string {
    const known = this.#known.get(file);
    this.#known.delete(file);
    return known ?? this.#query(file, this.#files.path(file));
  }

  #query(file: number, at: string | number): string {
    const { mode, inode } = this.#files.columns;
    return attributesOf(at, mode[file], inode[file], this.#every);
  }
}
