import type { BytePath } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import { type Result, errno, isErrno, tryErrno } from "../core/result.ts";
import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { disk } from "../fs/disk.ts";
import { nodeFileCalls, readFully } from "../fs/file-calls.ts";
import { loadHasher } from "../match/content-hash.ts";
import { defineTask } from "../workers/task.ts";

const BLOCK = 1024 * 1024;
/** Bytes between two yields to the event loop. */
const YIELD_INTERVAL = 32 * BLOCK;

/** What the content of an entry was found to be. */
export interface EntryDigest {
  /** SHA-256 in hexadecimal; undefined if it cannot be read, or if it changed while it was read. */
  readonly digest: string | undefined;
  /** Of the file that was read. */
  readonly inode: bigint;
  readonly bytes: number;
  /** Why it cannot be read: the name of an errno, and words. */
  readonly problem: { readonly code: string; readonly message: string } | undefined;
}

/** Computes the digests of files. */
export const digestEntriesTask = defineTask(
  "digestEntries",
  async (paths: readonly BytePath[], thread): Promise<EntryDigest[]> => {
    const createHash = await loadHasher("sha256");
    const buffer = Buffer.allocUnsafe(BLOCK);
    const digests: EntryDigest[] = [];
    let read = 0;
    for (const path of paths) {
      if (thread.stopped()) break;
      const found = digestOf(path, createHash(), buffer);
      if (isErrno(found)) {
        const { code } = found;
        const problem = { code, message: describeErrno(code) };
        digests.push({ digest: undefined, inode: 0n, bytes: 0, problem });
        continue;
      }
      digests.push({ ...found, problem: undefined });
      read += found.bytes;
      if (read < YIELD_INTERVAL) continue;
      read = 0;
      await yieldToEventLoop();
    }
    return digests;
  },
);

type Hash = ReturnType<Awaited<ReturnType<typeof loadHasher>>>;

function digestOf(
  path: BytePath,
  hash: Hash,
  buffer: Buffer,
): Result<Omit<EntryDigest, "problem">> {
  return tryErrno(() => {
    const fd = disk.openForReading(path);
    try {
      const before = disk.fstat(fd);
      if (!before.isFile()) return errno("EISDIR");
      const { ino: inode } = before;
      const size = Number(before.size);
      for (let at = 0; at < size; at += BLOCK) {
        const length = Math.min(BLOCK, size - at);
        const read = readFully(nodeFileCalls, fd, buffer, length, at);
        if (isErrno(read)) return read;
        hash.update(buffer.subarray(0, read));
      }
      const after = disk.fstat(fd);
      const isSame = after.size === before.size && after.mtimeNs === before.mtimeNs;
      return { digest: isSame ? hash.digest() : undefined, inode, bytes: size };
    } finally {
      disk.close(fd);
    }
  });
}
