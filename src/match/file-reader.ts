import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Problem } from "../core/report.ts";
import { type Errno, type Result, errno, isErrno } from "../core/result.ts";
import { type FileCalls, StatBuffer } from "../fs/file-calls.ts";
import type { DirFdCache } from "./dir-fd-cache.ts";
import type { OpenFiles } from "./open-files.ts";

/** What opening says of a name that leads to something else by now. */
const GONE: ReadonlySet<string> = new Set(["ELOOP", "ENXIO", "ENOTDIR", "ESTALE", "EISDIR"]);

/**
 * Reads blocks of the files of a table. What was read counts only once `confirm` has said that it is of
 * the file that the walk saw: the inode is looked at through the open descriptor, so neither a swapped
 * file nor a swapped directory above it can pass for it. A file that is equal to no other is never asked.
 *
 * Keeps a bounded number of files open; beyond it files are confirmed as they are opened.
 */
export class FileReader {
  bytesRead = 0;
  readonly lost = new Map<number, "changed" | "vanished">();
  readonly problems: Problem[] = [];
  readonly #files: FileTable;
  readonly #calls: FileCalls;
  readonly #openNamed: ReturnType<NonNullable<FileCalls["openFrom"]>> | undefined;
  readonly #dirs: DirFdCache;
  readonly #mostOpen: number;
  readonly #open: OpenFiles;
  readonly #stat = new StatBuffer();
  /** First bytes of files that are not to be read for these. */
  readonly #remembered = new Map<number, Uint8Array>();
  /** Inode, mtime and ctime of the file that was looked at. */
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
    this.#openNamed = calls.openFrom?.(files.columns.names);
    this.#dirs = dirs;
    this.#open = open;
    this.#mostOpen = mostOpen;
  }

  /**
   * Fills `buffer` with `length` bytes from `offset` of the file.
   *
   * @returns false where that cannot be had; why is in `lost` or `problems`.
   */
  read(file: number, buffer: Uint8Array, length: number, offset: number): boolean {
    if (this.#remembered.size > 0 && this.#readOriginalModes(file, buffer, length, offset))
      return true;
    const kept = this.#open.descriptorOf(file);
    const descriptor = kept ?? this.#openFile(file);
    if (isErrno(descriptor)) return this.#fail(file, descriptor);
    const crowded = kept === undefined && this.#open.count >= this.#mostOpen;
    const wrong = crowded ? this.#whyNotAsSeen(descriptor, file) : undefined;
    const filled = wrong ?? this.#fill(descriptor, buffer, length, offset);
    if (!isErrno(filled)) this.bytesRead += filled;
    if (crowded || filled !== length) this.#close(file, descriptor);
    else if (kept === undefined) this.#open.add(file, descriptor);
    if (isErrno(filled)) return this.#fail(file, filled);
    return filled === length || this.#lose(file, "changed");
  }

  /** Takes the first bytes of a file that another reader has read and confirmed. They serve once. */
  remember(file: number, bytes: Uint8Array): void {
    this.#remembered.set(file, bytes);
  }

  /** Whether what was read is of the file that the walk saw, unchanged. */
  confirm(file: number): boolean {
    const doubtful = this.#open.unconfirmed(file);
    if (doubtful === undefined) return true;
    const wrong = this.#whyNotAsSeen(doubtful, file);
    if (wrong !== undefined) {
      this.#close(file, doubtful);
      return this.#fail(file, wrong);
    }
    this.#open.confirm(file);
    return true;
  }

  /** Of a file that is open. */
  descriptorOf(file: number): number | undefined {
    return this.#open.descriptorOf(file);
  }

  /** The file is not read any further. */
  release(file: number): void {
    const descriptor = this.descriptorOf(file);
    if (descriptor !== undefined) this.#close(file, descriptor);
  }

  /** None of these files is read any further. */
  releaseAll(files: Uint32Array): void {
    for (const file of this.#open.count === 0 ? [] : files) this.release(file);
  }

  #readOriginalModes(file: number, buffer: Uint8Array, length: number, offset: number): boolean {
    const bytes = offset === 0 ? this.#remembered.get(file) : undefined;
    if (bytes?.length !== length) return false;
    buffer.set(bytes);
    this.#remembered.delete(file);
    return true;
  }

  #openFile(file: number): Result<number> {
    const dir = this.#dirs.of(this.#files.columns.dir[file]);
    if (dir === undefined) return this.#calls.open(undefined, this.#files.path(file));
    if (this.#openNamed !== undefined) return this.#openNamed(dir, this.#files.nameStart(file));
    return this.#calls.open(dir, this.#files.name(file));
  }

  /** ESTALE where another file or a changed one is open. */
  #whyNotAsSeen(descriptor: number, file: number): Errno | undefined {
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

  #fill(descriptor: number, buffer: Uint8Array, length: number, offset: number): Result<number> {
    let filled = 0;
    while (filled < length) {
      const target = filled === 0 ? buffer : buffer.subarray(filled);
      const got = this.#calls.read(descriptor, target, length - filled, offset + filled);
      if (isErrno(got)) return got;
      if (got === 0) break;
      filled += got;
    }
    return filled;
  }

  #fail(file: number, { code }: Errno): false {
    if (code === "ENOENT") return this.#lose(file, "vanished");
    if (GONE.has(code)) return this.#lose(file, "changed");
    this.problems.push({ path: this.#files.path(file), code, message: describeErrno(code) });
    return false;
  }

  #close(file: number, descriptor: number): void {
    this.#open.remove(file);
    this.#calls.close(descriptor);
  }

  #lose(file: number, how: "changed" | "vanished"): false {
    this.lost.set(file, how);
    return false;
  }
}
