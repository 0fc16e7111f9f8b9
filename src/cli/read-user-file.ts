import { describeErrno } from "../core/errno-messages.ts";
import { DedupeError } from "../core/errors.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";

const MIB = 1024 * 1024;
const MAX_SIZE = 256 * MIB;

/**
 * Reads a file that an option names.
 *
 * @param file A path, or `-` for standard input.
 * @param contents What the file is, for messages: "the list".
 * @throws DedupeError if it cannot be read, or is larger than 256 MiB.
 */
export function readUserFile(option: string, file: string, contents: string): Buffer {
  const bytes = tryErrno(() => disk.readUpTo(file, MAX_SIZE + 1));
  if (isErrno(bytes)) {
    const { code } = bytes;
    const why = code === "ENOENT" ? "no such file or directory" : describeErrno(code);
    throw new DedupeError("bad-list", `${option} ${file}: ${why}`);
  }
  if (bytes.length > MAX_SIZE)
    throw new DedupeError(
      "bad-list",
      `${option} ${file}: ${contents} is larger than ${MAX_SIZE / MIB} MiB`,
    );
  return bytes;
}
