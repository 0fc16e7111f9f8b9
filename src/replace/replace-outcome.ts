import { type BytePath, join } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Problem } from "../core/report.ts";
import type { Errno } from "../core/result.ts";

/** The system call that put a link in place of an entry. */
export type Method = "exchange" | "rename";

/** The result of replacing a directory entry. Only `replaced` changes the disk. */
export type ReplaceOutcome =
  /** `ctimeNs`: the keeper's change time since then, if known. */
  | { readonly type: "replaced"; readonly method: Method; readonly ctimeNs?: bigint | undefined }
  | NotReplaced;

/** Why a directory entry was not replaced. */
export type NotReplaced =
  /** The entry already leads to the keeper: another run replaced it. */
  | { readonly type: "already" }
  /** `leadsTo`: the inode that the entry leads to now, if known. */
  | { readonly type: "changed"; readonly detail: string; readonly leadsTo?: bigint }
  | { readonly type: "vanished" }
  /** The keeper is no longer the file that was compared. */
  | { readonly type: "keeper-lost"; readonly how: "changed" | "vanished"; readonly detail: string }
  /** The keeper cannot be read or linked, for example because it is immutable or belongs to another user. */
  | { readonly type: "keeper-refused"; readonly code: string }
  /** The keeper's inode takes no more names (EMLINK; ERANGE on ntfs-3g). */
  | { readonly type: "keeper-full" }
  /** Keeper and entry are on different mounts; bind mounts have the same device number. */
  | { readonly type: "other-mount" }
  /** Its directory does not let files be removed. Nothing was tried. */
  | { readonly type: "forbidden"; readonly code: string; readonly detail: string }
  /** `left`: the name of a temporary that could not be removed, or that holds a file that could not be restored. */
  | {
      readonly type: "failed";
      readonly code: string;
      readonly left?: BytePath;
    };

/** The outcome for a file whose directory does not let files be removed. */
export function forbidden(detail: string): NotReplaced {
  return { type: "forbidden", code: "EPERM", detail };
}

const DIR_REPLACED = "its directory was replaced by another one";

/** The outcome after a call for the target or its directory failed. */
export function targetUnavailable(why: Errno): NotReplaced {
  if (why.code === "ENOENT") return { type: "vanished" };
  return isDirReplaced(why) ? targetChanged(DIR_REPLACED) : { type: "failed", code: why.code };
}

/** The outcome after a call for the keeper or its directory failed. */
export function keeperUnavailable(why: Errno): NotReplaced {
  if (why.code === "ENOENT")
    return { type: "keeper-lost", how: "vanished", detail: "it vanished meanwhile" };
  return isDirReplaced(why)
    ? keeperChanged(DIR_REPLACED)
    : { type: "keeper-refused", code: why.code };
}

export function targetChanged(detail: string): NotReplaced {
  return { type: "changed", detail };
}

export function keeperChanged(detail: string): NotReplaced {
  return { type: "keeper-lost", how: "changed", detail };
}

/** ESTALE comes from `DirOpener`, or from a network file system on which another machine removed the directory. */
function isDirReplaced({ code }: Errno): boolean {
  return code === "ENOTDIR" || code === "ELOOP" || code === "ESTALE";
}

/** The problem to report for a file that could not be replaced. */
export function problemOf(
  files: FileTable,
  file: number,
  { code, left }: { readonly code: string; readonly left?: BytePath },
  message = describeErrno(code),
): Problem {
  const path = files.path(file);
  if (left === undefined) return { path, code, message };
  const temporary = join(files.dirPath(files.columns.dir[file]), left);
  return {
    path,
    code,
    message: `${message}; ${temporary} is left over, the next run cleans it up`,
  };
}
