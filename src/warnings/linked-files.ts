import type { FileTable } from "../core/file-table.ts";
import { type Outcomes, type Plan, Verdict } from "../core/model.ts";

/** A file that has gained hard links in this run. */
export interface LinkedFile {
  /** File number of the keeper. */
  readonly keeper: number;
  /** File numbers of the keeper and of the names that were linked to it. */
  readonly names: readonly number[];
}

/** The files that were linked or, in a dry run, would be. */
export function linkedFiles(plan: Plan, outcomes: Outcomes, dryRun: boolean): LinkedFile[] {
  const done = dryRun ? Verdict.replace : Verdict.replaced;
  const names = new Map<number, number[]>();
  plan.names.forEach((name, row) => {
    if (outcomes.verdicts[row] !== done) return;
    const keeper = outcomes.keepers[row];
    const known = names.get(keeper);
    if (known === undefined) names.set(keeper, [keeper, name]);
    else known.push(name);
  });
  return Array.from(names, ([keeper, all]) => ({ keeper, names: all }));
}

/** The numbers of the directories that contain linked names, each once. */
export function dirsOf(files: FileTable, linked: readonly LinkedFile[]): number[] {
  const dirs = new Set<number>();
  for (const { names } of linked) for (const name of names) dirs.add(files.columns.dir[name]);
  return [...dirs];
}
