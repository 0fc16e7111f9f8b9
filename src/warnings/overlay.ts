import { type BytePath, dirOf } from "../core/byte-path.ts";
import { errnoOf } from "../core/result.ts";
import type { FileTable } from "../core/file-table.ts";
import { absolute } from "../fs/absolute.ts";
import { disk } from "../fs/disk.ts";
import { native } from "../native/native.ts";
import type { Warning } from "../core/report.ts";
import type { LinkedFile } from "./linked-files.ts";

/**
 * Linked files that lie in a lower layer of an overlayfs (the image below a container): linking copies the
 * kept file up, and what was replaced stays in its layer, so nothing is gained. The top layer is as old
 * as the root of the mount; a file whose inode was changed last before that is from below.
 */
export function warnOfOverlay(
  files: FileTable,
  linked: readonly LinkedFile[],
  cwd: BytePath,
): Warning[] {
  const { dir, ctime, size } = files.columns;
  const mounts = new Map<bigint, { readonly root: BytePath; readonly since: bigint } | undefined>();
  const found = new Map<BytePath, { count: number; bytes: number }>();
  for (const { keeper, names } of linked) {
    const { device } = files.dirIdentity(dir[keeper]);
    if (!mounts.has(device))
      mounts.set(device, overlayOf(absolute(cwd, files.dirPath(dir[keeper])), device));
    const mount = mounts.get(device);
    if (mount === undefined) continue;
    const lower = names.filter((name) => ctime[name] < mount.since);
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
      `${count === 1 ? "a linked file lies" : `${count} linked files lie`} in a lower layer of this overlayfs: ` +
      `${bytes} bytes are copied up, and the layer below frees nothing: run dedupe in the layer (the build step) that makes the files`,
  }));
}

function overlayOf(
  dir: BytePath,
  device: bigint,
): { readonly root: BytePath; readonly since: bigint } | undefined {
  if (native()?.fileSystemType(dir) !== "overlayfs") return undefined;
  try {
    let root = dir;
    while (root !== "/" && disk.stat(dirOf(root)).dev === device) root = dirOf(root);
    const { birthtimeNs } = disk.stat(root);
    return birthtimeNs > 0n ? { root, since: birthtimeNs } : undefined;
  } catch (error) {
    errnoOf(error); // a directory above that is not ours to look at
    return undefined;
  }
}
