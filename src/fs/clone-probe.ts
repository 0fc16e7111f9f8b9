import fs from "node:fs";
import { type BytePath, dirOf, toNative } from "../core/byte-path.ts";
import { type Result, isErrno, tryErrno } from "../core/result.ts";
import { disk } from "./disk.ts";
import { native } from "../native/native.ts";

const { COPYFILE_FICLONE_FORCE, O_DIRECTORY = 0, O_RDWR } = fs.constants;
/** fcntl.h; Node does not name it. The file has no name: nothing in the directory changes. */
const O_TMPFILE = 0o20000000 | O_DIRECTORY;
/** Larger than what any file system keeps inside its metadata. */
const BLOCK = 65_536;
/** File systems that clone, for where it cannot be tried (statfs(2), linux/magic.h). */
const CLONING_TYPES = new Set([
  0x9123683e /* btrfs */, 0xca451a4e /* bcachefs */, 0x7461636f /* ocfs2 */,
  0x58465342 /* xfs, unless made without */,
]);

/**
 * Whether the file system of this file makes copy-on-write clones. Tried with two files that have no
 * name, so that a dry run may ask too, and no other file's blocks are shared for a moment.
 */
export function canClone(file: BytePath): boolean {
  if (process.platform !== "linux") return fileSystemName(file) === "apfs";
  const dir = dirOf(file);
  const opened: number[] = [];
  const answer = tryErrno(() => {
    for (let i = 0; i < 2; i += 1) {
      opened.push(fs.openSync(toNative(dir), O_TMPFILE | O_RDWR, 0o600));
    }
    const [source, target] = opened;
    fs.writeSync(source, Buffer.alloc(BLOCK, 1));
    return !isErrno(clone(source, target));
  });
  for (const fd of opened) disk.close(fd);
  if (!isErrno(answer)) return answer;
  // It cannot be tried here: known by its type.
  const type = tryErrno(() => fs.statfsSync(toNative(dir)).type >>> 0);
  return !isErrno(type) && CLONING_TYPES.has(type);
}

function clone(source: number, target: number): Result {
  const calls = native();
  if (calls !== undefined) return calls.clone(source, target);
  return tryErrno(() => {
    const [from, to] = [source, target].map((fd) => `/proc/self/fd/${fd}`);
    fs.copyFileSync(from, to, COPYFILE_FICLONE_FORCE);
  });
}

/** "ext4"; undefined where it cannot be known. */
export function fileSystemName(file: BytePath): string | undefined {
  const type = native()?.fileSystemType(file);
  return isErrno(type) ? undefined : type;
}
