import { type BytePath, dirOf, join } from "../core/byte-path.ts";
import { errnoOf, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";

/** Finds the nearest directory, a directory itself or one above it, that holds one of some names; remembers what it found. */
export class NearestDir {
  readonly #wanted: readonly string[];
  readonly #known = new Map<BytePath, BytePath | undefined>();

  constructor(wanted: readonly string[]) {
    this.#wanted = wanted;
  }

  /** @param directory Absolute. */
  to(dir: BytePath): BytePath | undefined {
    if (this.#known.has(dir)) return this.#known.get(dir);
    const here = this.#wanted.some((name) => isThere(join(dir, name)));
    const found = here ? dir : dir === "/" ? undefined : this.to(dirOf(dir));
    this.#known.set(dir, found);
    return found;
  }
}

function isThere(path: BytePath): boolean {
  return tryErrno(() => disk.exists(path)) === true;
}

const LARGEST = 4 * 1024 * 1024;

/** A text file as a person wrote it; undefined where it is not there, or cannot be read. */
export function readText(path: BytePath): string | undefined {
  try {
    const descriptor = disk.openForReading(path);
    try {
      const size = Number(disk.fstat(descriptor).size);
      if (size > LARGEST) return undefined;
      const bytes = Buffer.alloc(size);
      return bytes.subarray(0, disk.read(descriptor, bytes, size, 0)).toString("utf8");
    } finally {
      disk.close(descriptor);
    }
  } catch (error) {
    errnoOf(error);
    return undefined;
  }
}
