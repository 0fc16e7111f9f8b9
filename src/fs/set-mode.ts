import fs from "node:fs";
import { attempt } from "./attempt.ts";
import type { Done } from "./folder-calls.ts";

const PERMISSIONS = 0o7777;

/** Sets the permission bits of an open file. */
export function setMode(fd: number, mode: number): Done {
  return attempt(() => fs.fchmodSync(fd, mode & PERMISSIONS) ?? "");
}
