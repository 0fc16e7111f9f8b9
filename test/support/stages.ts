/** Runs the stages up to the plan on a real tree, in this thread, and returns the result of each. */
import type { FileTable } from "../../src/core/file-table.ts";
import { Verdict, skipReasonOf } from "../../src/core/model.ts";
import { groupAt, groupCount, linksOf } from "../../src/core/groups.ts";
import type {
  CandidateGroups,
  DuplicateSets,
  Classification,
  Plan,
  Tree,
} from "../../src/core/model.ts";
import { type Options, type Settings, resolveOptions } from "../../src/commands/options.ts";
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

/** @param apart Paths relative to `root` that stay apart as `unknown-writer`. What writes the files is not looked up. */
export async function runStages(
  root: string,
  options: Partial<Options> = {},
  apart: readonly string[] = [],
): Promise<Stages> {
  const settings = resolveOptions({ jobs: 1, paths: [root], ...options });
  const pool = new WorkerPool(1);
  const { tree, classification, sets } = await findDuplicates(settings, pool);
  const groups = group(tree.files);
  const reasons = new Map(
    apart.map((name) => [
      rowOf(root, tree.files, name),
      { reason: "unknown-writer" as const, why: "the test says so" },
    ]),
  );
  const plan = makePlan({ files: tree.files, classification, sets, apart: reasons }, settings);
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

/** A verdict in words: `keep`, `-> keeper` for a link that is planned or made, or why the path is left alone. */
export function verdictWord(verdict: number, keeper: string): string {
  if (verdict === Verdict.replace || verdict === Verdict.replaced) return `-> ${keeper}`;
  if (verdict === Verdict.clone || verdict === Verdict.cloned) return `= ${keeper}`;
  const words = ["keep", "", "", "failed", "pending"];
  return skipReasonOf(verdict) ?? words[verdict];
}

/** The verdict on each path of a plan, or of its outcomes. */
export function verdictsOf(
  root: string,
  files: FileTable,
  { names }: Pick<Plan, "names">,
  { verdicts, keepers }: Pick<Plan, "verdicts" | "keepers">,
): Record<string, string> {
  return Object.fromEntries(
    Array.from(names, (name, row) => [
      nameIn(root, files, name),
      verdictWord(verdicts[row], nameIn(root, files, keepers[row])),
    ]),
  );
}

/** The verdict of the plan on each path. */
export function planOf(root: string, { tree, plan }: Stages): Record<string, string> {
  return verdictsOf(root, tree.files, plan, plan);
}
