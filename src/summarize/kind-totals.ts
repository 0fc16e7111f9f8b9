import { KINDS } from "../artifacts/kinds.ts";
import type { FileTable } from "../core/file-table.ts";
import { type DuplicateSets, type Plan, Verdict } from "../core/model.ts";
import type { KindTotals } from "../core/report.ts";
import { reclaimableBytes } from "./reclaimable-bytes.ts";
import { Role } from "./roles.ts";

/** What each kind holds and gains; files of no known kind (`--all`, state named by `--include`) come last, as "other". */
export function countKinds(
  files: FileTable,
  sets: DuplicateSets,
  plan: Plan,
  roles: Uint8Array,
): KindTotals[] {
  const { kind, size } = files.columns;
  const names = [...KINDS.map(({ name }) => name), "other"];
  const totals = names.map((name) => ({
    name,
    artifacts: 0,
    bytes: 0,
    replaceable: 0,
    freeableBytes: 0,
  }));
  const totalOf = (file: number): (typeof totals)[number] =>
    totals[Math.min(kind[file], KINDS.length)];
  for (let file = 0; file < files.count; file += 1) {
    if (roles[file] === Role.none) continue;
    totalOf(file).artifacts += 1;
    if (roles[file] === Role.file) totalOf(file).bytes += size[file];
  }
  const replaced = new Uint8Array(files.count);
  plan.names.forEach((file, row) => {
    const verdict = plan.verdicts[row];
    if (verdict !== Verdict.replace && verdict !== Verdict.clone) return;
    totalOf(file).replaceable += 1;
    if (verdict === Verdict.clone) totalOf(file).freeableBytes += plan.freed?.[row] ?? 0;
    else replaced[file] = 1;
  });
  for (const inode of sets.members) {
    totalOf(inode).freeableBytes += reclaimableBytes(files, sets, inode, replaced, 1);
  }
  return totals.filter((total) => total.artifacts > 0);
}
