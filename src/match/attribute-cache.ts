import type { FileTable } from "../core/file-table.ts";
import { attributesOf } from "../fs/attributes.ts";
import type { FileReader } from "./file-reader.ts";

/** The extended attributes that count, of files that are equal: asked while they are open, which is quicker than by their paths. */
export class AttributeNotes {
  readonly #files: FileTable;
  readonly #reader: FileReader;
  readonly #every: boolean;
  readonly #noted = new Map<number, string>();

  constructor(files: FileTable, reader: FileReader, every: boolean) {
    this.#files = files;
    this.#reader = reader;
    this.#every = every;
  }

  /** To be called before the file is closed. */
  note(file: number): void {
    const descriptor = this.#reader.descriptorOf(file);
    if (descriptor !== undefined) this.#noted.set(file, this.#ask(file, descriptor));
  }

  /** "" where there are none. */
  of(file: number): string {
    const noted = this.#noted.get(file);
    this.#noted.delete(file);
    return noted ?? this.#ask(file, this.#files.path(file));
  }

  #ask(file: number, at: string | number): string {
    const { mode, inode } = this.#files.columns;
    return attributesOf(at, mode[file], inode[file], this.#every);
  }
}
