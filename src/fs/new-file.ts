import fs from "node:fs";
import { toNative } from "../core/byte-path.ts";
import { type Errno, type Result, isErrno, tryErrno } from "../core/result.ts";
import type { DirHandle } from "./dir-calls.ts";
import { disk } from "./disk.ts";
import { native } from "../native/native.ts";
import { type EntryLocation, closeFile, nodePath } from "./open-file.ts";

const {
  O_RDWR,
  O_CREAT,
  O_EXCL,
  O_NOFOLLOW = 0,
  COPYFILE_EXCL,
  COPYFILE_FICLONE_FORCE,
} = fs.constants;
/** Only the owner may read a new file before it has its own mode. */
const PRIVATE = 0o600;
const BLOCK = 1024 * 1024;
/** The smallest hole that a copy preserves. */
const HOLE = 64 * 1024;
const ZEROS = Buffer.alloc(HOLE);

/** Makes a copy-on-write clone under a new name and opens it. On failure, removes it. */
export function makeClone(
  source: { readonly fd: number; readonly location: EntryLocation },
  target: EntryLocation,
): Result<number> {
  const calls = native();
  if (calls !== undefined && typeof target.dir === "number" && process.platform === "linux") {
    const fd = calls.createFileAt(target.dir, target.name, PRIVATE);
    if (isErrno(fd)) return fd;
    const done = calls.clone(source.fd, fd);
    return isErrno(done) ? discard(fd, target, done) : fd;
  }
  const from =
    process.platform === "linux" ? `/proc/self/fd/${source.fd}` : nodePath(source.location);
  const to = nodePath(target);
  return tryErrno(() => {
    fs.copyFileSync(toNative(from), toNative(to), COPYFILE_EXCL | COPYFILE_FICLONE_FORCE);
    return disk.openForReading(to);
  });
}

/**
 * Makes a copy under a new name and opens it. On failure, removes it.
 *
 * @param size The size of the source in bytes.
 * @param how `sparse` leaves out long runs of zeros. `sync` writes the copy to the disk, so that a power failure after
 *   it took another file's place loses nothing.
 */
export function makeCopy(
  source: number,
  target: EntryLocation,
  size: number,
  how: { readonly sparse: boolean; readonly sync: boolean },
): Result<number> {
  const fd = createFile(target);
  if (isErrno(fd)) return fd;
  const done = tryErrno(() => {
    copyBytes(source, fd, size, how.sparse);
    if (how.sync && size > 0) fs.fdatasyncSync(fd);
  });
  return isErrno(done) ? discard(fd, target, done) : fd;
}

function createFile(target: EntryLocation): Result<number> {
  const calls = native();
  if (calls !== undefined && typeof target.dir === "number")
    return calls.createFileAt(target.dir, target.name, PRIVATE);
  return tryErrno(() =>
    fs.openSync(toNative(nodePath(target)), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, PRIVATE),
  );
}

function copyBytes(from: number, to: number, size: number, sparse: boolean): void {
  const buffer = Buffer.allocUnsafe(Math.min(BLOCK, Math.max(size, 1)));
  const step = sparse ? HOLE : BLOCK;
  for (let at = 0; at < size;) {
    const read = disk.read(from, buffer, Math.min(buffer.length, size - at), at);
    if (read === 0) break; // truncated meanwhile, which the caller detects
    for (let start = 0; start < read; start += step) {
      const end = Math.min(start + step, read);
      if (sparse && ZEROS.compare(buffer, start, end, 0, end - start) === 0) continue;
      writeAll(to, buffer, start, end, at + start);
    }
    at += read;
  }
  fs.ftruncateSync(to, size);
}

function writeAll(fd: number, buffer: Buffer, start: number, end: number, position: number): void {
  for (let done = start; done < end;) {
    done += fs.writeSync(fd, buffer, done, end - done, position + done - start);
  }
}

function discard(fd: number, target: EntryLocation, why: Errno): Errno {
  closeFile(fd);
  removeNew(target);
  return why;
}

/** Removes a file that was made here. */
export function removeNew(target: EntryLocation): void {
  const calls = native();
  if (calls !== undefined && typeof target.dir === "number")
    calls.unlinkAt(target.dir, target.name);
  else tryErrno(() => disk.unlink(nodePath(target)));
}

/** Writes all unwritten data of the file system that holds a directory; false if that is not possible. */
export function syncDir(dir: DirHandle): boolean {
  const calls = native();
  return calls !== undefined && typeof dir === "number" && !isErrno(calls.syncFileSystem(dir));
}

/** Whether `syncDir` is supported. */
export function canSyncDirs(): boolean {
  return process.platform === "linux" && native() !== undefined;
}
