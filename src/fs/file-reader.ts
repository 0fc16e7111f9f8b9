import { describeErrno } from "../errno-words.ts";
import type { FileTable } from "../file-table.ts";
import type { Problem } from "../model.ts";
import { type FileCalls, nodeFileCalls } from "./file-calls.ts";

/** What opening says of a name that leads to something else by now. */
const GONE: ReadonlySet<string> = new Set(["ELOOP", "ENXIO", "ENOTDIR", "ESTALE", "EISDIR"]);

/**
 * Reads blocks of the files of a table. What was read counts only once `confirm` has said that it is of
 * the file that the walk saw: the inode is looked at through the open descriptor, so neither a swapped
 * file nor a swapped folder above it can pass for it. A file that is equal to no other is never asked.
 *
 * Keeps a bounded number of files open; beyond it files are confirmed as they are opened.
 */
export class FileReader {
  bytesRead = 0;
  readonly lost = new Map<number, "changed" | "vanished">();
  readonly problems: Problem[] = [];
  readonly #files: FileTable;
  readonly #calls: FileCalls;
  readonly #mostOpen: number;
  readonly #open = new Map<number, number>();
  readonly #unconfirmed = new Set<number>();

  constructor(files: FileTable, mostOpen: number, calls: FileCalls = nodeFileCalls) {
    this.#files = files;
    this.#calls = calls;
    this.#mostOpen = mostOpen;
  }

  /**
   * Fills `buffer` with `length` bytes from `offset` of the file.
   *
   * @returns false where that cannot be had; why is in `lost` or `problems`.
   */
  read(file: number, buffer: Uint8Array, length: number, offset: number): boolean {
    const kept = this.#open.get(file);
    const descriptor = kept ?? this.#calls.open(this.#files.path(file));
    if (typeof descriptor === "string") return this.#fail(file, descriptor);
    const crowded = kept === undefined && this.#open.size >= this.#mostOpen;
    const wrong = crowded ? this.#whyNotAsSeen(descriptor, file) : undefined;
    const filled = wrong ?? this.#fill(descriptor, buffer, length, offset);
    if (typeof filled === "number") this.bytesRead += filled;
    if (crowded || filled !== length) this.#close(file, descriptor);
    else if (kept === undefined) {
      this.#open.set(file, descriptor);
      this.#unconfirmed.add(file);
    }
    if (typeof filled === "string") return this.#fail(file, filled);
    return filled === length || this.#lose(file, "changed");
  }

  /** Whether what was read is of the file that the walk saw, unchanged. */
  confirm(file: number): boolean {
    const descriptor = this.#open.get(file);
    if (descriptor === undefined || !this.#unconfirmed.delete(file)) return true;
    const wrong = this.#whyNotAsSeen(descriptor, file);
    if (wrong === undefined) return true;
    this.#close(file, descriptor);
    return this.#fail(file, wrong);
  }

  /** The file is not read any further. */
  release(file: number): void {
    const descriptor = this.#open.get(file);
    if (descriptor !== undefined) this.#close(file, descriptor);
  }

  /** No file is read any further. */
  releaseAll(): void {
    for (const file of [...this.#open.keys()]) this.release(file);
  }

  /** An errno: "ESTALE" where another file or a changed one is open. */
  #whyNotAsSeen(descriptor: number, file: number): string | undefined {
    const { columns, devices } = this.#files;
    const look = this.#calls.fstat(descriptor);
    if (typeof look === "string") return look;
    const same =
      look.ino === columns.inode[file] &&
      look.mtimeNs === columns.mtime[file] &&
      look.ctimeNs === columns.ctime[file] &&
      look.size === columns.size[file] &&
      look.dev === Number(devices[columns.device[file]]);
    return same ? undefined : "ESTALE";
  }

  #fill(descriptor: number, buffer: Uint8Array, length: number, offset: number): number | string {
    let filled = 0;
    while (filled < length) {
      const target = filled === 0 ? buffer : buffer.subarray(filled);
      const got = this.#calls.read(descriptor, target, length - filled, offset + filled);
      if (typeof got === "string") return got;
      if (got === 0) break;
      filled += got;
    }
    return filled;
  }

  #fail(file: number, code: string): false {
    if (code === "ENOENT") return this.#lose(file, "vanished");
    if (GONE.has(code)) return this.#lose(file, "changed");
    this.problems.push({ path: this.#files.path(file), code, message: describeErrno(code) });
    return false;
  }

  #close(file: number, descriptor: number): void {
    this.#open.delete(file);
    this.#unconfirmed.delete(file);
    this.#calls.close(descriptor);
  }

  #lose(file: number, how: "changed" | "vanished"): false {
    this.lost.set(file, how);
    return false;
  }
}
