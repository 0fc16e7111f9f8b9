import { describeErrno } from "../core/errno-messages.ts";
import { DedupeError } from "../core/errors.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";

const MIB = 1024 * 1024;
const MAX_SIZE = 256 * MIB;

/**
 * Reads the paths of `--files-from`, as bytes. Empty lines are ignored.
 *
 * @param file A path, or `-` for standard input.
 * @throws DedupeError if the list cannot be read.
 */
export function readList(file: string, separatedByNul: boolean): Uint8Array[] {
  const bytes = tryErrno(() => disk.readUpTo(file, MAX_SIZE + 1));
  if (isErrno(bytes)) {
    const { code } = bytes;
    const why = code === "ENOENT" ? "no such file or directory" : describeErrno(code);
    throw new DedupeError("bad-list", `--files-from ${file}: ${why}`);
  }
  if (bytes.length > MAX_SIZE)
    throw new DedupeError(
      "bad-list",
      `--files-from ${file}: the list is larger than ${MAX_SIZE / MIB} MiB`,
    );
  const text = bytes.toString("latin1");
  const lines = text.split(separatedByNul ? "\0" : process.platform === "win32" ? /\r?\n/ : "\n");
  if (lines.some((line) => line.includes("\0"))) {
    throw new DedupeError(
      "bad-list",
      `--files-from ${file}: its paths are separated by NUL`,
      "add --null",
    );
  }
  return lines.filter((line) => line !== "").map((line) => Buffer.from(line, "latin1"));
}
