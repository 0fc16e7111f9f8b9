import { type BytePath, folderOf, join } from "../byte-path.ts";
import { errnoOf } from "../errors.ts";
import { disk } from "../fs/disk.ts";

/** Finds the nearest folder, a folder itself or one above it, that holds one of some names; remembers what it found. */
export class Nearest {
  readonly #wanted: readonly string[];
  readonly #known = new Map<BytePath, BytePath | undefined>();

  constructor(wanted: readonly string[]) {
    this.#wanted = wanted;
  }

  /** @param folder Absolute. */
  to(folder: BytePath): BytePath | undefined {
    if (this.#known.has(folder)) return this.#known.get(folder);
    const here = this.#wanted.some((name) => isThere(join(folder, name)));
    const found = here ? folder : folder === "/" ? undefined : this.to(folderOf(folder));
    this.#known.set(folder, found);
    return found;
  }
}

function isThere(path: BytePath): boolean {
  try {
    return disk.exists(path);
  } catch (error) {
    errnoOf(error); // a folder that is not ours to look into
    return false;
  }
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
