import { join } from "../byte-path.ts";
import { attempt } from "./attempt.ts";
import { compareOpenFiles } from "./compare-open-files.ts";
import type { Errno, Folder, FolderCalls } from "./folder-calls.ts";
import { type Native, isErrno } from "./native/native.ts";

/** Calls relative to a folder's descriptor: whatever becomes of its path, they reach that folder. */
export function nativeFolderCalls(calls: Native): FolderCalls {
  const held = (folder: Folder): number => folder as number;

  /** Does something with open files of a folder, and closes them. */
  function withFiles<T>(
    folder: Folder,
    names: readonly string[],
    use: (...fds: number[]) => T,
  ): T | Errno {
    const open: number[] = [];
    try {
      for (const name of names) {
        const fd = calls.openFileAt(held(folder), name);
        if (isErrno(fd)) return fd;
        open.push(fd);
      }
      return use(...open);
    } finally {
      for (const fd of open) calls.close(fd);
    }
  }

  return {
    openBase(path) {
      // The dot: the base may be a symbolic link that the user named.
      const fd = calls.openFolder(join(path, "."));
      return isErrno(fd) ? { errno: fd } : fd;
    },
    openBelow(base, path) {
      const fd = calls.openFolderAt(held(base), path);
      return isErrno(fd) ? { errno: fd } : fd;
    },
    close: (folder) => void calls.close(held(folder)),
    statFolder: (folder) => calls.statFd(held(folder)),
    setFolderTime: (folder, mtimeNs) => calls.setTimesFd(held(folder), undefined, mtimeNs),
    stat: (folder, name) => calls.statAt(held(folder), name),
    link: (from, name, to, temporary) => calls.linkAt(held(from), name, held(to), temporary),
    exchange: (folder, a, b) => calls.exchangeAt(held(folder), a, held(folder), b),
    rename: (folder, from, to) => calls.renameAt(held(folder), from, held(folder), to),
    unlink: (folder, name) => calls.unlinkAt(held(folder), name),
    writerOf(folder, name) {
      const fd = calls.openFileAt(held(folder), name);
      if (!isErrno(fd)) return calls.closeTellingWriter(fd);
      return fd === "EMFILE" || fd === "ENFILE" ? fd : "unknown";
    },
    compare: (folder, a, b) =>
      withFiles(folder, [a, b], (one, other) => attempt(() => compareOpenFiles(one, other))),
  };
}
