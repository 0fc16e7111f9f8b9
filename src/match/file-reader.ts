import { describeErrno, isReplaced } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Lost } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import { type Errno, type Result, isErrno } from "../core/result.ts";
import { type FileCalls, type Writer, readFully } from "../fs/file-calls.ts";
import { SnapshotCheck } from "../fs/snapshot-check.ts";
import { FIRST_BLOCK } from "./block-lengths.ts";
import type { DirFdCache } from "../fs/dir-fd-cache.ts";
import type { OpenFiles } from "./open-files.ts";

export interface FileReaderOptions {
  /** Files that are kept open at once. */
  readonly mostOpen: number;
  /** Check that no program has a file open or mapped for writing: the files are going to be linked. */
  readonly checkWriters: boolean;
  /** Most files count, whether they equal another or not: each is checked when it is opened. */
  readonly useAll: boolean;
}

/**
 * Reads blocks of the files of a table. What was read counts only after `confirm` has checked that it came
 * from the file that the walk saw: it stats the open descriptor, so that neither a swapped file nor a swapped
 * directory above it passes. A file that equals no other is not checked, unless `useAll` is set.
 *
 * With `checkWriters`, each block that counts is read after a check that the file has no writer. A program that
 * has mapped the file changes its times at the first store into a page, but not at later ones: such stores would
 * be noticed neither by the checks of times nor, if the program has unmapped the file by then, by the check for
 * writers that `replaceEntry` makes. A program that opens the file after the check here does change its times. To
 * check each file when it is opened would be simpler, but most files equal no other: so `confirm` checks, and
 * reads the block again, which can only be the first one (4 KiB). A file that is opened for a later block equals
 * another one so far, and is checked at once.
 *
 * Keeps a bounded number of files open; beyond that, files are checked when they are opened.
 */
export class FileReader {
  bytesRead = 0;
  readonly lost = new Map<number, Lost>();
  readonly problems: Problem[] = [];
  readonly #files: FileTable;
  readonly #calls: FileCalls;
  readonly #dirs: DirFdCache;
  readonly #options: FileReaderOptions;
  readonly #open: OpenFiles;
  readonly #snapshots: SnapshotCheck;
  /** First blocks that another reader has read. */
  readonly #remembered = new Map<number, Uint8Array>();
  /** A block that is read again. */
  #again: Buffer | undefined;

  constructor(
    files: FileTable,
    options: FileReaderOptions,
    calls: FileCalls,
    dirs: DirFdCache,
    open: OpenFiles,
  ) {
    this.#files = files;
    this.#calls = calls;
    this.#dirs = dirs;
    this.#open = open;
    this.#options = options;
    this.#snapshots = new SnapshotCheck(files, calls);
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
    const isNew = kept === undefined;
    const crowded = isNew && this.#open.count >= this.#options.mostOpen;
    const checksNow = crowded || (isNew && this.#mustCheckFirst(offset));
    const isGood =
      (!checksNow || this.#check(file, descriptor)) &&
      this.#fill(file, descriptor, buffer, length, offset);
    if (crowded || !isGood) this.#close(file, descriptor);
    else if (isNew) this.#open.add(file, descriptor, checksNow);
    return isGood;
  }

  /** Stores the first block of a file that another reader has read and confirmed, for the next `read`. */
  remember(file: number, bytes: Uint8Array): void {
    this.#remembered.set(file, bytes);
  }

  /**
   * Whether the blocks that were read are those of the file that the walk saw, unchanged.
   *
   * @param block The `length` bytes from `offset` of the file, which were read last. Not needed with `useAll`.
   */
  confirm(file: number, block?: Buffer, length = 0, offset = 0): boolean {
    const doubtful = this.#open.unconfirmed(file);
    if (doubtful === undefined) return true;
    const writer = this.#writerOf(doubtful);
    const isGood =
      this.#check(file, doubtful, writer) &&
      (writer !== "free" ||
        block === undefined ||
        this.#isStill(file, doubtful, block, length, offset));
    if (isGood) this.#open.confirm(file);
    else this.#close(file, doubtful);
    return isGood;
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

  /** Whether a file that is opened for a block must be checked before the block is read. */
  #mustCheckFirst(offset: number): boolean {
    const { checkWriters, useAll } = this.#options;
    return checkWriters && (offset > 0 || useAll);
  }

  #writerOf(descriptor: number): Writer {
    return this.#options.checkWriters ? this.#calls.writerOf(descriptor) : "unknown";
  }

  /** Whether the open file is the one that the walk saw, unchanged, and has no writer. */
  #check(file: number, descriptor: number, writer = this.#writerOf(descriptor)): boolean {
    if (writer === "writer") return this.#markLost(file, "writer");
    const wrong = this.#snapshots.check(descriptor, file);
    return wrong === undefined || this.#fail(file, wrong);
  }

  #fill(
    file: number,
    descriptor: number,
    buffer: Uint8Array,
    length: number,
    offset: number,
  ): boolean {
    const filled = readFully(this.#calls, descriptor, buffer, length, offset);
    if (isErrno(filled)) return this.#fail(file, filled);
    this.bytesRead += filled;
    return filled === length || this.#markLost(file, "changed");
  }

  /** Whether a block that is read again has the bytes that it had before. */
  #isStill(
    file: number,
    descriptor: number,
    block: Buffer,
    length: number,
    offset: number,
  ): boolean {
    if (this.#again === undefined || this.#again.length < length)
      this.#again = Buffer.allocUnsafeSlow(Math.max(length, FIRST_BLOCK));
    const again = this.#again;
    const filled = readFully(this.#calls, descriptor, again, length, offset);
    if (isErrno(filled)) return this.#fail(file, filled);
    const isSame = filled === length && block.compare(again, 0, length, 0, length) === 0;
    return isSame || this.#markLost(file, "changed");
  }

  #fail(file: number, { code }: Errno): false {
    if (code === "ENOENT") return this.#markLost(file, "vanished");
    if (isReplaced(code)) return this.#markLost(file, "changed");
    this.problems.push({ path: this.#files.path(file), code, message: describeErrno(code) });
    return false;
  }

  #close(file: number, descriptor: number): void {
    this.#open.remove(file);
    this.#calls.close(descriptor);
  }

  #markLost(file: number, how: Lost): false {
    this.lost.set(file, how);
    return false;
  }
}
