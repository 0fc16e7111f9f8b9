import type { FileTable } from "../core/file-table.ts";
import { Verdict } from "../core/model.ts";
import { canClone } from "../fs/file-systems.ts";
import { originalMode } from "../replace/original-mode.ts";
import type { UnsharePlan } from "./plan-unshare.ts";

/**
 * The modification time of a repaired file, by which make and ninja find it older than its prerequisites: 1970-01-01.
 * A second later would be too late, as the Nix store gives that time to sources. ninja reads earlier times as errors.
 */
const OLDEST = 0n;

/**
 * Gives every path of inodes that were written in place a private file that the next build makes again.
 *
 * @param inodes The rows of each inode.
 */
export function planRepair(files: FileTable, inodes: Iterable<readonly number[]>): UnsharePlan {
  const { device, mode } = files.columns;
  const canCloneOn = new Map<number, boolean>();
  const starts = [0];
  const names: number[] = [];
  for (const rows of inodes) {
    names.push(...rows);
    starts.push(names.length);
  }
  const clones = names.map((row) => {
    const known = canCloneOn.get(device[row]) ?? canClone(files.path(row));
    canCloneOn.set(device[row], known);
    return Number(known);
  });
  return {
    starts: Uint32Array.from(starts),
    names: Uint32Array.from(names),
    verdicts: new Uint8Array(names.length).fill(Verdict.replace),
    modes: Uint32Array.from(names, (row) => originalMode(files, row) ?? mode[row]),
    clones: Uint8Array.from(clones),
    mtime: OLDEST,
  };
}
