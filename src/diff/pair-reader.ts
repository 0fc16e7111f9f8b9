import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Problem } from "../core/report.ts";
import { isErrno } from "../core/result.ts";
import { DirFdCache } from "../fs/dir-fd-cache.ts";
import { type FileCalls, readFully } from "../fs/file-calls.ts";
import { SnapshotCheck } from "../fs/snapshot-check.ts";
import { tableOf } from "../workers/shared-table.ts";
import { type ThreadState, ThreadSlot } from "../workers/task.ts";

/** Bytes of a block. Two of them fit into a processor's cache. */
export const BLOCK = 512 * 1024;

/** What opening a path fails with if another type of file has taken it, and a check if the file has changed. */
const CHANGED: ReadonlySet<string> = new Set(["ELOOP", "ENXIO", "ENOTDIR", "ESTALE", "EISDIR"]);

/** Where the two files of a pair are read to. */
export type Side = 0 | 1;

/** Reads the files of pairs. What fails becomes a problem. */
export class PairReader {
  readonly problems: Problem[] = [];
  bytesRead = 0;
  readonly blocks: readonly [Buffer, Buffer];
  readonly calls: FileCalls;
  readonly #files: FileTable;
  readonly #dirs: DirFdCache;
  readonly #snapshots: SnapshotCheck;

  constructor(thread: ThreadState) {
    const { dirs, blocks } = cachesOf(thread);
    this.#files = tableOf(thread);
    this.calls = thread.fileCalls;
    this.blocks = blocks;
    this.#dirs = dirs;
    this.#snapshots = new SnapshotCheck(this.#files, this.calls);
  }

  /** The descriptor of a row's file; -1 if it cannot be opened. */
  open(file: number): number {
    const dir = this.#dirs.of(this.#files.columns.dir[file]);
    const opened =
      dir === undefined
        ? this.calls.open(undefined, this.#files.path(file))
        : this.calls.open(dir, this.#files.name(file));
    if (!isErrno(opened)) return opened;
    this.fail(file, opened.code);
    return -1;
  }

  /** Reads `length` bytes at `position` into the block of a side; false if that fails or the file ends before. */
  read(side: Side, file: number, descriptor: number, length: number, position: number): boolean {
    const filled = readFully(this.calls, descriptor, this.blocks[side], length, position);
    if (isErrno(filled)) {
      this.fail(file, filled.code);
      return false;
    }
    this.bytesRead += filled;
    if (filled < length) this.fail(file, "ESTALE");
    return filled === length;
  }

  /**
   * Reads a whole file of `length` bytes into the block of a side; false if that fails or the file has another size. It
   * asks for one byte more, so that a file that has grown is noticed without another call.
   */
  readWhole(side: Side, file: number, descriptor: number, length: number): boolean {
    const block = this.blocks[side];
    const filled = this.calls.read(descriptor, block, length + 1, 0);
    if (filled === length) {
      this.bytesRead += length;
      return true;
    }
    if (!isErrno(filled) && filled < length) return this.read(side, file, descriptor, length, 0);
    this.fail(file, isErrno(filled) ? filled.code : "ESTALE");
    return false;
  }

  /** Whether the blocks that were read come from the file that the walk saw, unchanged. */
  confirm(file: number, descriptor: number): boolean {
    const wrong = this.#snapshots.check(descriptor, file);
    if (wrong !== undefined) this.fail(file, wrong.code);
    return wrong === undefined;
  }

  fail(file: number, code: string): void {
    const message =
      code === "ENOENT"
        ? "it vanished before it was compared"
        : CHANGED.has(code)
          ? "it changed while it was compared"
          : describeErrno(code);
    this.problems.push({ path: this.#files.path(file), code, message });
  }
}

/** What one task leaves to the next on the same thread. */
interface Caches {
  readonly dirs: DirFdCache;
  readonly blocks: readonly [Buffer, Buffer];
}

const CACHES = new ThreadSlot<Caches>(({ dirs }) => dirs.closeAll());

function cachesOf(thread: ThreadState): Caches {
  return thread.getOrCreate(CACHES, () => ({
    dirs: new DirFdCache(tableOf(thread), thread.fileCalls, thread.threads),
    blocks: [Buffer.allocUnsafeSlow(BLOCK), Buffer.allocUnsafeSlow(BLOCK)],
  }));
}
