import { mkdirSync, mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { findProgram, runSync } from "./processes.mjs";

/** The directory of images, which is in memory. */
const MEMORY = "/dev/shm";

/** Size of an image in bytes. It is sparse and takes only the memory that the tree in it needs. */
const IMAGE_BYTES = 24e9;

/** Number of inodes of an image. */
const IMAGE_INODES = 1_500_000;

/** Space required, relative to the tree: includes copies made while restoring it, and the file system itself. */
const HEADROOM = 1.5;

/**
 * The place for the trees, one at a time: an ext4 image in memory if possible, which involves no disk and is the same
 * file system for everyone; a directory otherwise.
 */
export class Workspace {
  /** A directory for helper programs and temporary files. */
  scratch;

  /** The cache directory for the commands, which remember there what they have linked. */
  cache;

  /** Describes where the trees are. */
  description;

  #dir;
  #image;
  #mounted = false;

  /**
   * @param {object} options
   * @param {string} [options.dir] the directory for the trees; without it, an image if allowed and possible
   * @param {boolean} options.image
   * @param {number} options.bytes approximate size of the largest tree
   */
  constructor({ dir, image, bytes }) {
    this.scratch = mkdtempSync(join(tmpdir(), "dedupe-bench-"));
    this.cache = join(this.scratch, "cache");
    mkdirSync(this.cache);
    const obstacle = dir ? "a directory was given" : image ? imageObstacle(bytes) : "not wanted";
    if (!obstacle) {
      this.#image = join(MEMORY, `dedupe-bench-${process.pid}.img`);
      this.#dir = join(this.scratch, "mounted");
      mkdirSync(this.#dir);
      this.description = "an ext4 image in memory (loop mount)";
    } else {
      if (dir) mkdirSync(dir, { recursive: true });
      this.#dir = mkdtempSync(join(dir ?? tmpdir(), "dedupe-bench-trees-"));
      this.description = `a directory (no image: ${obstacle})`;
    }
  }

  /** Starts over with a new file system or an empty directory. @returns {string} the root of the next tree */
  fresh() {
    if (this.#image) this.#mountNewImage(this.#image);
    else rmSync(join(this.#dir, "tree"), { recursive: true, force: true });
    const root = join(this.#dir, "tree");
    mkdirSync(root);
    return root;
  }

  /** Syncs the file system, so that no run pays for the writes of the previous one. */
  sync() {
    if (!runSync("sync", ["-f", this.#dir]).ok) runSync("sync", []);
  }

  /**
   * Drops the tree from the cache: an image is mounted again, which leaves the programs in the cache; for a directory,
   * all caches are dropped. Needs root.
   */
  forget() {
    if (!this.#image) return writeFileSync("/proc/sys/vm/drop_caches", "3");
    this.#unmount();
    this.#mount(this.#image);
  }

  /** Removes what `dedupe` remembers of a tree that was restored; its names with new files would stay apart. */
  forgetLinks() {
    rmSync(join(this.cache, "dedupe"), { recursive: true, force: true });
  }

  /** Removes everything; may be called twice. */
  close() {
    this.#unmount();
    if (this.#image) rmSync(this.#image, { force: true });
    else rmSync(this.#dir, { recursive: true, force: true });
    rmSync(this.scratch, { recursive: true, force: true });
  }

  /** @param {string} image */
  #mountNewImage(image) {
    this.#unmount();
    rmSync(image, { force: true });
    writeFileSync(image, "");
    truncateSync(image, IMAGE_BYTES);
    // Do not zero the inode table in the background, which would disturb the first measurements.
    const format = [
      "-q",
      "-F",
      "-m",
      "0",
      "-N",
      String(IMAGE_INODES),
      "-E",
      "lazy_itable_init=1",
      image,
    ];
    must(findProgram("mkfs.ext4") ?? "mkfs.ext4", format);
    this.#mount(image);
  }

  /** @param {string} image */
  #mount(image) {
    must("mount", ["-o", "loop,noinit_itable", image, this.#dir]);
    this.#mounted = true;
  }

  #unmount() {
    if (!this.#mounted) return;
    if (!runSync("umount", [this.#dir]).ok) must("umount", ["-l", this.#dir]);
    this.#mounted = false;
  }
}

/** Why no image can be used; undefined if it can. @param {number} bytes @returns {string | undefined} */
function imageObstacle(bytes) {
  if (process.platform !== "linux") return "not Linux";
  if (process.getuid?.() !== 0) return "not root";
  if (!findProgram("mkfs.ext4") || !findProgram("mount")) return "no mkfs.ext4 or mount";
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize < bytes * HEADROOM) return `too little memory in ${MEMORY}`;
  } catch {
    return `no ${MEMORY}`;
  }
  return undefined;
}

/** @param {string} program @param {string[]} parameters */
function must(program, parameters) {
  const { ok, output } = runSync(program, parameters);
  if (!ok) throw new Error(`${program} ${parameters.join(" ")}: ${output}`);
}
