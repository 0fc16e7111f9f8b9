import { type BytePath, dirOf, join } from "../core/byte-path.ts";
import { isErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { readRegularFile } from "../fs/read-regular-file.ts";

const MAX_SIZE = 4 * 1024 * 1024;

/** The contents of a hand-written text file; undefined if it cannot be read. */
export function readText(path: BytePath): string | undefined {
  const bytes = readRegularFile(path, MAX_SIZE);
  return isErrno(bytes) ? undefined : bytes?.toString("utf8");
}

/**
 * Returns a function that finds the nearest directory containing an entry with one of the names. It starts
 * with the given absolute directory, goes up, and caches its results.
 */
export function nearestDirWith(
  names: readonly BytePath[],
): (dir: BytePath) => BytePath | undefined {
  const known = new Map<BytePath, BytePath | undefined>();
  return function nearest(dir: BytePath): BytePath | undefined {
    if (known.has(dir)) return known.get(dir);
    const isHere = names.some((name) => disk.exists(join(dir, name)));
    const found = isHere ? dir : dir === "/" ? undefined : nearest(dirOf(dir));
    known.set(dir, found);
    return found;
  };
}
