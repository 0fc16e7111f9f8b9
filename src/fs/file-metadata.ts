import fs from "node:fs";
import { type Result, errno, isErrno, tryErrno } from "../core/result.ts";
import { notAfter } from "./disk.ts";
import { type Attribute, native } from "../native/native.ts";
import { setMode, statOpen } from "./open-file.ts";

/** All that tells a file from another one with the same content. Times in nanoseconds. */
export interface FileMetadata {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
  /** Empty where the native calls are missing: then nothing is known of them. */
  readonly attributes: readonly Attribute[];
}

const PERMISSIONS = 0o7777;
/** Made by the kernel for each file by itself; ours to set only at times, never needed. */
const MADE_BY_THE_KERNEL = new Set(["security.evm", "security.ima"]);

export function readMetadata(fd: number): Result<FileMetadata> {
  const stat = statOpen(fd);
  if (isErrno(stat)) return stat;
  const attributes = native()?.attributes(fd) ?? [];
  if (isErrno(attributes)) return attributes;
  const { mode, uid, gid, atimeNs, mtimeNs } = stat;
  return { mode, uid, gid, atimeNs, mtimeNs, attributes };
}

/**
 * Gives a new file the owner, extended attributes, mode and times of another, in the order in which one
 * does not undo the other. All of it or an errno: nothing is lost in silence.
 */
export function applyMetadata(fd: number, like: FileMetadata): Result {
  const now = statOpen(fd);
  if (isErrno(now)) return now;
  if (now.uid !== like.uid || now.gid !== like.gid) {
    const done = tryErrno(() => fs.fchownSync(fd, like.uid, like.gid));
    if (isErrno(done)) return done;
  }
  const attributes = giveAttributes(fd, like.attributes);
  if (isErrno(attributes)) return attributes;
  const mode = like.mode & PERMISSIONS;
  const done = setMode(fd, mode);
  if (isErrno(done)) return done;
  const made = statOpen(fd);
  if (isErrno(made)) return made;
  // The system takes setgid away in silence where the caller is not of that group.
  if ((made.mode & PERMISSIONS) !== mode) return errno("EPERM");
  return giveTimes(fd, like);
}

function giveAttributes(fd: number, wanted: readonly Attribute[]): Result {
  const calls = native();
  if (calls === undefined) return undefined;
  const found = calls.attributes(fd);
  if (isErrno(found)) return found;
  for (const { name } of found) {
    if (MADE_BY_THE_KERNEL.has(name) || wanted.some((attribute) => attribute.name === name))
      continue;
    // What the directory gave to a new file (a default access list).
    const done = calls.removeAttribute(fd, name);
    if (isErrno(done) && done.code !== "ENODATA") return done;
  }
  for (const { name, value } of wanted) {
    if (MADE_BY_THE_KERNEL.has(name)) continue;
    if (found.some((attribute) => attribute.name === name && attribute.value.equals(value)))
      continue;
    const done = calls.setAttribute(fd, name, value);
    if (isErrno(done)) return done;
  }
  return undefined;
}

function giveTimes(fd: number, { atimeNs, mtimeNs }: FileMetadata): Result {
  const calls = native();
  if (calls !== undefined) return calls.setTimes(fd, atimeNs, mtimeNs);
  return tryErrno(() => fs.futimesSync(fd, notAfter(atimeNs), notAfter(mtimeNs)));
}
