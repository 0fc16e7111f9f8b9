import type { FileTable } from "../core/file-table.ts";
import { type Errno, errno, isErrno } from "../core/result.ts";
import { type FileCalls, StatBuffer } from "./file-calls.ts";

/** Checks that open files are those that the walk saw, unchanged. */
export class SnapshotCheck {
  readonly #files: FileTable;
  readonly #calls: FileCalls;
  readonly #stat = new StatBuffer();
  /** Inode, mtime and ctime of the file that was stat'ed, as words. */
  readonly #words = new Uint32Array(6);

  constructor(files: FileTable, calls: FileCalls) {
    this.#files = files;
    this.#calls = calls;
  }

  /** ESTALE if the open file is not that of the row, or has changed. */
  check(descriptor: number, file: number): Errno | undefined {
    const stat = this.#stat;
    const failure = this.#calls.fstat(descriptor, stat);
    if (isErrno(failure)) return failure;
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
}
