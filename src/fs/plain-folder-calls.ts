import { type BytePath, join } from "../byte-path.ts";
import { attempt } from "./attempt.ts";
import { compareOpenFiles } from "./compare-open-files.ts";
import { disk } from "./disk.ts";
import { fileStat } from "./file-stat.ts";
import type { Done, Errno, Folder, FolderCalls } from "./folder-calls.ts";

/** Where Linux shows the open files of this process; a path that goes on behind one starts at that very folder. */
const DESCRIPTORS = "/proc/self/fd";

/**
 * Node's calls. Where `/proc` is there a folder is held open and reached through its descriptor, so that a
 * part of its path that is swapped leads nowhere else; on other systems by its path.
 */
export function plainFolderCalls(descriptors: BytePath = DESCRIPTORS): FolderCalls {
  const throughDescriptor = typeof attempt(() => disk.lstat(descriptors)) !== "string";
  const pathOf = (folder: Folder): BytePath =>
    typeof folder === "number" ? `${descriptors}/${folder}` : folder;
  const inFolder = (folder: Folder, name: BytePath): BytePath => join(pathOf(folder), name);

  /** One component after the other, none of them a symbolic link. */
  function openBelow(base: number, path: BytePath): number {
    const open = (folder: number, name: BytePath): number =>
      disk.openFolder(inFolder(folder, name));
    const [first, ...others] = path.split("/");
    return others.reduce((at, name) => closing(at, () => open(at, name)), open(base, first));
  }

  function checkBelow(base: BytePath, path: BytePath): BytePath {
    const whole = join(base, path);
    for (let end = join(base, "").length; end >= 0;) {
      end = whole.indexOf("/", end + 1);
      disk.close(disk.openFolder(end < 0 ? whole : whole.slice(0, end)));
    }
    return whole;
  }

  /** A path as an answer is told from an errno. */
  function opening(open: () => Folder): Folder | { readonly errno: Errno } {
    const opened = attempt(() => ({ folder: open() }));
    return typeof opened === "string" ? { errno: opened } : opened.folder;
  }

  return {
    openBase: (path) =>
      opening(() => {
        const base = disk.openFolder(join(path, "."));
        if (throughDescriptor) return base;
        disk.close(base);
        return path;
      }),
    openBelow: (base, path) =>
      opening(() => (typeof base === "number" ? openBelow(base, path) : checkBelow(base, path))),
    close(folder) {
      if (typeof folder === "number") attempt(() => disk.close(folder));
    },
    statFolder: (folder) =>
      attempt(() => fileStat(typeof folder === "number" ? disk.fstat(folder) : disk.stat(folder))),
    setFolderTime: (folder, mtimeNs) => tryTo(() => disk.setFolderTime(folder, mtimeNs)),
    stat: (folder, name) => attempt(() => fileStat(disk.lstat(inFolder(folder, name)))),
    link: (from, name, to, temporary) =>
      tryTo(() => disk.link(inFolder(from, name), inFolder(to, temporary))),
    exchange: undefined,
    rename: (folder, from, to) =>
      tryTo(() => disk.rename(inFolder(folder, from), inFolder(folder, to))),
    unlink: (folder, name) => tryTo(() => disk.unlink(inFolder(folder, name))),
    writerOf: () => "unknown",
    compare: (folder, a, b) =>
      attempt(() => {
        const one = disk.openForReading(inFolder(folder, a));
        return closing(one, () => {
          const other = disk.openForReading(inFolder(folder, b));
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

function tryTo(call: () => void): Done {
  return attempt(() => {
    call();
    return "";
  });
}
