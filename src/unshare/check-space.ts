import type { FileTable } from "../core/file-table.ts";
import { isErrno } from "../core/result.ts";
import { freeSpace } from "../fs/file-systems.ts";
import { Verdict } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import type { UnsharePlan } from "./plan-unshare.ts";

const MIB = 2 ** 20;

/** Whether the copies fit on each file system. Clones need no room. */
export function checkSpace(files: FileTable, plan: UnsharePlan): Problem[] {
  const needs = new Map<number, { first: number; files: number; sizes: number[] }>();
  plan.names.forEach((file, row) => {
    if (plan.verdicts[row] !== Verdict.replace || plan.clones[row] === 1) return;
    const device = files.columns.device[file];
    const need = needs.get(device) ?? { first: file, files: 0, sizes: [] };
    needs.set(device, need);
    need.files += 1;
    need.sizes.push(file);
  });
  const problems: Problem[] = [];
  for (const { first, files: count, sizes } of needs.values()) {
    const path = files.dirPath(files.columns.dir[first]);
    const free = freeSpace(path);
    if (isErrno(free)) continue; // not known: each copy will tell
    const needed = sizes.reduce((sum, file) => sum + takenBy(files, file, free.block), 0);
    if (needed <= free.bytes && count <= free.files) continue;
    const message =
      needed > free.bytes
        ? `not enough room: the copies take ${inMib(needed)}, ${inMib(free.bytes)} are free; nothing was changed`
        : `not enough room: ${count} further files, the file system takes ${free.files}; nothing was changed`;
    problems.push({ path, code: "ENOSPC", message });
  }
  return problems;
}

/** Bytes on the disk that a copy of a file takes; its holes stay holes. */
export function takenBy({ columns }: FileTable, file: number, block = 4096): number {
  const whole = Math.ceil(columns.size[file] / block) * block;
  return columns.allocated[file] < columns.size[file] ? columns.allocated[file] : whole;
}

function inMib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
