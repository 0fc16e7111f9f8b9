import fs from "node:fs";
import { notAfter } from "./disk.ts";
import { type Done, type Errno, tryErrno } from "./dir-calls.ts";
import { type Attribute, isErrno, native } from "../native/native.ts";
import { setMode } from "./set-mode.ts";
import { statOpen } from "./open-file.ts";

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

export function readMetadata(fd: number): FileMetadata | Errno {
  const stat = statOpen(fd);
  if (typeof stat === "string") return stat;
  const attributes = native()?.attributes(fd) ?? [];
  if (isErrno(attributes)) return attributes;
  const { mode, uid, gid, atimeNs, mtimeNs } = stat;
  return { mode, uid, gid, atimeNs, mtimeNs, attributes };
}

/**
 * Gives a new file the owner, extended attributes, mode and times of another, in the order in which one
 * does not undo the other. All of it or an errno: nothing is lost in silence.
 */
export function applyMetadata(fd: number, like: FileMetadata): Done {
  const now = statOpen(fd);
  if (typeof now === "string") return now;
  if (now.uid !== like.uid || now.gid !== like.gid) {
    const done = tryErrno(() => fs.fchownSync(fd, like.uid, like.gid) ?? "");
    if (done !== "") return done;
  }
  const attributes = giveAttributes(fd, like.attributes);
  if (attributes !== "") return attributes;
  const mode = like.mode & PERMISSIONS;
  const done = setMode(fd, mode);
  if (done !== "") return done;
  const made = statOpen(fd);
  if (typeof made === "string") return made;
  // The system takes setgid away in silence where the caller is not of that group.
  if ((made.mode & PERMISSIONS) !== mode) return "EPERM";
  return giveTimes(fd, like);
}

function giveAttributes(fd: number, wanted: readonly Attribute[]): Done {
  const calls = native();
  if (calls === undefined) return "";
  const found = calls.attributes(fd);
  if (isErrno(found)) return found;
  for (const { name } of found) {
    if (MADE_BY_THE_KERNEL.has(name) || wanted.some((attribute) => attribute.name === name))
      continue;
    // What the directory gave to a new file (a default access list).
    const done = calls.removeAttribute(fd, name);
    if (done !== "" && done !== "ENODATA") return done;
  }
  for (const { name, value } of wanted) {
    if (MADE_BY_THE_KERNEL.has(name)) continue;
    if (found.some((attribute) => attribute.name === name && attribute.value.equals(value)))
      continue;
    const done = calls.setAttribute(fd, name, value);
    if (done !== "") return done;
  }
  return "";
}

function giveTimes(fd: number, { atimeNs, mtimeNs }: FileMetadata): Done {
  const calls = native();
  if (calls !== undefined) return calls.setTimesFd(fd, atimeNs, mtimeNs);
  return tryErrno(() => fs.futimesSync(fd, notAfter(atimeNs), notAfter(mtimeNs)) ?? "");
}
