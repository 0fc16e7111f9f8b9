import { DedupeError } from "../core/errors.ts";
import { readUserFile } from "./read-user-file.ts";

/**
 * Reads the paths of `--files-from`, as bytes. Empty lines are ignored.
 *
 * @param file A path, or `-` for standard input.
 * @throws DedupeError if the list cannot be read.
 */
export function readList(file: string, separatedByNul: boolean): Uint8Array[] {
  const bytes = readUserFile("--files-from", file, "the list");
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
