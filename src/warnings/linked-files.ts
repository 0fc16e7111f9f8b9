import type { FileTable } from "../core/file-table.ts";
import { type Outcomes, type Plan, Verdict } from "../core/model.ts";

/** A file that has gained hard links in this run. */
export interface LinkedFile {
  /** The keeper's row. */
  readonly keeper: number;
  /** The rows of the keeper and of the paths that were linked to it. */
  readonly rows: readonly number[];
}

/** The files that were linked or, in a dry run, would be. */
export function linkedFiles(plan: Plan, outcomes: Outcomes, dryRun: boolean): LinkedFile[] {
  const done = dryRun ? Verdict.replace : Verdict.replaced;
  const byKeeper = new Map<number, number[]>();
  plan.names.forEach((row, i) => {
    if (outcomes.verdicts[i] !== done) return;
    const keeper = outcomes.keepers[i];
    const rows = byKeeper.get(keeper);
    if (rows === undefined) byKeeper.set(keeper, [keeper, row]);
    else rows.push(row);
  });
  return Array.from(byKeeper, ([keeper, rows]) => ({ keeper, rows }));
}

/** The numbers of the directories that contain linked files, each once. */
export function dirsOf(files: FileTable, linked: readonly LinkedFile[]): number[] {
  return [...new Set(linked.flatMap(({ rows }) => rows.map((row) => files.columns.dir[row])))];
}
