/** Runs the stages one after another over a real tree, in this thread, and tells what each one made. */
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

/** `paths` are relative to `root`. */
export async function runStages(root: string, options: Partial<Options> = {}): Promise<Stages> {
  const settings = resolveOptions({ jobs: 1, paths: [root], ...options });
  const pool = new WorkerPool(1);
  const { tree, classification, sets } = await findDuplicates(settings, pool);
  const groups = group(tree.files);
  const plan = makePlan({ files: tree.files, classification, sets }, settings);
  return { settings, pool, tree, classification, groups, sets, plan };
}

/** A file's path below `root`. */
export function nameIn(root: string, files: FileTable, file: number): string {
  return files.path(file).slice(root.length + 1);
}

/** The row of a path below `root`. */
export function rowOf(root: string, files: FileTable, name: string): number {
  for (let row = 0; row < files.count; row += 1) if (nameIn(root, files, row) === name) return row;
  throw new Error(`${name} is not in the table`);
}

/** Every group or set as a list of members, a member as the list of its names. */
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

/** What the plan says of each name: `keep`, `-> keeper`, or why it is left alone. */
export function planOf(root: string, { tree, plan }: Stages): Record<string, string> {
  const said: Record<string, string> = {};
  plan.names.forEach((file, row) => {
    const verdict = plan.verdicts[row];
    const name = nameIn(root, tree.files, file);
    if (verdict === Verdict.keep) said[name] = "keep";
    else if (verdict === Verdict.replace)
      said[name] = `-> ${nameIn(root, tree.files, plan.keepers[row])}`;
    else said[name] = SKIP_REASONS[verdict - Verdict.firstSkip];
  });
  return said;
}
