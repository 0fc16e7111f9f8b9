import { type BytePath, join } from "../core/byte-path.ts";
import { type Result, isErrno } from "../core/result.ts";
import { compareOpenFiles } from "./compare-open-files.ts";
import type { DirCalls, DirHandle } from "./dir-calls.ts";
import { type Native, native } from "../native/native.ts";
import { nodeDirCalls } from "./node-dir-calls.ts";

/** Calls relative to the descriptor of a directory. */
export function nativeDirCalls(calls: Native): DirCalls {
  // All handles come from `openBase` and `openBelow`, which open descriptors.
  const fdOf = (dir: DirHandle): number => dir as number;

  /** Opens a file, passes it to a function, and closes it. */
  function withFile<T>(dir: DirHandle, name: BytePath, use: (fd: number) => Result<T>): Result<T> {
    const fd = calls.openFileAt(fdOf(dir), name);
    if (isErrno(fd)) return fd;
    try {
      return use(fd);
    } finally {
      calls.close(fd);
    }
  }

  return {
    // With the dot, the base may be a symbolic link.
    openBase: (path) => calls.openDir(join(path, ".")),
    openBelow: (base, path) => calls.openDirAt(fdOf(base), path),
    close: (dir) => void calls.close(fdOf(dir)),
    statDir: (dir) => calls.statFd(fdOf(dir)),
    setDirTime: (dir, mtimeNs) => calls.setTimes(fdOf(dir), undefined, mtimeNs),
    stat: (dir, name) => calls.statAt(fdOf(dir), name),
    link: (from, name, to, newName) => calls.linkAt(fdOf(from), name, fdOf(to), newName),
    exchange: (dir, a, b) => calls.exchangeAt(fdOf(dir), a, fdOf(dir), b),
    rename: (dir, from, to) => calls.renameAt(fdOf(dir), from, fdOf(dir), to),
    unlink: (dir, name) => calls.unlinkAt(fdOf(dir), name),
    removeEmptyDir: (dir, name) => calls.removeDirAt(fdOf(dir), name),
    writerOf(dir, name) {
      const fd = calls.openFileAt(fdOf(dir), name);
      if (!isErrno(fd)) return calls.closeAndCheckWriter(fd);
      return fd.code === "EMFILE" || fd.code === "ENFILE" ? fd : "unknown";
    },
    compare: (dir, a, b) =>
      withFile(dir, a, (one) => withFile(dir, b, (other) => compareOpenFiles(one, other))),
  };
}

/** The native calls if they are available, otherwise Node's. */
export function dirCalls(): DirCalls {
  const calls = native();
  return calls === undefined ? nodeDirCalls() : nativeDirCalls(calls);
}
