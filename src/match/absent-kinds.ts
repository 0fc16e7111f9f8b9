import {
  BY_CONTENT,
  confirmKind,
  hasSubkinds,
  kindNeedsContent,
  parentKind,
} from "../artifacts/kinds.ts";
import type { FileTable } from "../core/file-table.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { nodeFileCalls, readFully } from "../fs/file-calls.ts";

/** Bytes of a file that tell its kind. */
const HEAD = 4096;
/** After this many files, which take about 0.1 s, a kind counts as present. */
const MOST_READ = 10_000;

/**
 * The kinds that no file of the tree has. Reads files that may be of such a kind for all that their names tell: those
 * that no other file equals in size were not read before. If one cannot be read, it may be of any kind.
 */
export function absentKinds(files: FileTable, kinds: readonly number[]): number[] {
  const { kind } = files.columns;
  const found = new Set(kind);
  let absent = kinds.filter((each) => !found.has(each));
  const head = Buffer.allocUnsafe(HEAD);
  let read = 0;
  for (let file = 0; file < files.count && absent.length > 0; file += 1) {
    if (!absent.some((each) => mayBe(kind[file], each))) continue;
    read += 1;
    const length = read > MOST_READ ? undefined : readHead(files, file, head);
    if (length === undefined) return [];
    const proven = confirmKind(kind[file], head.subarray(0, length));
    absent = absent.filter((each) => each !== proven);
  }
  return absent;
}

/** Whether a file of the kind `byName`, as its name tells, may be of another kind. */
function mayBe(byName: number, kind: number): boolean {
  if (byName === BY_CONTENT || kindNeedsContent(byName)) return true;
  return hasSubkinds(byName) && parentKind(kind) === byName;
}

/** Returns the number of bytes; undefined if the file cannot be read. */
function readHead(files: FileTable, file: number, into: Buffer): number | undefined {
  const length = tryErrno(() => {
    const fd = disk.openForReading(files.path(file));
    try {
      return readFully(nodeFileCalls, fd, into, HEAD, 0);
    } finally {
      disk.close(fd);
    }
  });
  return isErrno(length) ? undefined : length;
}
