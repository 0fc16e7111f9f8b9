/** Files of our own, which are replaced as a whole. */
import fs from "node:fs";
import { type BytePath, join, toNative } from "../core/byte-path.ts";
import { type Result, errno, isErrno, tryErrno } from "../core/result.ts";
import { disk } from "./disk.ts";

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_WRONLY } = fs.constants;
const PRIVATE_FILE = 0o600;
const PRIVATE_DIR = 0o700;

/** The first bytes of a regular file, as many as it has up to `length`. */
export function readHead(path: BytePath, length: number): Result<Buffer> {
  return tryErrno(() => {
    const fd = disk.openForReading(path);
    try {
      if (!disk.fstat(fd).isFile()) return errno("EINVAL");
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, disk.read(fd, bytes, length, 0));
    } finally {
      disk.close(fd);
    }
  });
}

/**
 * Replaces a file, or makes it: written under a temporary path in the same directory, flushed to the disk, renamed.
 * At every moment, the path leads to the old file or to the new one, whole.
 */
export function replaceDurably(path: BytePath, temporary: BytePath, bytes: Uint8Array): Result {
  return writeDurably(temporary, bytes, () => disk.rename(temporary, path));
}

/** Makes a file, like `replaceDurably`; "EEXIST" if there is one. */
export function createDurably(path: BytePath, temporary: BytePath, bytes: Uint8Array): Result {
  return writeDurably(temporary, bytes, () => {
    const linked = tryErrno(() => disk.link(temporary, path));
    if (isErrno(linked) && linked.code === "EEXIST") return linked;
    // Not every file system has hard links.
    if (isErrno(linked)) disk.rename(temporary, path);
    else disk.unlink(temporary);
    return undefined;
  });
}

/** Writes a temporary and puts it in its place; removes it if that fails. */
function writeDurably(
  temporary: BytePath,
  bytes: Uint8Array,
  putInPlace: () => Result | void,
): Result {
  const done = tryErrno(() => {
    const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
    const fd = fs.openSync(toNative(temporary), flags, PRIVATE_FILE);
    try {
      for (let written = 0; written < bytes.length;)
        written += disk.write(fd, bytes.subarray(written));
      fs.fdatasyncSync(fd);
    } finally {
      disk.close(fd);
    }
    return putInPlace() ?? undefined;
  });
  if (isErrno(done)) tryErrno(() => disk.unlink(temporary));
  return done;
}

/**
 * Appends bytes to a file, or makes it. What is written at once by several processes is not mixed.
 *
 * @returns "ENOSPC" also if only a part was written.
 */
export function appendBytes(path: BytePath, bytes: Uint8Array): Result {
  return tryErrno(() => {
    const flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW;
    const fd = fs.openSync(toNative(path), flags, PRIVATE_FILE);
    try {
      return disk.write(fd, bytes) === bytes.length ? undefined : errno("ENOSPC");
    } finally {
      disk.close(fd);
    }
  });
}

/** Makes the directory `base` and, one below the other, `names`, readable by their owner only. */
export function makePrivateDirs(base: BytePath, names: readonly BytePath[]): Result<BytePath> {
  let path = base;
  for (const name of ["", ...names]) {
    path = join(path, name);
    const made = tryErrno(() => fs.mkdirSync(toNative(path), { mode: PRIVATE_DIR }));
    if (isErrno(made) && made.code !== "EEXIST") return made;
  }
  return path;
}

/** Sets the times of a file to now; nothing where that is not possible. */
export function touch(path: BytePath): void {
  const now = Date.now() / 1000;
  tryErrno(() => fs.utimesSync(toNative(path), now, now));
}
