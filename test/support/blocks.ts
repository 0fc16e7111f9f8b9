/** Disk blocks of files. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { fromText } from "../../src/core/byte-path.ts";
import { errno, isErrno } from "../../src/core/result.ts";
import { type CommonBlocks, commonBlocks } from "../../src/extents/common-blocks.ts";
import { native } from "../../src/native/native.ts";

/** The blocks that two files share, according to the kernel (FIEMAP). */
export function commonBlocksOf(a: string, b: string): CommonBlocks {
  const [one, other] = [a, b].map((path) => {
    const fd = fs.openSync(path, "r");
    const extents = native()?.extents(fd, true) ?? errno("ENOSYS");
    fs.closeSync(fd);
    if (isErrno(extents)) throw new Error(`${fromText(path)}: ${extents.code}`);
    return extents;
  });
  return commonBlocks(one, other, fs.statSync(a).size);
}

/** Bytes in use on the file system of a directory, after a sync. */
export function usedBytesOn(dir: string): number {
  execFileSync("sync", ["-f", dir]);
  const { blocks, bfree, bsize } = fs.statfsSync(dir);
  return (blocks - bfree) * bsize;
}
