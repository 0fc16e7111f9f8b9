import { type BytePath, join } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { compareOpenFiles } from "./compare-open-files.ts";
import { disk, fileStat } from "./disk.ts";
import type { DirHandle, DirCalls } from "./dir-calls.ts";

/** Where Linux shows the open files of this process; a path that goes on behind one starts at that very directory. */
const DESCRIPTORS = "/proc/self/fd";

/**
 * Node's calls. Where `/proc` is there a directory is held open and reached through its descriptor, so that a
 * part of its path that is swapped leads nowhere else; on other systems by its path.
 */
export function nodeDirCalls(descriptors: BytePath = DESCRIPTORS): DirCalls {
  const throughDescriptor = !isErrno(tryErrno(() => disk.lstat(descriptors)));
  const pathOf = (dir: DirHandle): BytePath =>
    typeof dir === "number" ? `${descriptors}/${dir}` : dir;
  const inDir = (dir: DirHandle, name: BytePath): BytePath => join(pathOf(dir), name);

  /** One component after the other, none of them a symbolic link. */
  function openBelow(base: number, path: BytePath): number {
    const open = (dir: number, name: BytePath): number => disk.openDir(inDir(dir, name));
    const [first, ...others] = path.split("/");
    return others.reduce((at, name) => closing(at, () => open(at, name)), open(base, first));
  }

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
        const base = disk.openDir(join(path, "."));
        if (throughDescriptor) return base;
        disk.close(base);
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
    link: (from, name, to, temporary) =>
      tryErrno(() => disk.link(inDir(from, name), inDir(to, temporary))),
    exchange: undefined,
    rename: (dir, from, to) => tryErrno(() => disk.rename(inDir(dir, from), inDir(dir, to))),
    unlink: (dir, name) => tryErrno(() => disk.unlink(inDir(dir, name))),
    writerOf: () => "unknown",
    compare: (dir, a, b) =>
      tryErrno(() => {
        const one = disk.openForReading(inDir(dir, a));
        return closing(one, () => {
          const other = disk.openForReading(inDir(dir, b));
          return closing(other, () => compareOpenFiles(one, other));
        });
      }),
  };
}

/** Does something and closes a descriptor, whatever comes of it. */
function closing<T>(descriptor: number, use: () => T): T {
  try {
    return use();
  } finally {
    disk.close(descriptor);
  }
}
