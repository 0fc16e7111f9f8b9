import { type Outcomes, type Plan, type Tree, Verdict } from "../core/model.ts";
import type { Settings } from "../core/options.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { cloneSetsTask } from "./clone-sets.ts";
import { executePlan } from "./execute-plan.ts";

/** Carries out what the plan says of clones, after its links; what became of both. */
export async function clone(
  { files }: Tree,
  plan: Plan,
  linked: Outcomes,
  settings: Settings,
  pool: WorkerPool,
): Promise<Outcomes> {
  if (settings.dryRun) return linked;
  return executePlan({ verdict: Verdict.clone, task: cloneSetsTask }, files, plan, linked, pool);
}
