import fs from "node:fs";
import { tryErrno } from "./try-errno.ts";
import type { Done } from "./dir-calls.ts";

const PERMISSIONS = 0o7777;

/** Sets the permission bits of an open file. */
export function setMode(fd: number, mode: number): Done {
  return tryErrno(() => fs.fchmodSync(fd, mode & PERMISSIONS) ?? "");
}
