import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Problem } from "../core/report.ts";
import { type Errno, type Result, errno, isErrno } from "../core/result.ts";
import { type FileCalls, StatBuffer, readFully } from "../fs/file-calls.ts";
import type { DirFdCache } from "./dir-fd-cache.ts";
import type { OpenFiles } from "./open-files.ts";

/** What opening a path fails with when another type of file has taken it. */
const GONE: ReadonlySet<string> = new Set(["ELOOP", "ENXIO", "ENOTDIR", "ESTALE", "EISDIR"]);

/**
 * Reads blocks of the files of a table. What was read counts only after `confirm` has checked that it came
 * from the file that the walk saw: it stats the open descriptor, so that neither a swapped file nor a swapped
 * directory above it passes. A file that equals no other is not checked.
 *
 * Keeps a bounded number of files open; beyond that, files are checked when they are opened.
 */
export class FileReader {
  bytesRead = 0;
  readonly lost = new Map<number, "changed" | "vanished">();
  readonly problems: Problem[] = [];
  readonly #files: FileTable;
  readonly #calls: FileCalls;
  readonly #dirs: DirFdCache;
  readonly #mostOpen: number;
  readonly #open: OpenFiles;
  readonly #stat = new StatBuffer();
  /** First blocks that another reader has read. */
  readonly #remembered = new Map<number, Uint8Array>();
  /** Inode, mtime and ctime of the file that was stat'ed, as words. */
  readonly #words = new Uint32Array(6);

  constructor(
    files: FileTable,
    mostOpen: number,
    calls: FileCalls,
    dirs: DirFdCache,
    open: OpenFiles,
  ) {
    this.#files = files;
    this.#calls = calls;
    this.#dirs = dirs;
    this.#open = open;
    this.#mostOpen = mostOpen;
  }

  /**
   * Fills `buffer` with `length` bytes from `offset` of the file.
   *
   * @returns false if that fails; `lost` or `problems` says why.
   */
  read(file: number, buffer: Uint8Array, length: number, offset: number): boolean {
    if (this.#remembered.size > 0 && this.#takeRemembered(file, buffer, length, offset))
      return true;
    const kept = this.#open.descriptorOf(file);
    const descriptor = kept ?? this.#openFile(file);
    if (isErrno(descriptor)) return this.#fail(file, descriptor);
    const crowded = kept === undefined && this.#open.count >= this.#mostOpen;
    const wrong = crowded ? this.#checkSnapshot(descriptor, file) : undefined;
    const filled = wrong ?? readFully(this.#calls, descriptor, buffer, length, offset);
    if (!isErrno(filled)) this.bytesRead += filled;
    if (crowded || filled !== length) this.#close(file, descriptor);
    else if (kept === undefined) this.#open.add(file, descriptor);
    if (isErrno(filled)) return this.#fail(file, filled);
    return filled === length || this.#markLost(file, "changed");
  }

  /** Stores the first block of a file that another reader has read and confirmed, for the next `read`. */
  remember(file: number, bytes: Uint8Array): void {
    this.#remembered.set(file, bytes);
  }

  /** Whether the blocks that were read are those of the file that the walk saw, unchanged. */
  confirm(file: number): boolean {
    const doubtful = this.#open.unconfirmed(file);
    if (doubtful === undefined) return true;
    const wrong = this.#checkSnapshot(doubtful, file);
    if (wrong !== undefined) {
      this.#close(file, doubtful);
      return this.#fail(file, wrong);
    }
    this.#open.confirm(file);
    return true;
  }

  /** The descriptor of a file that is open. */
  descriptorOf(file: number): number | undefined {
    return this.#open.descriptorOf(file);
  }

  /** Closes a file that is not read any further. */
  release(file: number): void {
    const descriptor = this.descriptorOf(file);
    if (descriptor !== undefined) this.#close(file, descriptor);
  }

  /** Closes those of the files that are open. */
  releaseAll(files: Uint32Array): void {
    for (const file of this.#open.count === 0 ? [] : files) this.release(file);
  }

  #takeRemembered(file: number, buffer: Uint8Array, length: number, offset: number): boolean {
    const bytes = offset === 0 ? this.#remembered.get(file) : undefined;
    if (bytes?.length !== length) return false;
    buffer.set(bytes);
    this.#remembered.delete(file);
    return true;
  }

  #openFile(file: number): Result<number> {
    const dir = this.#dirs.of(this.#files.columns.dir[file]);
    if (dir === undefined) return this.#calls.open(undefined, this.#files.path(file));
    return this.#calls.open(dir, this.#files.name(file));
  }

  /** ESTALE if another file, or a changed one, is open. */
  #checkSnapshot(descriptor: number, file: number): Errno | undefined {
    const stat = this.#stat;
    const looked = this.#calls.fstat(descriptor, stat);
    if (isErrno(looked)) return looked;
    const { columns, devices, words } = this.#files;
    const seen = this.#words;
    stat.putInode(seen, 0);
    stat.putMtime(seen, 1);
    stat.putCtime(seen, 2);
    const same =
      seen[0] === words.inode[2 * file] &&
      seen[1] === words.inode[2 * file + 1] &&
      seen[2] === words.mtime[2 * file] &&
      seen[3] === words.mtime[2 * file + 1] &&
      seen[4] === words.ctime[2 * file] &&
      seen[5] === words.ctime[2 * file + 1] &&
      stat.size === columns.size[file] &&
      stat.device === Number(devices[columns.device[file]]);
    return same ? undefined : errno("ESTALE");
  }

  #fail(file: number, { code }: Errno): false {
    if (code === "ENOENT") return this.#markLost(file, "vanished");
    if (GONE.has(code)) return this.#markLost(file, "changed");
    this.problems.push({ path: this.#files.path(file), code, message: describeErrno(code) });
    return false;
  }

  #close(file: number, descriptor: number): void {
    this.#open.remove(file);
    this.#calls.close(descriptor);
  }

  #markLost(file: number, how: "changed" | "vanished"): false {
    this.lost.set(file, how);
    return false;
  }
}
