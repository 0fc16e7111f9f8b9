import { type BytePath, absolutePath, dirOf } from "../core/byte-path.ts";
import { errnoOf } from "../core/result.ts";
import type { FileTable } from "../core/file-table.ts";
import { disk } from "../fs/disk.ts";
import { fileSystemType } from "../fs/file-systems.ts";
import type { Warning } from "../core/report.ts";
import type { LinkedFile } from "./linked-files.ts";

/**
 * Warns of linked files in a lower layer of an overlayfs, such as a container's image. Linking copies the
 * keeper up, and the replaced files remain in their layer, so no space is saved. A file is in a lower layer if
 * its inode was last changed before the root of the mount was created.
 */
export function warnOfOverlay(
  files: FileTable,
  linked: readonly LinkedFile[],
  cwd: BytePath,
): Warning[] {
  const { dir, ctime, size } = files.columns;
  const mounts = new Map<bigint, Overlay | undefined>();
  const found = new Map<BytePath, { count: number; bytes: number }>();
  for (const { keeper, rows } of linked) {
    const { device } = files.dirIdentity(dir[keeper]);
    if (!mounts.has(device))
      mounts.set(device, overlayOf(absolutePath(cwd, files.dirPath(dir[keeper])), device));
    const mount = mounts.get(device);
    if (mount === undefined) continue;
    const lower = rows.filter((row) => ctime[row] < mount.createdAt);
    if (lower.length === 0) continue;
    const sum = found.get(mount.root) ?? { count: 0, bytes: 0 };
    found.set(mount.root, sum);
    sum.count += lower.length;
    if (lower.includes(keeper)) sum.bytes += size[keeper];
  }
  return Array.from(found, ([path, { count, bytes }]) => ({
    code: "overlay",
    path,
    message:
      `${count === 1 ? "a linked file is" : `${count} linked files are`} in a lower layer of this overlayfs: ` +
      `linking copies ${bytes} bytes up and frees nothing in the lower layer: run dedupe in the layer (build step) that creates the files`,
  }));
}

interface Overlay {
  /** Where it is mounted. */
  readonly root: BytePath;
  /** Nanoseconds since 1970. */
  readonly createdAt: bigint;
}

/** The overlayfs that contains a directory; undefined if it is on another file system. */
function overlayOf(dir: BytePath, device: bigint): Overlay | undefined {
  if (fileSystemType(dir) !== "overlayfs") return undefined;
  try {
    let root = dir;
    while (root !== "/" && disk.stat(dirOf(root)).dev === device) root = dirOf(root);
    const { birthtimeNs } = disk.stat(root);
    return birthtimeNs > 0n ? { root, createdAt: birthtimeNs } : undefined;
  } catch (error) {
    errnoOf(error); // such as a parent directory without permission
    return undefined;
  }
}
