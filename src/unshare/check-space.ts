import type { FileTable } from "../core/file-table.ts";
import { isErrno } from "../core/result.ts";
import { freeSpace } from "../fs/file-systems.ts";
import { Verdict } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import type { UnsharePlan } from "./plan-unshare.ts";

const MIB = 2 ** 20;

/** Checks that each file system has space for the copies. Clones take none. */
export function checkSpace(files: FileTable, plan: UnsharePlan): Problem[] {
  /** By device: the files that are to be copied. */
  const copies = new Map<number, number[]>();
  plan.names.forEach((file, row) => {
    if (plan.verdicts[row] !== Verdict.replace || plan.clones[row] === 1) return;
    const device = files.columns.device[file];
    const known = copies.get(device);
    if (known === undefined) copies.set(device, [file]);
    else known.push(file);
  });
  const problems: Problem[] = [];
  for (const rows of copies.values()) {
    const path = files.dirPath(files.columns.dir[rows[0]]);
    const free = freeSpace(path);
    if (isErrno(free)) continue; // a copy that does not fit fails by itself
    const needed = rows.reduce((sum, file) => sum + copiedBytes(files, file, free.block), 0);
    if (needed <= free.bytes && rows.length <= free.files) continue;
    const message =
      needed > free.bytes
        ? `not enough space: the copies take ${inMib(needed)}, ${inMib(free.bytes)} are free; nothing was changed`
        : `not enough inodes: the copies take ${rows.length}, ${free.files} are free; nothing was changed`;
    problems.push({ path, code: "ENOSPC", message });
  }
  return problems;
}

/**
 * Bytes of the blocks that a copy of a file takes. Holes are not copied.
 *
 * @param block Size of a block in bytes.
 */
export function copiedBytes({ columns }: FileTable, file: number, block = 4096): number {
  const whole = Math.ceil(columns.size[file] / block) * block;
  return columns.allocated[file] < columns.size[file] ? columns.allocated[file] : whole;
}

function inMib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
