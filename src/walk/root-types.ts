import { type BytePath, toText } from "../core/byte-path.ts";
import { DedupeError } from "../core/errors.ts";
import { look, refuseImpossiblePath } from "./roots.ts";

/**
 * Whether each path leads to a directory or a regular file, through symbolic links. The paths are not expanded as
 * patterns.
 *
 * @throws DedupeError `missing-path` for the first path that leads to neither.
 */
export function rootTypes(paths: readonly BytePath[]): ("directory" | "file")[] {
  return paths.map((path) => {
    refuseImpossiblePath(path);
    const stat = look(path)?.stat;
    if (stat?.isDirectory()) return "directory";
    if (stat?.isFile()) return "file";
    const why = stat === undefined ? "no such file or directory" : "neither a directory nor a file";
    throw new DedupeError("missing-path", `${toText(path)}: ${why}`);
  });
}
