import { type BytePath, join } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { compareOpenFiles } from "./compare-open-files.ts";
import { disk, fileStat } from "./disk.ts";
import type { DirCalls, DirHandle } from "./dir-calls.ts";

/** Where Linux shows the open files of this process. A path that continues below a descriptor starts at its directory. */
const DESCRIPTORS = "/proc/self/fd";

/**
 * Node's calls. With `/proc`, a directory stays open and is reached through its descriptor, so swapping a component of
 * its path has no effect; without, it is reached by its path.
 */
export function nodeDirCalls(descriptors: BytePath = DESCRIPTORS): DirCalls {
  const hasProc = !isErrno(tryErrno(() => disk.lstat(descriptors)));
  const pathOf = (dir: DirHandle): BytePath =>
    typeof dir === "number" ? `${descriptors}/${dir}` : dir;
  const inDir = (dir: DirHandle, name: BytePath): BytePath => join(pathOf(dir), name);

  /** Opens one component after the other, none of which may be a symbolic link. */
  function openBelow(base: number, path: BytePath): number {
    const open = (dir: number, name: BytePath): number => disk.openDir(inDir(dir, name));
    const [first, ...others] = path.split("/");
    return others.reduce((fd, name) => closeAfter(fd, () => open(fd, name)), open(base, first));
  }

  /** Checks one component after the other, as `openBelow` does, and answers the path. */
  function checkBelow(base: BytePath, path: BytePath): BytePath {
    const whole = join(base, path);
    for (let end = join(base, "").length; end >= 0;) {
      end = whole.indexOf("/", end + 1);
      disk.close(disk.openDir(end < 0 ? whole : whole.slice(0, end)));
    }
    return whole;
  }

  return {
    openBase: (path) =>
      tryErrno(() => {
        const fd = disk.openDir(join(path, "."));
        if (hasProc) return fd;
        disk.close(fd);
        return path;
      }),
    openBelow: (base, path) =>
      tryErrno(() => (typeof base === "number" ? openBelow(base, path) : checkBelow(base, path))),
    close(dir) {
      if (typeof dir === "number") tryErrno(() => disk.close(dir));
    },
    statDir: (dir) =>
      tryErrno(() => fileStat(typeof dir === "number" ? disk.fstat(dir) : disk.stat(dir))),
    setDirTime: (dir, mtimeNs) => tryErrno(() => disk.setDirTime(dir, mtimeNs)),
    stat: (dir, name) => tryErrno(() => fileStat(disk.lstat(inDir(dir, name)))),
    link: (from, name, to, newName) =>
      tryErrno(() => disk.link(inDir(from, name), inDir(to, newName))),
    exchange: undefined,
    rename: (dir, from, to) => tryErrno(() => disk.rename(inDir(dir, from), inDir(dir, to))),
    unlink: (dir, name) => tryErrno(() => disk.unlink(inDir(dir, name))),
    removeEmptyDir: (dir, name) => tryErrno(() => disk.removeEmptyDir(inDir(dir, name))),
    writerOf: () => "unknown",
    compare: (dir, a, b) =>
      tryErrno(() => {
        const one = disk.openForReading(inDir(dir, a));
        return closeAfter(one, () => {
          const other = disk.openForReading(inDir(dir, b));
          return closeAfter(other, () => compareOpenFiles(one, other));
        });
      }),
  };
}

/** Calls a function and closes a descriptor, also if the function throws. */
function closeAfter<T>(fd: number, use: () => T): T {
  try {
    return use();
  } finally {
    disk.close(fd);
  }
}
