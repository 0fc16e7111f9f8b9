import { join } from "../core/byte-path.ts";
import { type Result, isErrno, tryErrno } from "../core/result.ts";
import { compareOpenFiles } from "./compare-open-files.ts";
import type { DirHandle, DirCalls } from "./dir-calls.ts";
import type { Native } from "../native/native.ts";

/** Calls relative to a directory's descriptor: whatever becomes of its path, they reach that directory. */
export function nativeDirCalls(calls: Native): DirCalls {
  const held = (dir: DirHandle): number => dir as number;

  /** Does something with open files of a directory, and closes them. */
  function withFiles<T>(
    dir: DirHandle,
    names: readonly string[],
    use: (...fds: number[]) => T,
  ): Result<T> {
    const open: number[] = [];
    try {
      for (const name of names) {
        const fd = calls.openFileAt(held(dir), name);
        if (isErrno(fd)) return fd;
        open.push(fd);
      }
      return use(...open);
    } finally {
      for (const fd of open) calls.close(fd);
    }
  }

  return {
    // The dot: the base may be a symbolic link that the user named.
    openBase: (path) => calls.openDir(join(path, ".")),
    openBelow: (base, path) => calls.openDirAt(held(base), path),
    close: (dir) => void calls.close(held(dir)),
    statDir: (dir) => calls.statFd(held(dir)),
    setDirTime: (dir, mtimeNs) => calls.setTimes(held(dir), undefined, mtimeNs),
    stat: (dir, name) => calls.statAt(held(dir), name),
    link: (from, name, to, temporary) => calls.linkAt(held(from), name, held(to), temporary),
    exchange: (dir, a, b) => calls.exchangeAt(held(dir), a, held(dir), b),
    rename: (dir, from, to) => calls.renameAt(held(dir), from, held(dir), to),
    unlink: (dir, name) => calls.unlinkAt(held(dir), name),
    writerOf(dir, name) {
      const fd = calls.openFileAt(held(dir), name);
      if (!isErrno(fd)) return calls.closeAndCheckWriter(fd);
      return fd.code === "EMFILE" || fd.code === "ENFILE" ? fd : "unknown";
    },
    compare: (dir, a, b) =>
      withFiles(dir, [a, b], (one, other) => tryErrno(() => compareOpenFiles(one, other))),
  };
}
