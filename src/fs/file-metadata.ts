import fs from "node:fs";
import { type Result, errno, isErrno, tryErrno } from "../core/result.ts";
import { type Attribute, readAttributes, removeAttribute, setAttribute } from "./attributes.ts";
import { toUtime } from "./disk.ts";
import { native } from "../native/native.ts";
import { PERMISSIONS, setMode, statOpen } from "./open-file.ts";

/** What a file has beside its content. Times in nanoseconds since 1970. */
export interface FileMetadata {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
  /** Empty without the native calls, as they cannot be read then. */
  readonly attributes: readonly Attribute[];
}

/** The kernel creates these for each file itself; only privileged processes may set them. */
const MADE_BY_THE_KERNEL = new Set(["security.evm", "security.ima"]);

export function readMetadata(fd: number): Result<FileMetadata> {
  const stat = statOpen(fd);
  if (isErrno(stat)) return stat;
  const attributes = native() === undefined ? [] : readAttributes(fd);
  if (isErrno(attributes)) return attributes;
  const { mode, uid, gid, atimeNs, mtimeNs } = stat;
  return { mode, uid, gid, atimeNs, mtimeNs, attributes };
}

/**
 * Gives a new file the owner, extended attributes, mode and times of another, in an order in which no step undoes an
 * earlier one. Answers an errno if any of them cannot be set.
 */
export function applyMetadata(fd: number, metadata: FileMetadata): Result {
  const { uid, gid } = metadata;
  const before = statOpen(fd);
  if (isErrno(before)) return before;
  if (before.uid !== uid || before.gid !== gid) {
    const done = tryErrno(() => fs.fchownSync(fd, uid, gid));
    if (isErrno(done)) return done;
  }
  const attributed = applyAttributes(fd, metadata.attributes);
  if (isErrno(attributed)) return attributed;
  const mode = metadata.mode & PERMISSIONS;
  const done = setMode(fd, mode);
  if (isErrno(done)) return done;
  const after = statOpen(fd);
  if (isErrno(after)) return after;
  // Without an error, the system clears setgid if the caller is not in the file's group.
  if ((after.mode & PERMISSIONS) !== mode) return errno("EPERM");
  return setTimes(fd, metadata);
}

function applyAttributes(fd: number, wanted: readonly Attribute[]): Result {
  if (native() === undefined) return undefined;
  const found = readAttributes(fd);
  if (isErrno(found)) return found;
  for (const { name } of found) {
    if (MADE_BY_THE_KERNEL.has(name) || wanted.some((attribute) => attribute.name === name))
      continue;
    // The new file inherited it from its directory, as a default access control list.
    const done = removeAttribute(fd, name);
    if (isErrno(done) && done.code !== "ENODATA") return done;
  }
  for (const { name, value } of wanted) {
    if (MADE_BY_THE_KERNEL.has(name)) continue;
    if (found.some((attribute) => attribute.name === name && attribute.value.equals(value)))
      continue;
    const done = setAttribute(fd, name, value);
    if (isErrno(done)) return done;
  }
  return undefined;
}

function setTimes(fd: number, { atimeNs, mtimeNs }: FileMetadata): Result {
  const calls = native();
  if (calls !== undefined) return calls.setTimes(fd, atimeNs, mtimeNs);
  return tryErrno(() => fs.futimesSync(fd, toUtime(atimeNs), toUtime(mtimeNs)));
}
