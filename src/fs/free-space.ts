import fs from "node:fs";
import { type BytePath, toNative } from "../core/byte-path.ts";
import { type Result, tryErrno } from "../core/result.ts";

export interface FreeSpace {
  /** Bytes that this user may still use; infinite where the file system does not count them. */
  readonly bytes: number;
  /** Further files that the file system takes; infinite where it does not count them. */
  readonly files: number;
  /** Size of a block in bytes. */
  readonly block: number;
}

/** What is free on the file system of a path (statfs(2)). Quotas are not seen. */
export function freeSpace(path: BytePath): Result<FreeSpace> {
  return tryErrno(() => {
    const { blocks, bavail, bfree, bsize, files, ffree } = fs.statfsSync(toNative(path));
    const free = process.geteuid?.() === 0 ? bfree : bavail;
    return {
      bytes: blocks === 0 ? Number.POSITIVE_INFINITY : free * bsize,
      files: files === 0 ? Number.POSITIVE_INFINITY : ffree,
      block: bsize,
    };
  });
}
