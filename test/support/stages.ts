/** Runs the stages up to the plan on a real tree, in this thread, and returns the result of each. */
import type { FileTable } from "../../src/core/file-table.ts";
import { Verdict } from "../../src/core/model.ts";
import { groupAt, groupCount, linksOf } from "../../src/core/groups.ts";
import { SKIP_REASONS } from "../../src/core/report.ts";
import type {
  CandidateGroups,
  DuplicateSets,
  Classification,
  Plan,
  Tree,
} from "../../src/core/model.ts";
import { type Options, type Settings, resolveOptions } from "../../src/core/options.ts";
import { findDuplicates } from "../../src/commands/find-duplicates.ts";
import { group } from "../../src/group/group.ts";
import { plan as makePlan } from "../../src/plan/plan.ts";
import { WorkerPool } from "../../src/workers/worker-pool.ts";

export interface Stages {
  readonly settings: Settings;
  readonly pool: WorkerPool;
  readonly tree: Tree;
  readonly classification: Classification;
  readonly groups: CandidateGroups;
  readonly sets: DuplicateSets;
  readonly plan: Plan;
}

export async function runStages(root: string, options: Partial<Options> = {}): Promise<Stages> {
  const settings = resolveOptions({ jobs: 1, paths: [root], ...options });
  const pool = new WorkerPool(1);
  const { tree, classification, sets } = await findDuplicates(settings, pool);
  const groups = group(tree.files);
  const plan = makePlan({ files: tree.files, classification, sets }, settings);
  return { settings, pool, tree, classification, groups, sets, plan };
}

/** A file's path relative to `root`. */
export function nameIn(root: string, files: FileTable, file: number): string {
  return files.path(file).slice(root.length + 1);
}

/** The row of a path relative to `root`. */
export function rowOf(root: string, files: FileTable, name: string): number {
  for (let row = 0; row < files.count; row += 1) if (nameIn(root, files, row) === name) return row;
  throw new Error(`${name} is not in the table`);
}

/** The groups or sets as lists of members, each a list of its paths. */
export function membersOf(
  root: string,
  files: FileTable,
  groups: CandidateGroups | DuplicateSets,
): string[][][] {
  const lists: string[][][] = [];
  for (let g = 0; g < groupCount(groups.starts); g += 1) {
    const members = Array.from(groupAt(groups.members, groups.starts, g));
    lists.push(
      members.map((member) =>
        Array.from(linksOf(groups.nextLink, member), (link) => nameIn(root, files, link)),
      ),
    );
  }
  return lists;
}

/** The verdict of the plan on each path: `keep`, `-> keeper`, or the reason for skipping it. */
export function planOf(root: string, { tree, plan }: Stages): Record<string, string> {
  const verdicts: Record<string, string> = {};
  plan.names.forEach((file, row) => {
    const verdict = plan.verdicts[row];
    const name = nameIn(root, tree.files, file);
    if (verdict === Verdict.keep) verdicts[name] = "keep";
    else if (verdict === Verdict.replace)
      verdicts[name] = `-> ${nameIn(root, tree.files, plan.keepers[row])}`;
    else verdicts[name] = SKIP_REASONS[verdict - Verdict.firstSkip];
  });
  return verdicts;
}
