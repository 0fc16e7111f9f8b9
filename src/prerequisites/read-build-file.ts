import type { BytePath } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import { errnoOf } from "../core/errors.ts";
import { disk } from "../fs/disk.ts";

/** Told what is wrong with a file of a build. */
export type Note = (path: BytePath, words: string) => void;

/** A file's bytes; undefined where it is not there, or cannot be read whole, which is noted. */
export function readBuildFile(path: BytePath, most: number, note: Note): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = disk.openForReading(path);
    const stat = disk.fstat(descriptor);
    if (!stat.isFile()) return undefined;
    if (stat.size > BigInt(most)) {
      note(path, `it is larger than ${most / 1024 / 1024} MiB`);
      return undefined;
    }
    const bytes = Buffer.allocUnsafe(Number(stat.size));
    let filled = 0;
    while (filled < bytes.length) {
      const got = disk.read(descriptor, bytes.subarray(filled), bytes.length - filled, filled);
      if (got === 0) break;
      filled += got;
    }
    return bytes.subarray(0, filled);
  } catch (error) {
    const code = errnoOf(error);
    if (code !== "ENOENT") note(path, describeErrno(code));
    return undefined;
  } finally {
    if (descriptor !== undefined) disk.close(descriptor);
  }
}
