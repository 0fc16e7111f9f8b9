import { OTHER } from "../artifacts/kinds.ts";
import type { FileTable } from "../core/file-table.ts";
import { Verdict } from "../core/model.ts";
import { canClone } from "../fs/file-systems.ts";
import { originalMode } from "../replace/original-mode.ts";
import type { UnsharePlan } from "./plan-unshare.ts";

/**
 * Gives every path of inodes that were written in place a private file that the next build makes again.
 *
 * Files that no kind of artifacts is named like, such as `x.h`, were linked because the user asked for it, and may be
 * sources: a build does not make them again, and with an old time it would not notice that they have changed. They keep
 * the time at which they were written.
 *
 * @param inodes The rows of each inode.
 */
export function planRepair(files: FileTable, inodes: Iterable<readonly number[]>): UnsharePlan {
  const { device, kind, mode } = files.columns;
  const canCloneOn = new Map<number, boolean>();
  const starts = [0];
  const names: number[] = [];
  const outdated: number[] = [];
  for (const rows of inodes) {
    const isArtifact = rows.some((row) => kind[row] !== OTHER);
    for (const row of rows) {
      names.push(row);
      outdated.push(Number(isArtifact));
    }
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
    outdated: Uint8Array.from(outdated),
  };
}
